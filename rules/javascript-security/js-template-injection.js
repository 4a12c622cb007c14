app.get("/hello", (req, res) => {
  // ruleid: js-template-injection
  ejs.render("<p>Hello " + req.query.name + "</p>");
  // ruleid: js-template-injection
  res.render("hello", req.query);
  // ok: js-template-injection
  ejs.render("<p>Hello <%= name %></p>", { name: req.query.name });
  // ok: js-template-injection
  res.render("hello", { name: req.query.name });
});
