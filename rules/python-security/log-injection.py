import logging

from flask import request

logger = logging.getLogger(__name__)


@app.route("/login")
def login():
    user = request.args["user"]
    # ruleid: log-injection
    logger.info("login of " + user)
    # ruleid: log-injection
    logging.warning(f"failed login of {user}")
    # ok: log-injection
    logger.info(f"login of {user!r}".replace("\n", ""))
    # ok: log-injection
    logger.info("login number %s", 5)
    return "ok"
