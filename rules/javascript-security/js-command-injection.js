const cp = require("child_process");
const { exec, execFile } = require("child_process");

app.get("/ping", (req, res) => {
  // ruleid: js-command-injection, js-command-built
  exec("ping " + req.query.host);
  // ruleid: js-command-injection, js-command-built
  cp.execSync(`ping ${req.query.host}`);
  // ok: js-command-injection, js-command-built
  execFile("ping", [req.query.host]);
  // ok: js-command-injection, js-command-built
  exec("uptime");
  // ok: js-command-injection
  pattern.exec(req.query.host);
});
