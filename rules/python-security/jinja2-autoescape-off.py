import jinja2
from jinja2 import Environment, select_autoescape

# ruleid: jinja2-autoescape-off
env = Environment(loader=loader)
# ruleid: jinja2-autoescape-off
env = jinja2.Environment(loader=loader, autoescape=False)
# ok: jinja2-autoescape-off
env = Environment(loader=loader, autoescape=True)
# ok: jinja2-autoescape-off
env = Environment(loader=loader, autoescape=select_autoescape(["html"]))
# ok: jinja2-autoescape-off
env = jinja2.sandbox.SandboxedEnvironment()
