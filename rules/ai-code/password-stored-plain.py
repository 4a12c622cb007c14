from flask import request


@app.route("/register", methods=["POST"])
def register():
    # ruleid: password-stored-plain
    user = User(name=request.json["name"], password=request.json["password"])
    # ruleid: password-stored-plain
    user.password = request.form["password"]
    # ok: password-stored-plain
    user.password = generate_password_hash(request.form["password"])
    # ok: password-stored-plain
    form = LoginForm(password=request.form["password"])
    return user


def login(user, password):
    # ruleid: password-compared-plain
    if user.password == password:
        return True
    # ruleid: password-compared-plain
    if user.password == request.form["password"]:
        return True
    # ok: password-compared-plain
    if check_password_hash(user.password, password):
        return True
    # ok: password-compared-plain
    return user.password == ""


def fixed(username, password):
    # ruleid: default-credentials
    if username == "admin" and password == "admin123":
        return True
    # ruleid: default-credentials
    return request.form["user"] == "root" and request.form["password"] == "toor"


def checked(username, password):
    # ok: default-credentials
    if username == "admin" and verify(password):
        return True
    # ok: default-credentials
    return username == ADMIN and password == secret
