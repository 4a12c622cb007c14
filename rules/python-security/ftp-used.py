import ftplib
from ftplib import FTP

# ruleid: ftp-used
server = ftplib.FTP("ftp.example.org")
# ruleid: ftp-used
server = FTP()
# ok: ftp-used
server = ftplib.FTP_TLS("ftp.example.org")
# ok: ftp-used
server = sftp.connect("example.org")
