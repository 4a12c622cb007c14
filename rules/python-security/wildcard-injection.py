import os
import subprocess

# ruleid: wildcard-injection
os.system("chown backup *")
# ruleid: wildcard-injection
subprocess.run("tar cf /srv/all.tar *", shell=True)
# ok: wildcard-injection
os.system("chown backup ./*")
# ok: wildcard-injection
os.system("ls *")
# ok: wildcard-injection
subprocess.run(["tar", "cf", "/srv/all.tar", "*"])
