import socket
import urllib.request
import requests

# ruleid: pkg-py-network
urllib.request.urlopen("http://192.0.2.1/")
# ruleid: pkg-py-network
requests.post("https://example.invalid", data=b"")
s = socket.socket()
# ruleid: pkg-py-network
s.connect(("192.0.2.1", 80))
# ok: pkg-py-network
s.connect(("127.0.0.1", 80))
# ok: pkg-py-network
urllib.parse.urlencode({"a": 1})
# ruleid: pkg-py-network-program
subprocess.Popen(["curl", "-s", "-d", data, "https://a.example/v1"])
# ruleid: pkg-py-network-program
os.system("curl -s https://a.example")
# ok: pkg-py-network-program
subprocess.run(["make", "curl"])


def dial(address):
    s = socket.socket()
    # ruleid: pkg-py-network
    s.connect(address)


# ok: pkg-py-network
signal.connect(handler)
