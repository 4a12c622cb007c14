// ruleid: js-cookie-insecure
res.cookie("theme", value, { httpOnly: false });
// ruleid: js-cookie-insecure
res.cookie("session_token", token);
// ok: js-cookie-insecure
res.cookie("session", token, { httpOnly: true, secure: true, sameSite: "lax" });
// ok: js-cookie-insecure
res.cookie("theme", "dark");
// ruleid: js-session-secret
app.use(session({ secret: "keyboard cat", resave: false }));
// ruleid: js-session-secret
app.use(cookieParser("secret"));
// ok: js-session-secret
app.use(session({ secret: process.env.SESSION_SECRET, resave: false }));
// ok: js-session-secret
app.use(cookieParser());
