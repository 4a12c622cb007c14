const cp = require("child_process");
// ruleid: pkg-js-execute
cp.execSync("echo hi");
// ruleid: pkg-js-execute
cp.spawn(target, []);
// ok: pkg-js-execute
cp.execSync("git rev-parse HEAD");
// ok: pkg-js-execute
regex.test("x");
// ruleid: pkg-js-detached, pkg-js-execute
cp.spawn(target, [], { detached: true });
// ruleid: pkg-js-detached, pkg-js-execute
cp.spawn(target, [], { stdio: "ignore", detached: true });
// ok: pkg-js-detached
open(target, { detached: false });
// ok: pkg-js-detached
open(target, []);
