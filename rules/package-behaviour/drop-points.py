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
# ruleid: pkg-own-bot, pkg-drop-point
B = ("https://api.telegram.org/bot", "000:AAAA", "/sendMessage")
# ruleid: pkg-own-bot, pkg-drop-point
u = "https://api.telegram.org/bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw/sendDocument"
# ok: pkg-own-bot
# ruleid: pkg-drop-point
u = f"https://api.telegram.org/bot{token}/sendMessage"
