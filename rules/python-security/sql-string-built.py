# ruleid: sql-string-built
query = "SELECT * FROM users WHERE name = '%s'" % name
# ruleid: sql-string-built
query = "SELECT * FROM users WHERE name = '" + name + "'"
# ruleid: sql-string-built
query = "DELETE FROM users WHERE id = {}".format(user_id)
# ruleid: sql-string-built
cursor.execute(f"UPDATE users SET name = '{name}'")
# ruleid: sql-string-built
query = "SELECT " + columns + " FROM users"
# ok: sql-string-built
cursor.execute("SELECT * FROM users WHERE name = %s", (name,))
# ok: sql-string-built
print("select one of them from " + menu)
# ok: sql-string-built
raise ValueError("insert into the table values of " + name)
# ok: sql-string-built
print(f"{count} updates set aside")
# ok: sql-string-built
query = "SELECT * FROM users"
