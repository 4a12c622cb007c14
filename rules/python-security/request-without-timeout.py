import httpx
import requests
from requests import get

# ruleid: request-without-timeout
requests.get(url)
# ruleid: request-without-timeout
requests.post(url, json=body, timeout=None)
# ruleid: request-without-timeout
get(url)
# ruleid: request-without-timeout
httpx.Client(timeout=None)
# ok: request-without-timeout
requests.get(url, timeout=10)
# ok: request-without-timeout
requests.get(url, **options)
# ok: request-without-timeout
httpx.get(url)
# ok: request-without-timeout
session.get(url)
