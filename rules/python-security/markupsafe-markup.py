import flask
from markupsafe import Markup, escape

# ruleid: markupsafe-markup
a = Markup("<b>" + name + "</b>")
# ruleid: markupsafe-markup
b = flask.Markup(f"<b>{name}</b>")
# ok: markupsafe-markup
c = Markup("<b>{}</b>").format(name)
# ok: markupsafe-markup
d = Markup("<hr>")
# ok: markupsafe-markup
e = escape(name)
