import os
import subprocess

# ruleid: pkg-py-make-executable
os.chmod("x", 0o755)
# ruleid: pkg-py-make-executable
path.chmod(0o755)
# ok: pkg-py-make-executable
os.stat("x")
# ok: pkg-py-make-executable
os.chown("x", 1, 1)
# ruleid: pkg-py-detached
subprocess.Popen(["x"], stdout=None, start_new_session=True)
# ruleid: pkg-py-detached
subprocess.Popen(["x"], creationflags=8)
# ok: pkg-py-detached
subprocess.Popen(["x"])
# ok: pkg-py-detached
subprocess.run(["x"], check=True)
