# ruleid: check-always-passes
def verify_token(token):
    return True


# ruleid: check-always-passes
def check_user_permission(user, action):
    """Check whether the user may do this."""
    # TODO: implement
    return True


# ruleid: check-always-passes
def authenticate(request):
    pass


# ok: check-always-passes
def verify_signature(body, signature):
    return hmac.compare_digest(sign(body), signature)


# ok: check-always-passes
def is_ready():
    return True


# ok: check-always-passes
def validate_name(name):
    return True
