# ruleid: query-built-in-execute
cursor.execute(f"SELECT * FROM users WHERE email = '{email}'")
# ruleid: query-built-in-execute
cursor.execute("SELECT * FROM users WHERE email = '%s'" % email)
# ruleid: query-built-in-execute
db.execute("DELETE FROM users WHERE id = " + user_id)
# ruleid: query-built-in-execute
cursor.execute("INSERT INTO log VALUES ('{}')".format(line))
# ok: query-built-in-execute
cursor.execute("SELECT * FROM users WHERE email = %s", (email,))
# ok: query-built-in-execute
cursor.execute(f"SELECT {columns} FROM users WHERE email = %s", (email,))
# ok: query-built-in-execute
cursor.execute(f"DROP TABLE {table}")
# ok: query-built-in-execute
cursor.execute("DELETE FROM %s WHERE %s < %%s" % (table, column), [now])
# ok: query-built-in-execute
cursor.execute(f"SELECT * FROM users WHERE id IN ({placeholders})", ids)
