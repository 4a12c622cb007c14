// ruleid: security-todo
// TODO: add authentication
const user = load(token);
// ruleid: security-todo
const rows = query(name); // HACK: no rate limiting yet
// ok: security-todo
// TODO: rename this
const value = 1;
