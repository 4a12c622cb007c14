import hashlib

import bcrypt

# ruleid: password-fast-hash
stored = hashlib.sha256(password.encode()).hexdigest()
# ruleid: password-fast-hash
stored = hashlib.md5((salt + user.password).encode()).hexdigest()
# ok: password-fast-hash
stored = hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=1)
# ok: password-fast-hash
digest = hashlib.sha256(content).hexdigest()
# ruleid: kdf-few-iterations
key = hashlib.pbkdf2_hmac("sha256", password, salt, 1000)
# ruleid: kdf-few-iterations
salt = bcrypt.gensalt(rounds=4)
# ok: kdf-few-iterations
key = hashlib.pbkdf2_hmac("sha256", password, salt, 600000)
# ok: kdf-few-iterations
salt = bcrypt.gensalt()
