import os

# ruleid: hardcoded-password-argument
db.connect(host="db", password="hunter2")
# ruleid: hardcoded-password-argument
Client(auth_token="a1b2c3")
# ok: hardcoded-password-argument
db.connect(host="db", password=os.environ["DB_PASSWORD"])
# ok: hardcoded-password-argument
Client(auth_token=None)
# ok: hardcoded-password-argument
split(tokenizer="words")
