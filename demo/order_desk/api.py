"""The HTTP interface."""

from flask import Blueprint, abort, current_app, jsonify, render_template_string, request, send_file

from . import carriers, labels, reports, tokens
from .models import Line, Order, State, db

blueprint = Blueprint("orders", __name__)

TRACKING_PAGE = """<!doctype html>
<title>Order {{ order.id }}</title>
<h1>Order {{ order.id }} for {{ order.customer }}</h1>
<p>{{ order.state.value }}{% if place %}, last seen in {{ place }}{% endif %}</p>
"""


@blueprint.post("/orders")
def create():
    body = request.get_json()
    try:
        lines = [Line(sku=line["sku"], quantity=int(line["quantity"])) for line in body["lines"]]
        order = Order(customer=body["customer"], address=body["address"], lines=lines)
    except (KeyError, TypeError, ValueError):
        abort(400, "an order needs customer, address and lines of sku and quantity")
    if not lines or any(line.quantity < 1 for line in lines):
        abort(400, "an order needs at least one line, each of at least one piece")
    db.session.add(order)
    db.session.commit()
    return jsonify(order.as_json()), 201


@blueprint.get("/orders/<int:number>")
def show(number):
    return jsonify(find(number).as_json())


@blueprint.post("/orders/<int:number>/state")
def move(number):
    order = find(number)
    try:
        state = State(request.get_json()["state"])
    except (KeyError, TypeError, ValueError):
        abort(400, "unknown state")
    if not order.state.may_become(state):
        abort(409, f"an order that is {order.state.value} cannot become {state.value}")
    order.state = state
    if state is State.SHIPPED:
        order.carrier = request.json.get("carrier")
        order.parcel = request.json.get("parcel")
    db.session.commit()
    return jsonify(order.as_json())


@blueprint.get("/orders/<int:number>/label.png")
def label(number):
    return send_file(labels.draw(find(number)), mimetype="image/png")


@blueprint.post("/orders/<int:number>/link")
def link(number):
    return jsonify(token=tokens.issue(find(number).id, current_app.config["ORDER_DESK"]))


@blueprint.get("/track/<token>")
def track(token):
    settings = current_app.config["ORDER_DESK"]
    number = tokens.read(token, settings)
    if number is None:
        abort(404)
    order = find(number)
    place = carriers.last_seen(order.carrier, order.parcel, settings)
    return render_template_string(TRACKING_PAGE, order=order, place=place)


@blueprint.get("/reports/monthly")
def monthly():
    return jsonify(reports.monthly())


def find(number):
    order = db.session.get(Order, number)
    if order is None:
        abort(404)
    return order
