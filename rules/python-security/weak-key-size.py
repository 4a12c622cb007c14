from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from Crypto.PublicKey import RSA

# ruleid: weak-key-size
key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
# ruleid: weak-key-size
key = RSA.generate(1024)
# ruleid: weak-key-size
key = ec.generate_private_key(ec.SECP192R1())
# ok: weak-key-size
key = rsa.generate_private_key(public_exponent=65537, key_size=3072)
# ok: weak-key-size
key = RSA.generate(bits)
# ok: weak-key-size
key = ec.generate_private_key(ec.SECP256R1())
