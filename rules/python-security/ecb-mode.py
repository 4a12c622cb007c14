from Crypto.Cipher import AES
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

# ruleid: ecb-mode
cipher = Cipher(algorithms.AES(key), modes.ECB())
# ruleid: ecb-mode
cipher = AES.new(key, AES.MODE_ECB)
# ok: ecb-mode
cipher = Cipher(algorithms.AES(key), modes.GCM(iv))
# ok: ecb-mode
cipher = AES.new(key, AES.MODE_GCM)
