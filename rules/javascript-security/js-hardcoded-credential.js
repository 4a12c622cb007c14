// ruleid: js-hardcoded-credential
const key = "AKIAQ3EGRIHX4J7KLMNO";
// ruleid: js-hardcoded-credential
const token = "ghp_0123456789abcdefghijklmnopqrstuvwxyzAB";
// ok: js-hardcoded-credential
const example = "AKIAIOSFODNN7EXAMPLE";
// ok: js-hardcoded-credential
const safe = process.env.GITHUB_TOKEN;
