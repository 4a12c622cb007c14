import subprocess
from subprocess import run

# ruleid: subprocess-shell-true
subprocess.run("ls -l | wc -l", shell=True)
# ruleid: subprocess-shell-true
run("make", shell=1)
# ok: subprocess-shell-true
subprocess.run(["ls", "-l"], shell=False)
# ok: subprocess-shell-true
subprocess.run(["ls", "-l"])
# ruleid: subprocess-shell-true-built
subprocess.call("rm " + name, shell=True)
# ruleid: subprocess-shell-true-built
subprocess.check_output(f"grep {word} log", shell=True)
subprocess.Popen(
    command,
    # ruleid: subprocess-shell-true-built
    shell=True,
)
# ok: subprocess-shell-true-built
subprocess.call(["rm", name], shell=False)
# ok: subprocess-shell-true-built
subprocess.call(["rm", name])
