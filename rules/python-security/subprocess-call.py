import subprocess

# ruleid: subprocess-call
subprocess.run(["git", "log", branch])
# ruleid: subprocess-call
subprocess.Popen(arguments, shell=False)
# ok: subprocess-call
subprocess.run(command, shell=True)
# ok: subprocess-call
subprocess.list2cmdline(arguments)
