import ssl

# ruleid: ssl-unverified-context
context = ssl._create_unverified_context()
# ruleid: ssl-unverified-context
urlopen(url, context=ssl._create_unverified_context())
# ok: ssl-unverified-context
context = ssl.create_default_context()
# ok: ssl-unverified-context
context = ssl.create_default_context(cafile="internal-ca.pem")
