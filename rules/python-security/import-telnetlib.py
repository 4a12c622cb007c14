import importlib

# ruleid: import-telnetlib
import telnetlib
# ruleid: import-telnetlib
import telnetlib as alias
# ruleid: import-telnetlib
from telnetlib import thing
# ruleid: import-telnetlib
module = __import__("telnetlib")
# ruleid: import-telnetlib
module = importlib.import_module("telnetlib")
# ok: import-telnetlib
import paramiko
# ok: import-telnetlib
from .local import telnetlib
# ok: import-telnetlib
module = importlib.import_module(name)
# ok: import-telnetlib
import telnetlib_extras
