import os

import jwt

# ruleid: jwt-unverified
claims = jwt.decode(token, options={"verify_signature": False})
# ruleid: jwt-unverified
claims = jwt.decode(token, key, verify=False)
# ok: jwt-unverified, jwt-none-algorithm, jwt-hardcoded-key, jwt-expiry-ignored
claims = jwt.decode(token, key, algorithms=["RS256"])
# ok: jwt-unverified
header = jwt.get_unverified_header(token)
# ruleid: jwt-none-algorithm
claims = jwt.decode(token, key, algorithms=["HS256", "none"])
# ruleid: jwt-none-algorithm
token = jwt.encode(claims, key, algorithm="none")
# ok: jwt-none-algorithm
token = jwt.encode(claims, key, algorithm="HS256")
# ruleid: jwt-hardcoded-key
token = jwt.encode(claims, "s3cret", algorithm="HS256")
SECRET = "also-secret"
# ruleid: jwt-hardcoded-key
claims = jwt.decode(token, SECRET, algorithms=["HS256"])
# ok: jwt-hardcoded-key
token = jwt.encode(claims, os.environ["JWT_KEY"], algorithm="HS256")
# ruleid: jwt-expiry-ignored
claims = jwt.decode(token, key, algorithms=["RS256"], options={"verify_exp": False})
# ruleid: jwt-expiry-ignored
claims = jwt.decode(token, key, ["RS256"], options={"verify_aud": True, "verify_exp": False})
# ok: jwt-expiry-ignored
claims = jwt.decode(token, key, ["RS256"], options={"verify_exp": True})
