// ruleid: token-in-local-storage
localStorage.setItem("access_token", token);
// ruleid: token-in-local-storage
localStorage.jwt = token;
// ok: token-in-local-storage
localStorage.setItem("theme", "dark");
// ok: token-in-local-storage
sessionMap.set("token", token);
