# ruleid: cookie-insecure
response.set_cookie("session", token)
# ruleid: cookie-insecure
response.set_cookie("session", token, secure=False, httponly=True)
# ok: cookie-insecure
response.set_cookie("session", token, secure=True, httponly=True, samesite="Lax")
# ok: cookie-insecure
response.set_cookie("session", token, **options)
# ruleid: session-cookie-insecure
SESSION_COOKIE_SECURE = False
# ruleid: session-cookie-insecure
app.config["SESSION_COOKIE_HTTPONLY"] = False
# ok: session-cookie-insecure
SESSION_COOKIE_SECURE = True
# ok: session-cookie-insecure
SESSION_COOKIE_AGE = 3600
