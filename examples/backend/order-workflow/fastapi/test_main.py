from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from main import create_app

STAFF = {"Authorization": "Bearer staff-secret-of-the-tests"}
LAMP = {"name": "Lamp", "price": 1999, "currency": "EUR", "stock": 5}


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "shop.db")


@pytest.fixture
def client(path: str) -> Iterator[TestClient]:
    with TestClient(create_app(path, "staff-secret-of-the-tests")) as client:
        assert client.put("/products/LAMP", json=LAMP, headers=STAFF).status_code == 201
        yield client


def register(client: TestClient) -> dict[str, str]:
    response = client.post("/customers", json={"name": "Alice"})
    assert response.status_code == 201
    return {"Authorization": f"Bearer {response.json()['token']}"}


def order(client: TestClient, customer: dict[str, str], quantity: int = 2) -> str:
    lines = [{"sku": "LAMP", "quantity": quantity}]
    response = client.post("/orders", json={"lines": lines}, headers=customer)
    assert response.status_code == 201
    return response.headers["Location"]


def act(client: TestClient, path: str, action: str, caller: dict[str, str]) -> int:
    return client.post(f"{path}/transitions", json={"action": action}, headers=caller).status_code


def stock(client: TestClient) -> int:
    return client.get("/products/LAMP").json()["stock"]


def test_configured_staff_token_is_the_only_one__R1(client: TestClient) -> None:
    assert client.post("/staff/claim").json()["code"] == "already_claimed"
    for token in ("", "None", "staff-secret-of-the-tests2", "staff-secret"):
        response = client.get("/orders", headers={"Authorization": f"Bearer {token}"})
        assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert client.get("/orders", headers=STAFF).json() == {"items": []}


def test_tokens_are_stored_as_digests__R1(tmp_path: Path) -> None:
    path = tmp_path / "claimed.db"
    with TestClient(create_app(str(path), "")) as client:
        claimed = client.post("/staff/claim").json()["token"]
        customer = register(client)["Authorization"].removeprefix("Bearer ")
        assert client.post("/staff/claim").status_code == 409
    content = path.read_bytes()
    assert b"Alice" in content
    for token in (claimed, customer):
        assert token.encode() not in content
    with TestClient(create_app(str(path))) as client:
        assert client.post("/staff/claim").status_code == 409
        headers = {"Authorization": f"Bearer {claimed}"}
        assert client.put("/products/LAMP", json=LAMP, headers=headers).status_code == 201


def test_search_has_no_wildcards__R2(client: TestClient) -> None:
    client.put("/products/SHADE", json={**LAMP, "name": "50% Shade"}, headers=STAFF)
    for text, skus in [("%", ["SHADE"]), ("_", []), ("' OR 1=1 --", []), ("LA", ["LAMP"]), ("a", ["LAMP", "SHADE"])]:
        items = client.get("/products", params={"q": text}).json()["items"]
        assert [item["sku"] for item in items] == skus


def test_price_is_fixed_when_the_order_is_made__R3(client: TestClient) -> None:
    customer = register(client)
    path = order(client, customer)
    client.put("/products/LAMP", json={**LAMP, "price": 1}, headers=STAFF)
    found = client.get(path, headers=customer).json()
    assert found["lines"] == [{"sku": "LAMP", "quantity": 2, "price": 1999, "amount": 3998}]
    assert found["total"] == 3998


def test_client_sent_price_is_refused__R4(client: TestClient) -> None:
    customer = register(client)
    lines = [{"sku": "LAMP", "quantity": 1, "price": 1}]
    response = client.post("/orders", json={"lines": lines, "total": 1}, headers=customer)
    assert response.status_code == 422
    assert set(response.json()["errors"]) == {"lines", "total"}


def test_everything_is_there_after_a_restart__R5(client: TestClient, path: str) -> None:
    customer = register(client)
    order_path = order(client, customer)
    assert act(client, order_path, "place", customer) == 200
    with TestClient(create_app(path, "another-secret")) as restarted:
        assert restarted.get(order_path, headers=customer).json()["status"] == "placed"
        items = restarted.get(f"{order_path}/history", headers=customer).json()["items"]
        assert [(item["from"], item["to"]) for item in items] == [(None, "draft"), ("draft", "placed")]
        assert stock(restarted) == 3
        assert restarted.get("/orders", headers=STAFF).status_code == 401


def test_illegal_transition__R6(client: TestClient) -> None:
    path = order(client, register(client))
    response = client.post(f"{path}/transitions", json={"action": "ship"}, headers=STAFF)
    assert (response.status_code, response.json()["allowed"]) == (409, ["cancel"])


def test_stock_is_taken_and_given_back__R7_R8(client: TestClient) -> None:
    customer = register(client)
    path = order(client, customer, 4)
    assert act(client, path, "place", customer) == 200
    other = client.post(f"{order(client, customer)}/transitions", json={"action": "place"}, headers=customer)
    assert (other.status_code, other.json()["skus"]) == (409, ["LAMP"])
    assert stock(client) == 1
    assert [act(client, path, "cancel", customer) for _ in range(2)] == [200, 409]
    assert stock(client) == 5


def test_orders_of_others__R9(client: TestClient) -> None:
    path, other = order(client, register(client)), register(client)
    assert client.get(path, headers=other).json()["code"] == "not_found"
    assert act(client, path, "cancel", other) == 404
    assert act(client, path, "cancel", STAFF) == 200
