app.get("/user", async (req, res) => {
  // ruleid: js-sql-injection
  await db.query("SELECT * FROM users WHERE name = '" + req.query.name + "'");
  const statement = `SELECT * FROM users WHERE id = ${req.params.id}`;
  // ruleid: js-sql-injection
  await pool.execute(statement);
  // ok: js-sql-injection
  await db.query("SELECT * FROM users WHERE name = $1", [req.query.name]);
  // ok: js-sql-injection
  await db.query(`SELECT * FROM users WHERE id = ${Number(req.params.id)}`);
});
