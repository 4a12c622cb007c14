import hmac
import os

from Crypto.Cipher import AES
from cryptography.fernet import Fernet

# ruleid: hardcoded-crypto-key
box = Fernet(b"Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmE=")
# ruleid: hardcoded-crypto-key
cipher = AES.new(key, AES.MODE_CBC, b"0000000000000000")
# ruleid: hardcoded-crypto-key
mac = hmac.new(b"secret", message, "sha256")
# ok: hardcoded-crypto-key
box = Fernet(os.environ["FERNET_KEY"])
# ok: hardcoded-crypto-key
cipher = AES.new(key, AES.MODE_CBC, os.urandom(16))
# ok: hardcoded-crypto-key
mac = hmac.new(key, message, "sha256")
