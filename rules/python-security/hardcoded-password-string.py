import os

# ruleid: hardcoded-password-string
db_password = "hunter2"
# ruleid: hardcoded-password-string
self.api_token = "a1b2c3d4"
# ruleid: hardcoded-password-string
if password == "letmein":
    login()
# ruleid: hardcoded-password-string
config["secret"] = "swordfish"
# ruleid: hardcoded-password-string
connect({"user": "root", "password": "toor"})
# ok: hardcoded-password-string
db_password = os.environ["DB_PASSWORD"]
# ok: hardcoded-password-string
passenger = "Marple"
# ok: hardcoded-password-string
bypass = "north"
# ok: hardcoded-password-string
tokenizer = "bpe"
# ok: hardcoded-password-string
connect({"user": "root", "password": password})
