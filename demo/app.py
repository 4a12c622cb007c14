"""The back office of Order Desk: three pages for the people in the warehouse.

Written in a hurry and never reviewed. `runward scan demo` says what is wrong with it.
"""

import sqlite3
import subprocess

from flask import Flask, jsonify, request

app = Flask(__name__)
DATABASE = "orders.db"


@app.get("/backoffice/orders")
def search():
    name = request.args.get("name", "")
    with sqlite3.connect(DATABASE) as connection:
        query = f"SELECT id, state FROM orders WHERE customer = '{name}'"
        return jsonify(connection.execute(query).fetchall())


@app.post("/backoffice/print")
def print_label():
    printer = request.form["printer"]
    number = int(request.form["order"])
    subprocess.run(f"lp -d {printer} labels/{number}.png", shell=True, check=True)
    return "", 204


@app.get("/backoffice/version")
def version():
    # runward: ignore[process-partial-path, subprocess-call] one git in the image, no input
    said = subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, check=True)
    return said.stdout.decode()
