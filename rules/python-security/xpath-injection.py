from flask import request


@app.route("/find")
def find():
    name = request.args["name"]
    # ruleid: xpath-injection
    a = tree.xpath("//user[@name='" + name + "']")
    # ruleid: xpath-injection
    b = tree.xpath(f"//user[@name='{name}']")
    # ok: xpath-injection
    c = tree.xpath("//user[@name=$name]", name=name)
    # ok: xpath-injection
    d = tree.xpath("//user")
    return a, b, c, d
