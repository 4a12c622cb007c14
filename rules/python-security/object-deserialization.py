import joblib
import numpy as np
import yaml

# ruleid: object-deserialization
config = yaml.unsafe_load(text)
# ruleid: object-deserialization
model = joblib.load("model.joblib")
# ruleid: object-deserialization
data = np.load("data.npy", allow_pickle=True)
# ok: object-deserialization
config = yaml.safe_load(text)
# ok: object-deserialization
data = np.load("data.npy")
# ruleid: pickle-in-messages
CELERY_ACCEPT_CONTENT = ["json", "pickle"]
# ruleid: pickle-in-messages
app.conf.task_serializer = "pickle"
# ok: pickle-in-messages
CELERY_ACCEPT_CONTENT = ["json"]
# ok: pickle-in-messages
app.conf.task_serializer = "json"
