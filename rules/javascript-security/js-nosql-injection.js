app.post("/login", async (req, res) => {
  // ruleid: js-nosql-injection
  const user = await User.findOne({ name: req.body.name, password: "x" });
  // ruleid: js-nosql-injection
  await User.deleteOne(req.body);
  // ok: js-nosql-injection
  const safe = await User.findOne({ name: String(req.body.name) });
  // ok: js-nosql-injection
  const all = await User.find({ active: true });
  res.json({ user, safe, all });
});
