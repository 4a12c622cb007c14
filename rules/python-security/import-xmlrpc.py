import importlib

# ruleid: import-xmlrpc
import xmlrpc
# ruleid: import-xmlrpc
import xmlrpc as alias
# ruleid: import-xmlrpc
from xmlrpc import thing
# ruleid: import-xmlrpc
module = __import__("xmlrpc")
# ruleid: import-xmlrpc
module = importlib.import_module("xmlrpc")
# ok: import-xmlrpc
import json
# ok: import-xmlrpc
from .local import xmlrpc
# ok: import-xmlrpc
module = importlib.import_module(name)
# ok: import-xmlrpc
import xmlrpc_extras
