from django.db.models.expressions import RawSQL

# ruleid: django-raw-sql
users.annotate(age=RawSQL("age(%s)" % column, []))
# ruleid: django-raw-sql
users.annotate(age=RawSQL(sql=f"age({column})", params=[]))
# ok: django-raw-sql
users.annotate(age=RawSQL("age(%s)", (column,)))
# ok: django-raw-sql
users.annotate(age=RawSQL(sql="age(now())", params=[]))
