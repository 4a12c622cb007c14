app.put("/settings", (req, res) => {
  // ruleid: js-prototype-pollution
  _.merge(settings, req.body);
  // ruleid: js-prototype-pollution
  settings[req.body.group][req.body.key] = req.body.value;
  // ok: js-prototype-pollution
  settings.theme = req.body.theme;
  // ok: js-prototype-pollution
  _.merge(settings, defaults);
  // ruleid: js-mass-assignment
  const user = new User(req.body);
  // ruleid: js-mass-assignment
  Object.assign(user, req.body);
  // ok: js-mass-assignment
  const safe = new User({ name: req.body.name });
  // ok: js-mass-assignment
  Object.assign(user, defaults);
});
