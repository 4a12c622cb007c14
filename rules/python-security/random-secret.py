import random
import secrets

# ruleid: random-secret
token = "".join(random.choice(letters) for _ in range(20))
# ruleid: random-secret
user.reset_code = random.randint(100000, 999999)
# ok: random-secret
token = secrets.token_urlsafe(20)
# ok: random-secret
delay = random.uniform(1, 5)
# ok: random-secret
index = random.randint(0, 9)
