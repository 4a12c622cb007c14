import base64
import codecs
import marshal
import zlib

# ruleid: pkg-py-decoded-code
exec(base64.b64decode("cHJpbnQoMSk="))
text = codecs.decode("cevag(1)", "rot13")
# ruleid: pkg-py-decoded-code
eval(text)
# ok: pkg-py-decoded-code
print(base64.b64decode("aGk="))
# ok: pkg-py-decoded-code
exec(open("version.py").read())
# ruleid: pkg-py-decoded-lambda
_ = lambda __: marshal.loads(zlib.decompress(__))
exec((_)(b""))
# ok: pkg-py-decoded-lambda
f = lambda x: x + 1
# ok: pkg-py-decoded-lambda
g = lambda x: base64.b64decode(x)


def behind_xor(data, key):
    plain = bytes(a ^ b for a, b in zip(data, itertools.cycle(key)))
    # ruleid: pkg-py-xor-code
    exec(plain, {})
    # ok: pkg-py-xor-code
    return plain.decode()
