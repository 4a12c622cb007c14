def view(user, token):
    # ruleid: condition-always-true
    if user.is_admin or True:
        return secret()
    # ruleid: condition-always-true
    if token == token:
        return secret()
    # ruleid: condition-always-true
    return verify(token) or True


def role(user):
    # ruleid: or-with-constant
    if user.role == "admin" or "owner":
        return True
    # ruleid: or-with-constant
    return user.role == "admin" or "root"


def fine(user, token, other):
    # ok: condition-always-true, or-with-constant
    if user.is_admin or token == other:
        return secret()
    # ok: condition-always-true
    while True:
        break
    # ok: or-with-constant
    name = user.name or "nobody"
    # ok: condition-always-true
    if token != token:
        return "nan"
    # ok: or-with-constant
    return user.role == "admin" or user.role == "owner"
