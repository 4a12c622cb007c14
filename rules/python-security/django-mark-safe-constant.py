from django.utils.html import format_html
from django.utils.safestring import mark_safe

# ruleid: django-mark-safe-constant
LINE = mark_safe("<hr>")
# ruleid: django-mark-safe-constant
BOLD = mark_safe("<b>%s</b>" % "new")
rows = ""
for _ in range(3):
    rows += "<tr></tr>"
# ruleid: django-mark-safe-constant
table = mark_safe(rows)
# ok: django-mark-safe-constant
link = format_html("<b>{}</b>", name)
# ok: django-mark-safe-constant
text = mark_safe_tag("<hr>")
