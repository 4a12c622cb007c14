import base64
import json
import pickle

import yaml
from flask import request


@app.route("/state", methods=["POST"])
def state():
    # ruleid: unsafe-deserialization
    a = pickle.loads(request.data)
    # ruleid: unsafe-deserialization
    b = pickle.loads(base64.b64decode(request.cookies["state"]))
    # ruleid: unsafe-deserialization
    c = yaml.load(request.data, Loader=yaml.Loader)
    # ok: unsafe-deserialization
    d = yaml.load(request.data, Loader=yaml.SafeLoader)
    # ok: unsafe-deserialization
    e = json.loads(request.data)
    return a, b, c, d, e
