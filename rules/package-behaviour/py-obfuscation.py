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
# ruleid: pkg-reversed-text
f("hs | ti/9.001.15.891//:ptth Lsf- lruc"[::-1])
# ruleid: pkg-reversed-text
getattr(m, "metsys"[::-1])
# ok: pkg-reversed-text
f("https://a.example/"[::-1])
# ok: pkg-reversed-text
f("//:ptth")
