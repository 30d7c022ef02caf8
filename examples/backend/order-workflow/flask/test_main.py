from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from main import create_app

SECRET = "staff-secret-of-the-tests"
LAMP = {"name": "Lamp", "price": 1999, "currency": "EUR", "stock": 5}


class Shop:
    """A client of an app, with shorter ways to say what callers do."""

    def __init__(self, path: Path, staff_token: str | None = SECRET) -> None:
        self.client: FlaskClient = create_app(str(path), staff_token).test_client()

    def send(self, method: str, path: str, token: str | None = None, json: Any = None) -> TestResponse:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self.client.open(path, method=method, headers=headers, json=json)

    def act(self, order: str, action: str, token: str) -> TestResponse:
        return self.send("POST", f"{order}/transitions", token, {"action": action})

    def customer(self) -> str:
        response = self.send("POST", "/customers", json={"name": "Alice"})
        assert response.status_code == 201
        return response.json["token"]

    def order(self, token: str, quantity: int = 2) -> str:
        response = self.send("POST", "/orders", token, {"lines": [{"sku": "LAMP", "quantity": quantity}]})
        assert response.status_code == 201
        return response.headers["Location"]

    def stock(self) -> int:
        return self.send("GET", "/products/LAMP").json["stock"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "shop.db"


@pytest.fixture
def shop(path: Path) -> Shop:
    shop = Shop(path)
    assert shop.send("PUT", "/products/LAMP", SECRET, LAMP).status_code == 201
    return shop


def test_configured_staff_token_is_the_only_one__R1(path: Path) -> None:
    claimed = Shop(path, "").send("POST", "/staff/claim").json["token"]
    shop = Shop(path)
    assert shop.send("POST", "/staff/claim").json["code"] == "already_claimed"
    for token in ("", "None", SECRET + "2", SECRET[:-1], claimed):
        response = shop.send("GET", "/orders", token)
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert shop.send("GET", "/orders", SECRET).json == {"items": []}


def test_no_claim_while_a_token_is_configured__R1(shop: Shop, path: Path) -> None:
    assert shop.send("POST", "/staff/claim").status_code == 409
    assert Shop(path, None).send("POST", "/staff/claim").status_code == 201


def test_tokens_are_stored_as_digests__R1(path: Path) -> None:
    shop = Shop(path, None)
    tokens = [shop.send("POST", "/staff/claim").json["token"], shop.customer()]
    content = path.read_bytes()
    assert b"Alice" in content
    assert not any(token.encode() in content for token in tokens)


def test_search_has_no_wildcards__R2(shop: Shop) -> None:
    shop.send("PUT", "/products/SHADE", SECRET, {**LAMP, "name": "50% Shade"})
    for text, skus in [("%25", ["SHADE"]), ("_", []), ("'--", []), ("LA", ["LAMP"]), ("a", ["LAMP", "SHADE"])]:
        items = shop.send("GET", f"/products?q={text}").json["items"]
        assert [item["sku"] for item in items] == skus


def test_price_is_fixed_when_the_order_is_made__R3(shop: Shop) -> None:
    customer = shop.customer()
    path = shop.order(customer)
    shop.send("PUT", "/products/LAMP", SECRET, {**LAMP, "price": 1})
    found = shop.send("GET", path, customer).json
    assert found["lines"] == [{"sku": "LAMP", "quantity": 2, "price": 1999, "amount": 3998}]
    assert found["total"] == 3998


def test_client_sent_price_is_refused__R4(shop: Shop) -> None:
    lines = [{"sku": "LAMP", "quantity": 1, "price": 1}]
    response = shop.send("POST", "/orders", shop.customer(), {"lines": lines, "total": 1})
    assert response.status_code == 422
    assert response.json["errors"].keys() == {"lines", "total"}


def test_everything_is_there_after_a_restart__R5(shop: Shop, path: Path) -> None:
    customer = shop.customer()
    order = shop.order(customer)
    assert shop.act(order, "place", customer).status_code == 200
    restarted = Shop(path, "another-secret")
    assert restarted.send("GET", order, customer).json["status"] == "placed"
    items = restarted.send("GET", f"{order}/history", customer).json["items"]
    assert [(item["from"], item["to"]) for item in items] == [(None, "draft"), ("draft", "placed")]
    assert restarted.stock() == 3
    assert restarted.send("GET", "/orders", SECRET).status_code == 401


def test_illegal_transition__R6(shop: Shop) -> None:
    response = shop.act(shop.order(shop.customer()), "ship", SECRET)
    assert (response.status_code, response.json["allowed"]) == (409, ["cancel"])


def test_stock_is_taken_and_given_back__R7_R8(shop: Shop) -> None:
    customer = shop.customer()
    order = shop.order(customer, 4)
    assert shop.act(order, "place", customer).status_code == 200
    lacking = shop.act(shop.order(customer), "place", customer)
    assert (lacking.status_code, lacking.json["skus"]) == (409, ["LAMP"])
    assert shop.stock() == 1
    assert [shop.act(order, "cancel", customer).status_code for _ in range(2)] == [200, 409]
    assert shop.stock() == 5


def test_orders_of_others__R9(shop: Shop) -> None:
    order, other = shop.order(shop.customer()), shop.customer()
    assert shop.send("GET", order, other).json["code"] == "not_found"
    assert shop.act(order, "cancel", other).status_code == 404
    assert shop.act(order, "cancel", SECRET).status_code == 200
