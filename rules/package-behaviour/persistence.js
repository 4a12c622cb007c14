// ruleid: pkg-persistence
fs.appendFileSync(path.join(dir, "authorized_keys"), key);
// ok: pkg-persistence
fs.appendFileSync(path.join(dir, "known_hosts"), key);
