import ssl

context = ssl.create_default_context()
# ruleid: ssl-context-unverified
context.check_hostname = False
# ruleid: ssl-context-unverified
context.verify_mode = ssl.CERT_NONE
# ruleid: ssl-context-unverified
ssl._create_default_https_context = ssl._create_unverified_context
# ok: ssl-context-unverified
context.check_hostname = True
# ok: ssl-context-unverified
context.verify_mode = ssl.CERT_REQUIRED
# ruleid: ssl-context-old-version
context.minimum_version = ssl.TLSVersion.TLSv1
# ruleid: ssl-context-old-version
context = ssl.SSLContext(ssl.PROTOCOL_TLSv1_1)
# ok: ssl-context-old-version
context.minimum_version = ssl.TLSVersion.TLSv1_2
# ok: ssl-context-old-version
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
