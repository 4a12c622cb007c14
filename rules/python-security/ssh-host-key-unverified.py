import paramiko
from paramiko import WarningPolicy

client = paramiko.SSHClient()
# ruleid: ssh-host-key-unverified
client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
# ruleid: ssh-host-key-unverified
client.set_missing_host_key_policy(WarningPolicy)
# ok: ssh-host-key-unverified
client.set_missing_host_key_policy(paramiko.RejectPolicy())
# ok: ssh-host-key-unverified
client.load_system_host_keys()
