import httpx
import requests

# ruleid: request-verify-disabled
requests.get(url, verify=False)
client = httpx.Client(
    http2=True,
    # ruleid: request-verify-disabled
    verify=False,
)
# ok: request-verify-disabled
requests.get(url, verify="/etc/ssl/internal.pem")
# ok: request-verify-disabled
requests.get(url)
# ok: request-verify-disabled
jwt.get(url, verify=False)
