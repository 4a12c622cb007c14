app.get("/hello", (req, res) => {
  // ruleid: js-reflected-xss
  res.send("<h1>Hello " + req.query.name + "</h1>");
  // ruleid: js-reflected-xss
  res.status(404).send(`<p>No page ${req.query.page}</p>`);
  // ok: js-reflected-xss
  res.json({ name: req.query.name });
  // ok: js-reflected-xss
  res.send("<h1>Hello " + escapeHtml(req.query.name) + "</h1>");
  // ok: js-reflected-xss
  res.render("hello", { name: req.query.name });
});
