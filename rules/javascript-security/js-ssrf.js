app.get("/fetch", async (req, res) => {
  // ruleid: js-ssrf
  await fetch(req.query.url);
  // ruleid: js-ssrf
  await axios.get("https://" + req.query.host + "/status");
  // ok: js-ssrf
  await fetch(`https://api.example.org/users/${req.query.id}`);
  // ok: js-ssrf
  await fetch("https://api.example.org/", { body: req.query.url });
});
