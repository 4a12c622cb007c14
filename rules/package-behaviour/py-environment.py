import json
import os

# ruleid: pkg-py-environment
json.dumps(dict(os.environ))
# ruleid: pkg-py-environment
for key, value in os.environ.items():
    print(key)
# ok: pkg-py-environment
os.environ.get("HOME")
# ok: pkg-py-environment
environment = dict(os.environ)
