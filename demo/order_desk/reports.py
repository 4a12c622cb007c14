"""Figures for the monthly meeting."""

from datetime import datetime, timezone

from dateutil.relativedelta import relativedelta
from sqlalchemy import func, select

from .models import Order, db


def monthly(today=None):
    """How many orders came in during the last full month, by state."""
    today = today or datetime.now(timezone.utc)
    end = today.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    start = end - relativedelta(months=1)
    counted = (
        select(Order.state, func.count())
        .where(Order.created >= start, Order.created < end)
        .group_by(Order.state)
    )
    states = {state.value: count for state, count in db.session.execute(counted)}
    return {"from": start.date().isoformat(), "to": end.date().isoformat(), "orders": states}
