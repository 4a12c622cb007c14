# ruleid: pkg-py-write-file
open("x", "w")
# ruleid: pkg-py-write-file
path.write_text("x")
# ok: pkg-py-write-file
open("x")
# ok: pkg-py-write-file
path.read_text()
