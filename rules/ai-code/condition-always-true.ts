function view(user: User, token: string) {
  // ruleid: condition-always-true-js
  if (user.isAdmin || true) {
    return secret();
  }
  // ruleid: condition-always-true-js
  if (user.role === "admin" || "owner") {
    return secret();
  }
  // ok: condition-always-true-js
  if (user.role === "admin" || user.role === "owner") {
    return secret();
  }
  // ok: condition-always-true-js
  const name = user.name || "nobody";
  // ruleid: condition-always-true-js
  return check(token) || true;
}
