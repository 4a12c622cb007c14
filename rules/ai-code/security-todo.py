# ruleid: security-todo
# TODO: verify the token before we go live
user = load(token)
# ruleid: security-todo
rows = query(name)  # FIXME sanitize name
# ok: security-todo
# TODO: rename this
value = 1
# ok: security-todo
# the token is verified by the gateway
user = load(token)
