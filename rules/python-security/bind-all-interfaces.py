import socket

s = socket.socket()
# ruleid: bind-all-interfaces
s.bind(("0.0.0.0", 8080))
# ruleid: bind-all-interfaces
app.run(host="0.0.0.0", port=80)
# ok: bind-all-interfaces
s.bind(("127.0.0.1", 8080))
# ok: bind-all-interfaces
app.run(host=settings.HOST)
# ruleid: all-interfaces-address
DEFAULT_HOST = "0.0.0.0"
# ruleid: all-interfaces-address
allowed = ["0.0.0.0"]
# ok: all-interfaces-address
version = "10.0.0.0"
# ok: all-interfaces-address
network = "0.0.0.0/0"
