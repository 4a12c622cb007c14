import os

from fastapi import FastAPI
from flask import Flask

app = Flask(__name__)
# ruleid: flask-secret-key
app.secret_key = "dev"
# ruleid: flask-secret-key
app.config["SECRET_KEY"] = "dev"
# ok: flask-secret-key
app.secret_key = os.environ["SECRET_KEY"]
# ok: flask-secret-key
app.config["SESSION_NAME"] = "dev"
# ruleid: app-debug
app.config["DEBUG"] = True
# ruleid: app-debug
api = FastAPI(debug=True)
# ok: app-debug
app.config["DEBUG"] = settings.DEBUG
# ok: app-debug
api = FastAPI(title="x")
