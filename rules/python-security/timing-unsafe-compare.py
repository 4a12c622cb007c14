import hmac


def check(body, signature):
    # ruleid: timing-unsafe-compare
    if hmac.new(KEY, body, "sha256").hexdigest() == signature:
        return True
    expected = hmac.new(KEY, body, "sha256").hexdigest()
    # ruleid: timing-unsafe-compare
    if expected != signature:
        return False
    # ok: timing-unsafe-compare
    if hmac.compare_digest(expected, signature):
        return True
    # ok: timing-unsafe-compare
    return body == signature
