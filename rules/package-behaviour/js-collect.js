const os = require("os");
// ruleid: pkg-js-collect
send(JSON.stringify(process.env));
// ruleid: pkg-js-collect
send(os.hostname());
// ok: pkg-js-collect
send(process.env.HOME);
// ok: pkg-js-collect
send(os.platform());
