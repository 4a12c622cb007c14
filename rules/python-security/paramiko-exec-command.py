import paramiko

client = paramiko.SSHClient()
# ruleid: paramiko-exec-command
client.exec_command("uptime")
# ruleid: paramiko-exec-command
client.exec_command("df -h", timeout=5)
# ok: paramiko-exec-command
client.connect("host")
# ok: paramiko-exec-command
client.open_sftp()
# ruleid: paramiko-exec-command-built
client.exec_command("rm " + name)
# ruleid: paramiko-exec-command-built
client.exec_command(f"tail {path}")
# ok: paramiko-exec-command-built
# ruleid: paramiko-exec-command
client.exec_command("uptime")
# ok: paramiko-exec-command-built
run("rm " + name)
