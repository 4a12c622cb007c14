app.get("/search", (req, res) => {
  // ruleid: js-regex-injection
  const a = new RegExp(req.query.q);
  // ruleid: js-regex-injection
  const b = new RegExp("^" + req.query.q, "i");
  // ok: js-regex-injection
  const c = new RegExp(escapeRegExp(req.query.q));
  // ok: js-regex-injection
  const d = new RegExp("^a");
});

// ruleid: js-regex-exponential
const nested = /^(a+)+$/;
// ruleid: js-regex-exponential
const words = new RegExp("(\\w+)*@");
// ok: js-regex-exponential
const mail = /^\w+@\w+$/;
// ok: js-regex-exponential
const pairs = new RegExp("^(ab)+$");
