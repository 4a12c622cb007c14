"""Shipping labels."""

import io
import textwrap

from PIL import Image, ImageDraw

WIDTH, HEIGHT, MARGIN = 600, 400, 24


def draw(order):
    """A PNG with the address and the order's number, ready to be sent."""
    image = Image.new("L", (WIDTH, HEIGHT), color=255)
    canvas = ImageDraw.Draw(image)
    canvas.rectangle((8, 8, WIDTH - 8, HEIGHT - 8), outline=0, width=2)
    lines = [order.customer, *textwrap.wrap(order.address, 60), "", f"Order {order.id}"]
    canvas.multiline_text((MARGIN, MARGIN), "\n".join(lines), fill=0, spacing=8)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    buffer.seek(0)
    return buffer
