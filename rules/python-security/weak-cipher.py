from Crypto.Cipher import AES, ARC4
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# ruleid: weak-cipher
cipher = ARC4.new(key)
# ruleid: weak-cipher
cipher = Cipher(algorithms.TripleDES(key), modes.CBC(iv))
# ok: weak-cipher
cipher = AES.new(key, AES.MODE_GCM)
# ok: weak-cipher
cipher = Cipher(algorithms.AES(key), modes.GCM(iv))
