const fs = require("fs");
const https = require("https");
// ruleid: pkg-js-compile
const f = new module.constructor();
// ruleid: pkg-js-compile
f._compile("x", "");
// ok: pkg-js-compile
new WebAssembly.Module2(x);
// ok: pkg-js-compile
compile(x);
// ruleid: pkg-js-decode
Buffer.from(t, "base64");
// ruleid: pkg-js-decode
atob(t);
// ok: pkg-js-decode
Buffer.from(t);
// ok: pkg-js-decode
btoa(t);
https.get("https://example.invalid/", (r) => {
  r.on("data", (c) => {
    // ruleid: pkg-js-code-in-answer
    eval(c);
    // ok: pkg-js-code-in-answer
    JSON.parse(c);
  });
});
https.request({ host: "example.invalid" }, function (r) {
  // ruleid: pkg-js-code-in-answer
  new Function("a", r)();
});
// ok: pkg-js-code-in-answer
eval(text);
for (const name of fs.readdirSync(".")) {
  // ruleid: pkg-js-overwrite-all
  fs.writeFileSync(name, "x");
  // ok: pkg-js-overwrite-all
  fs.writeFileSync(name, render(name));
}
fs.readdirSync(".").forEach((name) => {
  // ruleid: pkg-js-overwrite-all
  fs.writeFileSync(name, "x", "utf8");
});
// ok: pkg-js-overwrite-all
fs.writeFileSync("a", "x");
