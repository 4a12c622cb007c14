import telnetlib
from telnetlib import Telnet

# ruleid: telnet-used
connection = telnetlib.Telnet(host)
# ruleid: telnet-used
connection = Telnet(host, 23)
# ok: telnet-used
connection = paramiko.SSHClient()
# ok: telnet-used
connection = transport.Telnet(host)
