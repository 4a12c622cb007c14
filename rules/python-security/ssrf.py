import aiohttp
import requests
from flask import request


@app.route("/fetch")
def fetch():
    url = request.args["url"]
    # ruleid: ssrf
    page = requests.get(url, timeout=5)
    # ruleid: ssrf
    page = requests.get("https://" + url + "/status", timeout=5)
    # ok: ssrf
    page = requests.get("https://api.example.org/users/" + url, timeout=5)
    # ok: ssrf
    page = requests.get(f"https://api.example.org/users/{url}", timeout=5)
    # ok: ssrf
    page = requests.get("https://api.example.org/", params={"q": url}, timeout=5)
    return page.text


@app.get("/proxy")
async def proxy(target: str):
    async with aiohttp.ClientSession() as session:
        # ruleid: ssrf
        async with session.get(target) as reply:
            return await reply.text()


@app.get("/setting")
async def setting(key: str):
    # ok: ssrf
    return cache.get(key)
