import crypt
import hashlib

# ruleid: weak-hashlib
digest = hashlib.md5(data).hexdigest()
# ruleid: weak-hashlib
digest = hashlib.new("sha1", data)
# ok: weak-hashlib
digest = hashlib.sha256(data).hexdigest()
# ok: weak-hashlib
key = hashlib.md5(data, usedforsecurity=False).hexdigest()
# ok: weak-hashlib
digest = hashlib.new("sha256", data)
# ruleid: weak-crypt
stored = crypt.crypt(word, crypt.METHOD_MD5)
# ruleid: weak-crypt
salt = crypt.mksalt(crypt.METHOD_CRYPT)
# ok: weak-crypt
stored = crypt.crypt(word, crypt.METHOD_SHA512)
# ok: weak-crypt
salt = crypt.mksalt()
