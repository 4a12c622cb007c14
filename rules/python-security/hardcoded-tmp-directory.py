import tempfile

# ruleid: hardcoded-tmp-directory
open("/tmp/report.csv", "w")
# ruleid: hardcoded-tmp-directory
CACHE = "/var/tmp/cache"
# ruleid: hardcoded-tmp-directory
path = f"/tmp/{name}.lock"
# ok: hardcoded-tmp-directory
open("/srv/tmp/report.csv", "w")
# ok: hardcoded-tmp-directory
handle = tempfile.NamedTemporaryFile()
# ok: hardcoded-tmp-directory
route = "see /tmp for details"
