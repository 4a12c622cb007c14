import importlib

# ruleid: import-pyghmi
import pyghmi
# ruleid: import-pyghmi
import pyghmi as alias
# ruleid: import-pyghmi
from pyghmi import thing
# ruleid: import-pyghmi
module = __import__("pyghmi")
# ruleid: import-pyghmi
module = importlib.import_module("pyghmi")
# ok: import-pyghmi
import redfish
# ok: import-pyghmi
from .local import pyghmi
# ok: import-pyghmi
module = importlib.import_module(name)
# ok: import-pyghmi
import pyghmi_extras
