import re

from flask import request


@app.route("/search")
def search():
    term = request.args["q"]
    # ruleid: regex-injection
    a = re.search(term, TEXT)
    # ruleid: regex-injection
    b = re.compile("^" + term)
    # ok: regex-injection
    c = re.search(re.escape(term), TEXT)
    # ok: regex-injection
    d = re.search("^a", term)
    return a, b, c, d


# ruleid: regex-exponential
re.compile("^(a+)+$")
# ruleid: regex-exponential
re.match(r"(\w+)*@", text)
# ok: regex-exponential
re.compile(r"^\w+@\w+$")
# ok: regex-exponential
re.compile("^(ab)+$")
