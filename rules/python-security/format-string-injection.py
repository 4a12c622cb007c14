from flask import request


@app.route("/greet")
def greet():
    template = request.args["template"]
    # ruleid: format-string-injection
    a = template.format(user=current_user)
    # ruleid: format-string-injection
    b = ("Hello " + template).format(current_user)
    # ok: format-string-injection
    c = "Hello {}".format(template)
    # ok: format-string-injection
    d = GREETING.format(name=template)
    return a, b, c, d
