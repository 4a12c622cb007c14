# ruleid: pkg-py-hidden-call
getattr(m, "ex" + "ec")("1")
# ruleid: pkg-py-hidden-call
__import__("bui" + "ltins")
# ok: pkg-py-hidden-call
getattr(m, "name")
# ok: pkg-py-hidden-call
__import__("os")
# ruleid: pkg-py-character-codes
exec("".join(map(chr, [49, 50])))
# ruleid: pkg-py-character-codes
eval("".join(chr(c) for c in codes))
# ok: pkg-py-character-codes
print("".join(map(chr, [49, 50])))
# ok: pkg-py-character-codes
exec("1")
