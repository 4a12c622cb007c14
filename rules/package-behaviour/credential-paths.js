// ruleid: pkg-credential-path
fs.readFileSync(path.join(home, ".npmrc"));
// ok: pkg-credential-path
fs.readFileSync(path.join(home, "package.json"));
