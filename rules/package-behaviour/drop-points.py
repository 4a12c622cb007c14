# ruleid: pkg-drop-point
requests.post("https://discord.com/api/webhooks/000000/x")
# ruleid: pkg-drop-point
requests.get("https://pastebin.com/raw/x")
# ok: pkg-drop-point
requests.post("https://discord.com/api/webhooks/{id}")
# ok: pkg-drop-point
requests.get("https://example.invalid/raw")
# ruleid: pkg-bare-address
requests.get("http://192.0.2.1:8080/x")
# ruleid: pkg-bare-address
requests.get("https://198.51.100.7/")
# ok: pkg-bare-address
requests.get("http://127.0.0.1:8080/x")
# ok: pkg-bare-address
requests.get("http://192.168.0.1/")
