from mako.template import Template
from string import Template as StringTemplate

# ruleid: mako-template
page = Template("<b>${name}</b>")
# ruleid: mako-template
page = Template(filename="page.mako")
# ok: mako-template
page = Template(filename="page.mako", default_filters=["h"])
# ok: mako-template
page = StringTemplate("$name")
