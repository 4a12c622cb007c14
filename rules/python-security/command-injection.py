import os
import shlex
import subprocess

from flask import request


@app.route("/ping")
def ping():
    host = request.args["host"]
    # ruleid: command-injection
    os.system("ping -c 1 " + host)
    # ruleid: command-injection
    subprocess.run(f"ping {host}", shell=True)
    # ok: command-injection, program-injection
    subprocess.run(["ping", "-c", "1", host])
    # ok: command-injection
    os.system("ping " + shlex.quote(host))
    # ok: command-injection
    subprocess.run("ping 127.0.0.1", shell=True)
    # ruleid: program-injection
    subprocess.run([request.form["tool"], "--version"])
    # ruleid: program-injection
    os.execvp(request.form["tool"], arguments)
    # ok: program-injection
    subprocess.run([TOOLS["git"], "--version"])
