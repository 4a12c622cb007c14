import os
import subprocess

# ruleid: process-partial-path
subprocess.run(["git", "status"])
# ruleid: process-partial-path
os.system("make all")
# ok: process-partial-path
subprocess.run(["/usr/bin/git", "status"])
# ok: process-partial-path
subprocess.run([git, "status"])
# ok: process-partial-path
os.system("./configure")
