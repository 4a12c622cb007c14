// ruleid: check-always-passes-js
function verifyToken(token: string) {
  return true;
}
// ruleid: check-always-passes-js
const hasPermission = (user: User) => true;
// ok: check-always-passes-js
const isVisible = () => true;
// ok: check-always-passes-js
function checkPassword(word: string, hash: string) {
  return compare(word, hash);
}
