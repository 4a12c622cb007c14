# ruleid: pkg-py-dynamic-code
exec(text)
# ruleid: pkg-py-dynamic-code
eval(a + b)
# ok: pkg-py-dynamic-code
exec("import os")
# ok: pkg-py-dynamic-code
exec(open("version.py").read(), about)
