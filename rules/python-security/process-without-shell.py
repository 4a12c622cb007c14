import os

# ruleid: process-without-shell
os.execv(path, arguments)
# ruleid: process-without-shell
os.spawnlp(os.P_WAIT, "cp", "cp", a, b)
# ok: process-without-shell
os.fork()
# ok: process-without-shell
runner.execv(path, arguments)
