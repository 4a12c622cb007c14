// ruleid: js-random-secret
const token = Math.random().toString(36).slice(2);
// ruleid: js-random-secret
user.resetCode = Math.floor(Math.random() * 1000000);
// ok: js-random-secret
const safeToken = crypto.randomUUID();
// ok: js-random-secret
const delay = Math.random() * 100;
