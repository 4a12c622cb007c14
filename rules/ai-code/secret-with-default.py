import os

# ruleid: secret-with-default
SECRET_KEY = os.getenv("SECRET_KEY", "dev-secret")
# ruleid: secret-with-default
password = os.environ.get("DB_PASSWORD", "postgres")
# ok: secret-with-default
SECRET_KEY = os.environ["SECRET_KEY"]
# ok: secret-with-default
SECRET_KEY = os.getenv("SECRET_KEY", "")
# ok: secret-with-default
LEVEL = os.getenv("LOG_LEVEL", "info")
