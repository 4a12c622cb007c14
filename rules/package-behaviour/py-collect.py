import getpass
import json
import os
import socket

# ruleid: pkg-py-collect
json.dumps(dict(os.environ))
# ruleid: pkg-py-collect
socket.gethostname()
# ruleid: pkg-py-collect
getpass.getuser()
# ok: pkg-py-collect
os.environ.get("HOME")
# ok: pkg-py-collect
os.environ.copy()
