import os
import pathlib

# ruleid: pkg-py-own-traces
os.remove(__file__)
# ruleid: pkg-py-own-traces
pathlib.Path(__file__).unlink()
# ok: pkg-py-own-traces
os.remove("build/x")
# ok: pkg-py-own-traces
pathlib.Path("x").unlink()
