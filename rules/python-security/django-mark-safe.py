from django.utils import safestring
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe


def cell(user, template):
    # ruleid: django-mark-safe
    a = mark_safe("<b>" + user.name + "</b>")
    # ruleid: django-mark-safe
    b = safestring.mark_safe(f"<b>{user.name}</b>")
    # ruleid: django-safe-string
    c = SafeString(user.bio)
    # ruleid: django-safe-string
    d = safestring.SafeText("<i>%s</i>" % user.bio)
    # ok: django-mark-safe, django-safe-string
    e = mark_safe("<hr>")
    # ok: django-mark-safe
    f = mark_safe(escape(user.name))
    # ok: django-mark-safe
    g = format_html("<b>{}</b>", user.name)
    # ok: django-safe-string
    h = SafeString("<hr>")
    return a, b, c, d, e, f, g, h
