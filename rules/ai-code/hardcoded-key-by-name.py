import os

# ruleid: hardcoded-key-by-name
API_KEY = "9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c"
# ruleid: hardcoded-key-by-name
client = Service(api_key="Zx81Kq93Lm20Pv75Rt46Wn")
# ok: hardcoded-key-by-name
API_KEY = os.environ["API_KEY"]
# ok: hardcoded-key-by-name
API_KEY = "your-api-key-goes-here-1234"
# ok: hardcoded-key-by-name
API_KEY_HEADER = "X-Api-Key"
