import ldap
from flask import request
from ldap.filter import escape_filter_chars


@app.route("/find")
def find():
    user = request.args["user"]
    # ruleid: ldap-injection
    a = conn.search_s(BASE, ldap.SCOPE_SUBTREE, "(uid=" + user + ")")
    # ruleid: ldap-injection
    b = conn.search_s(BASE, ldap.SCOPE_SUBTREE, f"(uid={user})")
    # ok: ldap-injection
    c = conn.search_s(BASE, ldap.SCOPE_SUBTREE, "(uid=%s)" % escape_filter_chars(user))
    # ok: ldap-injection
    d = conn.search_s(BASE, ldap.SCOPE_SUBTREE, "(uid=root)")
    return a, b, c, d
