import logging

logger = logging.getLogger(__name__)
# ruleid: secret-logged
logger.info("login with %s %s", user, password)
# ruleid: secret-logged
logging.debug(f"token is {settings.access_token}")
# ok: secret-logged
logger.info("login of %s", user)
# ok: secret-logged
logger.info("password changed")
# ok: secret-logged
logger.info("reset %s", password_reset_count)
