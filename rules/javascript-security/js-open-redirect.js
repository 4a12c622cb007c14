app.get("/login", (req, res) => {
  // ruleid: js-open-redirect
  res.redirect(req.query.next);
  // ok: js-open-redirect
  res.redirect("/users/" + req.query.id);
  // ok: js-open-redirect
  res.redirect(`/users/${req.query.id}`);
});

// ruleid: js-open-redirect
window.location.href = new URLSearchParams(window.location.search).get("next");
// ok: js-open-redirect
window.location.href = "/home";
