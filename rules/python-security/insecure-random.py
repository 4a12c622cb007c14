import random
import secrets

# ruleid: insecure-random
code = random.randint(100000, 999999)
# ruleid: insecure-random
word = random.choice(words)
# ok: insecure-random
code = secrets.randbelow(1000000)
# ok: insecure-random
word = random.SystemRandom().choice(words)
# ok: insecure-random
noise = numpy.random.random(10)
