import datetime
import locale

# ruleid: pkg-py-time-or-place
if datetime.datetime.now() > datetime.datetime(2027, 1, 1):
    pass
# ruleid: pkg-py-time-or-place
locale.getdefaultlocale()
# ok: pkg-py-time-or-place
start = datetime.datetime.now()
# ok: pkg-py-time-or-place
locale.setlocale(locale.LC_ALL, "C")
