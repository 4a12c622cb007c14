"""What is stored."""

import enum
from datetime import datetime, timezone

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import relationship

db = SQLAlchemy()


class State(enum.Enum):
    OPEN = "open"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"

    def may_become(self, other):
        """Orders move forward only; what has left the house cannot be cancelled."""
        allowed = {
            State.OPEN: {State.PACKED, State.CANCELLED},
            State.PACKED: {State.SHIPPED, State.CANCELLED},
            State.SHIPPED: {State.DELIVERED},
        }
        return other in allowed.get(self, set())


def now():
    return datetime.now(timezone.utc)


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    customer = db.Column(String(200), nullable=False)
    address = db.Column(String(500), nullable=False)
    state = db.Column(db.Enum(State), nullable=False, default=State.OPEN)
    carrier = db.Column(String(40))
    parcel = db.Column(String(80))
    created = db.Column(db.DateTime(timezone=True), nullable=False, default=now)
    lines = relationship("Line", back_populates="order", cascade="all, delete-orphan")

    def as_json(self):
        return {
            "id": self.id,
            "customer": self.customer,
            "state": self.state.value,
            "carrier": self.carrier,
            "parcel": self.parcel,
            "created": self.created.isoformat(),
            "lines": [{"sku": line.sku, "quantity": line.quantity} for line in self.lines],
        }


class Line(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    order_id = db.Column(ForeignKey("order.id"), nullable=False)
    sku = db.Column(String(40), nullable=False)
    quantity = db.Column(db.Integer, nullable=False)
    order = relationship("Order", back_populates="lines")
