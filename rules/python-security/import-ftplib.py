import importlib

# ruleid: import-ftplib
import ftplib
# ruleid: import-ftplib
import ftplib as alias
# ruleid: import-ftplib
from ftplib import thing
# ruleid: import-ftplib
module = __import__("ftplib")
# ruleid: import-ftplib
module = importlib.import_module("ftplib")
# ok: import-ftplib
import paramiko
# ok: import-ftplib
from .local import ftplib
# ok: import-ftplib
module = importlib.import_module(name)
# ok: import-ftplib
import ftplib_extras
