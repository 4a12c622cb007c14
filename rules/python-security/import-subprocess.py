import importlib

# ruleid: import-subprocess
import subprocess
# ruleid: import-subprocess
import subprocess as alias
# ruleid: import-subprocess
from subprocess import thing
# ruleid: import-subprocess
module = __import__("subprocess")
# ruleid: import-subprocess
module = importlib.import_module("subprocess")
# ok: import-subprocess
import json
# ok: import-subprocess
from .local import subprocess
# ok: import-subprocess
module = importlib.import_module(name)
# ok: import-subprocess
import subprocess_extras
