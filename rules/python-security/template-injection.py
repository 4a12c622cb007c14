from flask import render_template_string, request
from jinja2 import Template


@app.route("/hello")
def hello():
    name = request.args.get("name", "")
    # ruleid: template-injection
    page = render_template_string("<h1>Hello " + name + "</h1>")
    # ruleid: template-injection
    page = Template(f"Hello {name}").render()
    # ok: template-injection
    page = render_template_string("<h1>Hello {{ name }}</h1>", name=name)
    # ok: template-injection
    page = Template("Hello {{ name }}").render(name=name)
    return page
