// ruleid: secret-with-default-js
const secret = process.env.JWT_SECRET || "secret";
// ruleid: secret-with-default-js
const password = process.env.DB_PASSWORD ?? "postgres";
// ok: secret-with-default-js
const port = process.env.PORT || "3000";
// ok: secret-with-default-js
const token = process.env.API_TOKEN || "";
