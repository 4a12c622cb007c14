import importlib

# ruleid: import-pickle
import pickle
# ruleid: import-pickle
import pickle as alias
# ruleid: import-pickle
from pickle import thing
# ruleid: import-pickle
module = __import__("pickle")
# ruleid: import-pickle
module = importlib.import_module("pickle")
# ok: import-pickle
import json
# ok: import-pickle
from .local import pickle
# ok: import-pickle
module = importlib.import_module(name)
# ok: import-pickle
import pickle_extras
