import os
import subprocess
from os import popen

# ruleid: os-system
os.system("clear")
# ruleid: os-system
subprocess.getoutput("uname -a")
# ok: os-system
os.getlogin()
# ok: os-system
platform.system()
# ruleid: os-system-built
os.system("ping " + host)
# ruleid: os-system-built
popen(f"ls {path}")
# ok: os-system-built
subprocess.run(["ping", host])
# ok: os-system-built
os.getcwd()
