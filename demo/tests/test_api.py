import pytest

from order_desk import create_app


@pytest.fixture
def client(tmp_path):
    config = tmp_path / "settings.yaml"
    config.write_text(f"database: sqlite:///{tmp_path}/orders.db\nsigning_key: {'k' * 32}\n")
    return create_app(config).test_client()


ORDER = {
    "customer": "Ada Byron",
    "address": "12 St James's Square, London",
    "lines": [{"sku": "TEA-250", "quantity": 2}],
}


def test_an_order_moves_forward_only(client):
    number = client.post("/orders", json=ORDER).json["id"]
    move = lambda state: client.post(f"/orders/{number}/state", json={"state": state}).status_code
    assert move("delivered") == 409
    assert move("packed") == 200
    assert move("shipped") == 200
    assert move("cancelled") == 409
    assert client.get(f"/orders/{number}").json["state"] == "shipped"


def test_an_order_needs_lines(client):
    assert client.post("/orders", json={**ORDER, "lines": []}).status_code == 400
    assert client.post("/orders", json={"customer": "x"}).status_code == 400


def test_a_link_shows_its_order_and_only_that(client):
    number = client.post("/orders", json=ORDER).json["id"]
    token = client.post(f"/orders/{number}/link").json["token"]
    page = client.get(f"/track/{token}")
    assert page.status_code == 200 and b"Ada Byron" in page.data
    assert client.get(f"/track/{token}x").status_code == 404


def test_labels_and_reports(client):
    number = client.post("/orders", json=ORDER).json["id"]
    assert client.get(f"/orders/{number}/label.png").data.startswith(b"\x89PNG")
    assert "orders" in client.get("/reports/monthly").json


def test_the_debugger_is_off(client):
    # runward.toml suppresses CVE-2024-34069 for this reason.
    assert client.application.debug is False
