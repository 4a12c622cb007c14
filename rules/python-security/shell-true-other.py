import subprocess

# ruleid: shell-true-other
conn.run("ls", shell=True)
# ruleid: shell-true-other
execute(command, shell=1)
# ok: shell-true-other
subprocess.run(command, shell=True)
# ok: shell-true-other
conn.run("ls", shell=False)
# ok: shell-true-other
user = User(name, shell="/bin/sh")
