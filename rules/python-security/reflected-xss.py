from django.http import HttpResponse
from flask import make_response, request
from markupsafe import escape


@app.route("/hello")
def hello():
    name = request.args.get("name")
    # ruleid: reflected-xss
    return f"<h1>Hello {name}</h1>"


@app.route("/bye")
def bye():
    name = request.args.get("name")
    # ruleid: reflected-xss
    return make_response("<h1>Bye " + name + "</h1>")


@app.route("/safe")
def safe():
    # ok: reflected-xss
    return f"<h1>Hello {escape(request.args.get('name'))}</h1>"


@app.route("/data")
def data():
    # ok: reflected-xss
    return {"name": request.args.get("name")}


def view(request):
    # ruleid: reflected-xss
    return HttpResponse("Hello " + request.GET["name"])


def plain(request):
    # ok: reflected-xss
    return HttpResponse(request.GET["name"], content_type="text/plain")
