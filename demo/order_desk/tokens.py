"""Links with which customers follow their order without an account."""

from datetime import datetime, timedelta, timezone

import jwt

ALGORITHM = "HS256"
AUDIENCE = "tracking"


def issue(number, settings):
    expires = datetime.now(timezone.utc) + timedelta(days=settings.link_days)
    claims = {"order": number, "aud": AUDIENCE, "exp": expires}
    return jwt.encode(claims, settings.signing_key, algorithm=ALGORITHM)


def read(token, settings):
    """The order's number; None where the link is forged or has expired."""
    try:
        claims = jwt.decode(
            token, settings.signing_key, algorithms=[ALGORITHM], audience=AUDIENCE
        )
    except jwt.InvalidTokenError:
        return None
    return claims.get("order")
