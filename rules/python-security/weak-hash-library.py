from cryptography.hazmat.primitives import hashes
from Crypto.Hash import MD5, SHA256

# ruleid: weak-hash-library
digest = hashes.Hash(hashes.SHA1())
# ruleid: weak-hash-library
digest = MD5.new(data)
# ok: weak-hash-library
digest = hashes.Hash(hashes.SHA256())
# ok: weak-hash-library
digest = SHA256.new(data)
