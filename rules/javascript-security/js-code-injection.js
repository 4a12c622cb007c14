const vm = require("vm");

app.post("/calc", (req, res) => {
  // ruleid: js-code-injection, js-eval
  const a = eval(req.body.formula);
  // ruleid: js-code-injection
  vm.runInNewContext("x = " + req.query.code);
  // ok: js-code-injection
  const b = JSON.parse(req.body.data);
  // ok: js-code-injection, js-eval
  setTimeout(() => res.json({ a, b }), req.query.delay);
});

// ruleid: js-eval
eval("var x = " + value);
// ok: js-eval
eval("1 + 1");
// ok: js-eval
model.eval(value);
