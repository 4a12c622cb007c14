from django.http import HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from flask import redirect, request, url_for


@app.route("/login")
def login():
    # ruleid: open-redirect
    return redirect(request.args.get("next"))


@app.route("/user")
def user():
    # ok: open-redirect
    return redirect("/users/" + request.args["id"])


@app.route("/home")
def home():
    # ok: open-redirect
    return redirect(url_for("index", tab=request.args["tab"]))


def leave(request):
    target = request.GET["next"]
    if url_has_allowed_host_and_scheme(target, allowed_hosts=None):
        # ok: open-redirect
        return HttpResponseRedirect(target)
    # ruleid: open-redirect
    return HttpResponseRedirect(target)
