const fs = require("fs");
const os = require("os");
// ruleid: pkg-js-destroy
fs.rmSync(os.homedir(), { recursive: true });
// ruleid: pkg-js-destroy
fs.rmSync("/", { recursive: true });
// ok: pkg-js-destroy
fs.rmSync("dist", { recursive: true });
// ok: pkg-js-destroy
os.homedir();
// ruleid: pkg-js-publish
execSync("npm publish --access public");
// ok: pkg-js-publish
execSync("npm run build");
// ruleid: pkg-js-publish
run(`npm publish`);
// ok: pkg-js-publish
log("to publish, ask npm");
// ruleid: pkg-js-make-executable
fs.chmodSync("x", 0o755);
// ruleid: pkg-js-make-executable
chmodSync("x", 0o755);
// ok: pkg-js-make-executable
fs.statSync("x");
// ok: pkg-js-make-executable
fs.chownSync("x", 1, 1);
// ruleid: pkg-js-secret-scanner
spawnSync("/tmp/trufflehog", ["filesystem"]);
// ruleid: pkg-js-secret-scanner
spawnSync("gitleaks", []);
// ok: pkg-js-secret-scanner
spawnSync("eslint", []);
// ok: pkg-js-secret-scanner
log("truffles");
