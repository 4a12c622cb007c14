import os
import stat
from pathlib import Path

# ruleid: chmod-permissive
os.chmod(path, 0o755)
# ruleid: chmod-permissive
os.chmod(path, 0o660)
# ruleid: chmod-world-writable
os.chmod(path, 0o777)
# ruleid: chmod-world-writable
os.chmod("/etc/passwd", 511)
# ruleid: chmod-permissive-constant
os.chmod(path, stat.S_IRUSR | stat.S_IWOTH)
# ruleid: chmod-permissive-constant
Path("run.sh").chmod(stat.S_IWOTH)
# ok: chmod-permissive, chmod-world-writable, chmod-permissive-constant
os.chmod(path, 0o600)
# ok: chmod-permissive, chmod-world-writable, chmod-permissive-constant
os.chmod(path, 0o644)
# ok: chmod-permissive, chmod-world-writable
os.chmod(path, mode)
# ok: chmod-permissive-constant
os.chmod(path, stat.S_IRUSR | stat.S_IWUSR)
