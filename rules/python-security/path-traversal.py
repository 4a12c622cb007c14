import os
from pathlib import Path

from flask import request, send_file, send_from_directory
from werkzeug.utils import secure_filename


@app.route("/download")
def download():
    name = request.args["name"]
    # ruleid: path-traversal
    text = open("/srv/files/" + name).read()
    path = os.path.join("/srv/files", name)
    # ruleid: path-traversal
    return send_file(path)


@app.route("/upload", methods=["POST"])
def upload():
    file = request.files["file"]
    # ruleid: path-traversal
    file.save(os.path.join("/srv/uploads", file.filename))
    # ok: path-traversal
    file.save(os.path.join("/srv/uploads", secure_filename(file.filename)))
    # ok: path-traversal
    return send_from_directory("/srv/uploads", request.args["name"])


@app.get("/notes/{note}")
async def note(note: str):
    # ruleid: path-traversal
    return (Path("notes") / note).read_text()


@app.get("/pages/{number}")
async def page(number: int):
    # ok: path-traversal
    return open(f"pages/{number}.html").read()


def load(name):
    # ok: path-traversal
    return open("/srv/" + name).read()


@app.get("/orders/<int:number>/invoice")
def invoice(number):
    # ok: path-traversal
    return send_file(f"/srv/invoices/{number}.pdf")


@app.get("/orders/<int:number>/<name>")
def attachment(number, name):
    # ruleid: path-traversal
    return send_file(f"/srv/orders/{number}/{name}")
