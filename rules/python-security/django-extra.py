from django.contrib.auth.models import User

# ruleid: django-extra
User.objects.extra(where=["name = '%s'" % name])
# ruleid: django-extra
User.objects.extra(select={"age": column})
# ruleid: django-extra
User.objects.extra(tables=tables)
# ok: django-extra
User.objects.extra(where=["name = %s"], params=[name])
# ok: django-extra
User.objects.extra(select={"age": "birth - now()"})
# ok: django-extra
User.objects.filter(name=name)
