import ast
import importlib

from flask import request


@app.post("/calc")
def calc():
    formula = request.form["formula"]
    # ruleid: code-injection
    result = eval(formula)
    # ruleid: code-injection
    exec("x = " + formula)
    # ok: code-injection
    result = ast.literal_eval(formula)
    # ok: code-injection
    result = eval("1 + 1")
    # ruleid: module-injection
    plugin = importlib.import_module("plugins." + request.form["plugin"])
    # ruleid: module-injection
    getattr(plugin, request.form["action"])()
    # ok: module-injection
    plugin = importlib.import_module("plugins.default")
    # ok: module-injection
    value = getattr(settings, "name")
    return result
