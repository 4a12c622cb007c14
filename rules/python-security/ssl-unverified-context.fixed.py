import ssl

# ruleid: ssl-unverified-context
context = ssl.create_default_context()
# ruleid: ssl-unverified-context
urlopen(url, context=ssl.create_default_context())
# ok: ssl-unverified-context
context = ssl.create_default_context()
# ok: ssl-unverified-context
context = ssl.create_default_context(cafile="internal-ca.pem")
