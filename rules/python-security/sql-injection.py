import flask
import pandas
from flask import request
from sqlalchemy import select, text


@app.route("/user")
def user():
    name = request.args.get("name")
    # ruleid: sql-injection
    cursor.execute("SELECT * FROM users WHERE name = '" + name + "'")
    # ruleid: sql-injection
    session.execute(text(f"SELECT * FROM users WHERE name = '{name}'"))
    query = "SELECT * FROM users WHERE name = '%s'" % name
    # ruleid: sql-injection
    pandas.read_sql(query, engine)
    # ok: sql-injection
    cursor.execute("SELECT * FROM users WHERE name = %s", (name,))
    # ok: sql-injection
    session.execute(select(User).where(User.name == name))
    # ok: sql-injection
    cursor.execute(f"SELECT * FROM users WHERE id = {int(request.args['id'])}")


def search(request):
    term = request.GET["q"]
    # ruleid: sql-injection
    return Book.objects.raw("SELECT * FROM book WHERE title = '%s'" % term)


@app.get("/items/{name}")
async def item(name: str, limit: int):
    # ruleid: sql-injection
    rows = await db.fetch(f"SELECT * FROM items WHERE name = '{name}'")
    # ok: sql-injection
    rows = await db.fetch(f"SELECT * FROM items LIMIT {limit}")
    return rows


def report(table):
    # ok: sql-injection
    cursor.execute("SELECT * FROM " + table)
