import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from shop.models import Customer, StaffToken

pytestmark = pytest.mark.django_db

SECRET = "staff-secret-of-the-tests"
LAMP = {"name": "Lamp", "price": 1999, "currency": "EUR", "stock": 5}
# What a process prints that serves a database file, old or new: its argument is the token of a customer, if any.
ONE_RUN = """
import json, sys
import django
from django.core.management import call_command
from django.test import Client

django.setup()
call_command("migrate", verbosity=0)
client = Client()
def send(method, path, token=None, body=None):
    headers = {"Authorization": f"Bearer {token}"}
    return client.generic(method, path, json.dumps(body), "application/json", headers=headers).json()

if sys.argv[1:]:
    order = send("GET", "/orders/1", sys.argv[1])
    print(json.dumps([order["status"], send("GET", "/products/LAMP")["stock"], send("POST", "/staff/claim")["status"]]))
else:
    staff = send("POST", "/staff/claim")["token"]
    send("PUT", "/products/LAMP", staff, {"name": "Lamp", "price": 1, "currency": "EUR", "stock": 5})
    customer = send("POST", "/customers", None, {"name": "Alice"})["token"]
    send("POST", "/orders", customer, {"lines": [{"sku": "LAMP", "quantity": 2}]})
    send("POST", "/orders/1/transitions", customer, {"action": "place"})
    print(json.dumps(customer))
"""


class Shop:
    """A client, with shorter ways to say what callers do."""

    def __init__(self, client: Client) -> None:
        self.client = client

    def send(self, method: str, path: str, token: str | None = None, body: Any = None) -> HttpResponse:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return self.client.generic(method, path, json.dumps(body), "application/json", headers=headers)

    def act(self, order: str, action: str, token: str) -> HttpResponse:
        return self.send("POST", f"{order}/transitions", token, {"action": action})

    def customer(self) -> str:
        response = self.send("POST", "/customers", body={"name": "Alice"})
        assert response.status_code == 201
        return response.json()["token"]

    def order(self, token: str, quantity: int = 2) -> str:
        response = self.send("POST", "/orders", token, {"lines": [{"sku": "LAMP", "quantity": quantity}]})
        assert response.status_code == 201
        return response.headers["Location"]

    def stock(self) -> int:
        return self.send("GET", "/products/LAMP").json()["stock"]


@pytest.fixture
def shop(client: Client, settings: Any) -> Shop:
    settings.STAFF_TOKEN = SECRET
    shop = Shop(client)
    assert shop.send("PUT", "/products/LAMP", SECRET, LAMP).status_code == 201
    return shop


def test_configured_staff_token_is_the_only_one__R1(client: Client, settings: Any) -> None:
    settings.STAFF_TOKEN = ""
    shop = Shop(client)
    claimed = shop.send("POST", "/staff/claim").json()["token"]
    assert shop.send("GET", "/orders", claimed).status_code == 200
    settings.STAFF_TOKEN = SECRET
    assert shop.send("POST", "/staff/claim").json()["code"] == "already_claimed"
    for token in ("", "None", SECRET + "2", SECRET[:-1], claimed):
        response = shop.send("GET", "/orders", token)
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert shop.send("GET", "/orders", SECRET).json() == {"items": []}


def test_no_claim_while_a_token_is_configured__R1(shop: Shop, settings: Any) -> None:
    assert shop.send("POST", "/staff/claim").status_code == 409
    settings.STAFF_TOKEN = ""
    assert shop.send("POST", "/staff/claim").status_code == 201


def test_tokens_are_stored_as_digests__R1(client: Client, settings: Any) -> None:
    settings.STAFF_TOKEN = ""
    shop = Shop(client)
    tokens = {shop.send("POST", "/staff/claim").json()["token"], shop.customer()}
    stored = {Customer.objects.get().token_digest, StaffToken.objects.get().token_digest}
    assert len(tokens | stored) == 4
    assert all(len(digest) == 64 for digest in stored)


def test_search_has_no_wildcards__R2(shop: Shop) -> None:
    shop.send("PUT", "/products/SHADE", SECRET, {**LAMP, "name": "50% Shade"})
    for text, skus in [("%25", ["SHADE"]), ("_", []), ("'--", []), ("LA", ["LAMP"]), ("a", ["LAMP", "SHADE"])]:
        items = shop.send("GET", f"/products?q={text}").json()["items"]
        assert [item["sku"] for item in items] == skus


def test_search_for_more_than_a_name_can_hold__R2(shop: Shop) -> None:
    shop.send("PUT", "/products/LONG", SECRET, {**LAMP, "name": "x" * 100})
    for length, skus in [(100, ["LONG"]), (101, []), (60_000, [])]:
        items = shop.send("GET", f"/products?q={'x' * length}").json()["items"]
        assert [item["sku"] for item in items] == skus


def test_price_is_fixed_when_the_order_is_made__R3(shop: Shop) -> None:
    customer = shop.customer()
    path = shop.order(customer)
    shop.send("PUT", "/products/LAMP", SECRET, {**LAMP, "price": 1})
    found = shop.send("GET", path, customer).json()
    assert found["lines"] == [{"sku": "LAMP", "quantity": 2, "price": 1999, "amount": 3998}]
    assert found["total"] == 3998


def test_client_sent_price_is_refused__R4(shop: Shop) -> None:
    lines = [{"sku": "LAMP", "quantity": 1, "price": 1}]
    response = shop.send("POST", "/orders", shop.customer(), {"lines": lines, "total": 1})
    assert response.status_code == 422
    assert response.json()["errors"].keys() == {"lines", "total"}


def test_everything_is_there_after_a_restart__R5(tmp_path: Path) -> None:
    settings = {"DATABASE_PATH": str(tmp_path / "shop.db"), "DJANGO_SETTINGS_MODULE": "config.settings"}
    environment = {**os.environ, **settings}
    command = [sys.executable, "-c", ONE_RUN]
    folder = Path(__file__).parent
    first = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    command.append(json.loads(first.stdout))
    second = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(second.stdout) == ["placed", 3, 409]


def test_illegal_transition__R6(shop: Shop) -> None:
    response = shop.act(shop.order(shop.customer()), "ship", SECRET)
    assert (response.status_code, response.json()["allowed"]) == (409, ["cancel"])


def test_stock_is_taken_and_given_back__R7_R8(shop: Shop) -> None:
    customer = shop.customer()
    order = shop.order(customer, 4)
    assert shop.act(order, "place", customer).status_code == 200
    lacking = shop.act(shop.order(customer), "place", customer)
    assert (lacking.status_code, lacking.json()["skus"]) == (409, ["LAMP"])
    assert shop.stock() == 1
    assert [shop.act(order, "cancel", customer).status_code for _ in range(2)] == [200, 409]
    assert shop.stock() == 5


def test_orders_of_others__R9(shop: Shop) -> None:
    order, other = shop.order(shop.customer()), shop.customer()
    assert shop.send("GET", order, other).json()["code"] == "not_found"
    assert shop.act(order, "cancel", other).status_code == 404
    assert shop.act(order, "cancel", SECRET).status_code == 200
