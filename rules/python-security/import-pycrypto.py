import importlib

# ruleid: import-pycrypto
import Crypto.Cipher
# ruleid: import-pycrypto
import Crypto.Cipher as alias
# ruleid: import-pycrypto
from Crypto.Cipher import thing
# ruleid: import-pycrypto
module = __import__("Crypto.Cipher")
# ruleid: import-pycrypto
module = importlib.import_module("Crypto.Cipher")
# ok: import-pycrypto
import Cryptodome.Cipher
# ok: import-pycrypto
from .local import Cipher
# ok: import-pycrypto
module = importlib.import_module(name)
# ok: import-pycrypto
import Crypto_extras
