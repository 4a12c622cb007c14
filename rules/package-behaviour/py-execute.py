import os
import subprocess
import sys

# ruleid: pkg-py-execute
os.system("echo hi")
# ruleid: pkg-py-execute
subprocess.Popen(["/tmp/x"])
# ok: pkg-py-execute
subprocess.check_output(["git", "describe"])
# ok: pkg-py-execute
os.system("cmake .")
# ok: pkg-py-execute
subprocess.check_call([sys.executable, "-m", "pip"])
# ruleid: pkg-py-execute-self
subprocess.Popen([sys.executable, "/tmp/x.py"])
# ok: pkg-py-execute-self
subprocess.run([sys.executable, "x.py"])
# ok: pkg-py-execute-self
subprocess.Popen(["git", "log"])
