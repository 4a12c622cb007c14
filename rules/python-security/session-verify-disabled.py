import aiohttp
import requests
import urllib3

session = requests.Session()
# ruleid: session-verify-disabled
session.verify = False
# ruleid: session-verify-disabled
session.get(url, verify=False)
# ruleid: session-verify-disabled
connector = aiohttp.TCPConnector(ssl=False)
# ruleid: session-verify-disabled
pool = urllib3.PoolManager(cert_reqs="CERT_NONE")
# ok: session-verify-disabled
session.verify = "/etc/ssl/internal.pem"
# ok: session-verify-disabled
session.get(url)
# ok: session-verify-disabled
form.verify = False
# ruleid: tls-warnings-silenced
urllib3.disable_warnings()
# ruleid: tls-warnings-silenced
requests.packages.urllib3.disable_warnings()
# ok: tls-warnings-silenced
warnings.simplefilter("ignore")
# ok: tls-warnings-silenced
urllib3.add_stderr_logger()
