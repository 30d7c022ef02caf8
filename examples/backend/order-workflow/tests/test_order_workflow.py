"""Black-box tests of the order API at BASE_URL: a server on a new database, started without STAFF_TOKEN.

Every test has customers and SKUs of its own.
"""

import itertools
import os
import re
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from uuid import uuid4

import httpx
import pytest

CLAIMS = 6
CALLERS = 8
UNAUTHORIZED = (401, "unauthorized")
FORBIDDEN = (403, "forbidden")
NOT_FOUND = (404, "not_found")
ILLEGAL = (409, "illegal_transition")
PATHS = {
    "draft": "",
    "placed": "place",
    "paid": "place pay",
    "shipped": "place pay ship",
    "delivered": "place pay ship deliver",
    "cancelled": "place cancel",
    "refunded": "place pay refund",
}
STAFF_ACTIONS = {"pay", "ship", "deliver", "refund"}
numbers = itertools.count(1)


def client(token=None):
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    # Without TLS there are no certificates to verify, and not loading them makes clients cheap.
    return httpx.Client(base_url=os.environ["BASE_URL"], headers=headers, trust_env=False, verify=False, timeout=10)


def at_once(calls):
    """The responses to requests that are sent at the same time."""
    barrier = Barrier(len(calls))

    def send(call):
        barrier.wait(timeout=10)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(send, calls))


@pytest.fixture(scope="session")
def anyone():
    with client() as found:
        yield found


@pytest.fixture(scope="session")
def claims(anyone):
    """Responses to the first claims of the staff token, all sent at once."""
    return at_once([partial(anyone.post, "/staff/claim")] * CLAIMS)


@pytest.fixture(scope="session")
def staff(claims):
    (token,) = [response.json()["token"] for response in claims if response.status_code == 201]
    with client(token) as found:
        yield found


def register(anyone, name="Alice"):
    found = body(anyone.post("/customers", json={"name": name}), 201)
    assert set(found) == {"id", "name", "token"}
    return found


@pytest.fixture
def customer(anyone):
    found = register(anyone)
    with client(found["token"]) as caller:
        caller.id = found["id"]
        yield caller


@pytest.fixture
def other(anyone):
    with client(register(anyone, "Bob")["token"]) as caller:
        yield caller


def body(response, status=200):
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    return response.json()


def problem(response, *extra):
    """Status and code of an error, then the named further fields."""
    assert response.headers["Content-Type"].split(";")[0] == "application/problem+json", response.text
    found = response.json()
    assert set(found) == {"type", "code", "title", "status", *extra}
    assert found["type"] == f"/problems/{found['code']}"
    assert found["title"]
    assert found["status"] == response.status_code
    return found["status"], found["code"], *(found[name] for name in extra)


def faulty(response):
    """The names of the fields that a 422 tells of."""
    status, code, errors = problem(response, "errors")
    assert (status, code) == (422, "validation_failed")
    assert all(isinstance(text, str) and text for text in errors.values())
    return set(errors)


def fields(**changes):
    return {"name": "Lamp", "price": 1999, "currency": "EUR", "stock": 10, **changes}


def product(staff, sku=None, **changes):
    """The path of a new product."""
    path = f"/products/{sku or f'T-{uuid4().hex[:16].upper()}'}"
    body(staff.put(path, json=fields(**changes)), 201)
    return path


def sku_of(path):
    return path.rpartition("/")[2]


def stock(anyone, path):
    return body(anyone.get(path))["stock"]


def line(path, quantity=1):
    return {"sku": sku_of(path), "quantity": quantity}


def order(customer, *lines):
    """The path of a new order."""
    response = customer.post("/orders", json={"lines": list(lines)})
    found = body(response, 201)
    assert response.headers["Location"] == f"/orders/{found['id']}"
    return response.headers["Location"]


def act(caller, path, action):
    return caller.post(f"{path}/transitions", json={"action": action})


def advance(customer, staff, path, state):
    """Bring a draft to a state."""
    for action in PATHS[state].split():
        body(act(staff if action in STAFF_ACTIONS else customer, path, action))
    return path


def history(caller, path):
    items = body(caller.get(f"{path}/history"))["items"]
    assert all(set(item) == {"from", "to", "actor"} for item in items)
    return [(item["from"], item["to"], item["actor"]) for item in items]


def statuses(responses):
    return sorted(response.status_code for response in responses)


# Callers


def test_staff_token_is_claimed_once__R1(anyone, claims, staff):
    assert statuses(claims) == [201] + [409] * (CLAIMS - 1)
    for response in claims:
        if response.status_code == 201:
            assert set(body(response, 201)) == {"token"}
            assert re.fullmatch(r"[A-Za-z0-9_-]{32,128}", response.json()["token"])
        else:
            assert problem(response) == (409, "already_claimed")
    for caller in (anyone, staff):
        assert problem(caller.post("/staff/claim", content=b"{".ljust(20_000))) == (409, "already_claimed")


def test_customers_get_tokens_of_their_own__R1(anyone):
    found = [register(anyone, "A\U0001f600" * 50) for _ in range(4)]
    assert len({item["id"] for item in found}) == len({item["token"] for item in found}) == 4
    for item in found:
        assert item["name"] == "A\U0001f600" * 50
        assert re.fullmatch(r"[A-Za-z0-9_-]{32,128}", item["token"])
        with client(item["token"]) as caller:
            assert body(caller.get("/orders")) == {"items": []}


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "Bearer",
        "{token}",
        "Basic {token}",
        "Bearer{token}",
        "Bearer {token}x",
        "Bearer {cut}",
        "Bearer {token},{token}",
        "Bearer ' OR '1'='1",
        "Bearer %",
        "Bearer null",
        "Bearer \u00e9",
    ],
)
def test_wrong_tokens__R1(anyone, value):
    token = register(anyone)["token"]
    value = value and value.format(token=token, cut=token[:-1])
    headers = [] if value is None else [(b"Authorization", value.encode("latin-1"))]
    for method, path in [
        ("GET", "/orders"),
        ("POST", "/orders"),
        ("GET", "/orders/1"),
        ("GET", "/orders/1/history"),
        ("POST", "/orders/1/transitions"),
        ("PUT", "/products/A"),
    ]:
        response = anyone.request(method, path, content=b"{".ljust(20_000), headers=headers)
        assert problem(response) == UNAUTHORIZED
        assert response.headers["WWW-Authenticate"] == "Bearer"
    accepted = anyone.get("/orders", headers={"Authorization": f"bEARER {token}"})
    assert body(accepted) == {"items": []}


# Products


def test_product_is_created_and_replaced__R2(anyone, staff):
    path = product(staff, name="\u706f' \U0001f4a1", price=0, stock=0)
    new = {"sku": sku_of(path), "name": "\u706f' \U0001f4a1", "price": 0, "currency": "EUR", "stock": 0}
    assert body(anyone.get(path)) == new
    changes = fields(name="N" * 100, price=100_000_000, currency="JPY", stock=1_000_000)
    replaced = body(staff.put(path, json=changes))
    assert replaced == {"sku": sku_of(path), **changes} == body(anyone.get(path))


@pytest.mark.parametrize("sku", ["A" * 33, "a", "A_B", "%C3%84", "A%0A", "A'--", "%20", "A%00"])
def test_sku_of_wrong_form__R2(anyone, staff, sku):
    assert problem(anyone.get(f"/products/{sku}")) == NOT_FOUND
    assert problem(staff.put(f"/products/{sku}", json=fields())) == NOT_FOUND
    assert faulty(staff.put(f"/products/{sku}", json={})) == set(fields())
    longest = f"{next(numbers):032}"
    assert body(staff.put(f"/products/{longest}", json=fields()), 201)["sku"] == longest


def found_names(anyone, text):
    return [item["name"] for item in body(anyone.get("/products", params={"q": text}))["items"]]


@pytest.mark.parametrize(
    "text",
    ["50%", "a_b", "it's", '"q"', "back\\slash", "' OR 1=1 --", "%' UNION SELECT 1 --", "[x]", "*", "?", "\u706f"],
)
def test_search_takes_every_character_literally__R2(anyone, staff, text):
    mark = uuid4().hex
    product(staff, name=f"{mark} {text}!")
    product(staff, name=f"{mark} 50 axb its q backslash")
    assert found_names(anyone, f"{mark} {text}") == [f"{mark} {text}!"]
    assert found_names(anyone, f"{mark.upper()} {text.upper()}!") == [f"{mark} {text}!"]
    assert len(found_names(anyone, mark)) == 2
    assert found_names(anyone, f"{mark}x{text}") == []


def test_search_takes_its_text_from_the_query_as_it_is__R2(anyone, staff):
    mark = uuid4().hex
    product(staff, name=f"{mark} a;b")
    product(staff, name=f"{mark} a b")
    for query, names in [(";", ["a;b"]), (";b&x=1", ["a;b"]), ("%3Bb", ["a;b"]), ("+b", ["a b"]), ("%20b", ["a b"])]:
        items = body(anyone.get(f"/products?q={mark}+a{query}"))["items"]
        assert [item["name"] for item in items] == [f"{mark} {name}" for name in names]


def test_search_ignores_the_case_of_ascii_letters_only__R2(anyone, staff):
    mark = uuid4().hex
    names = [f"{mark} \u00c4Z", f"{mark} \u00e4z", f"{mark} \u212aZ", f"{mark} kz"]
    for name in names:
        product(staff, name=name)
    for text, found in [("\u00e4Z", 1), ("\u00c4z", 0), ("\u212az", 2), ("KZ", 3)]:
        assert found_names(anyone, f"{mark} {text}") == [names[found]]


def test_one_of_many_puts_creates_the_product__R2(anyone, staff):
    path = f"/products/T-{uuid4().hex[:16].upper()}"
    responses = at_once([partial(staff.put, path, json=fields(stock=number)) for number in range(CALLERS)])
    assert statuses(responses) == [200] * (CALLERS - 1) + [201]
    assert body(anyone.get(path)) in [response.json() for response in responses]


def test_products_are_listed_by_sku_at_most_50__R2(anyone, staff):
    mark = uuid4().hex[:8].upper()
    for number in reversed(range(51)):
        product(staff, f"0-{mark}-{number:02}", name=mark)
    expected = [f"0-{mark}-{number:02}" for number in range(50)]
    items = body(anyone.get("/products", params={"q": mark}))["items"]
    assert [item["sku"] for item in items] == expected
    assert items[0] == {"sku": expected[0], **fields(name=mark)}
    everything = body(anyone.get("/products"))["items"]
    assert len(everything) == 50
    for query in ("q=", "q%5Bx%5D=0&Q=0&limit=1&sku=0", "__proto__=0"):
        assert body(anyone.get(f"/products?{query}"))["items"] == everything


# Orders


def test_order_is_computed_by_the_server__R3(customer, staff):
    one, two = product(staff, price=1999), product(staff, price=100_000_000)
    response = customer.post("/orders", json={"lines": [line(two, 1000), line(one, 3)]})
    found = body(response, 201)
    assert found == {
        "id": found["id"],
        "customer_id": customer.id,
        "status": "draft",
        "currency": "EUR",
        "lines": [
            {**line(two, 1000), "price": 100_000_000, "amount": 100_000_000_000},
            {**line(one, 3), "price": 1999, "amount": 5997},
        ],
        "total": 100_000_005_997,
    }
    body(staff.put(one, json=fields(price=1, currency="USD")))
    path = response.headers["Location"]
    assert body(customer.get(path)) == body(staff.get(path)) == found
    summary = {name: found[name] for name in ("id", "status", "currency", "total")}
    assert body(customer.get("/orders")) == {"items": [summary]}


def test_price_is_that_of_the_creation_in_later_states__R3(customer, staff):
    path = product(staff, price=500)
    placed = order(customer, line(path, 2))
    body(staff.put(path, json=fields(price=900)))
    assert body(act(customer, placed, "place"))["total"] == 1000
    assert body(customer.get(order(customer, line(path, 2))))["total"] == 1800


def test_orders_are_listed_newest_first_at_most_50__R3(customer, staff):
    path = product(staff)
    made = [int(order(customer, line(path)).rpartition("/")[2]) for _ in range(51)]
    expected = made[:0:-1]
    for caller in (customer, staff):
        assert [item["id"] for item in body(caller.get("/orders"))["items"]] == expected


# Bodies


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"total": 1}, {"total"}),
        ({"status": "paid"}, {"status"}),
        ({"customer_id": 1, "currency": "EUR", "id": 1}, {"customer_id", "currency", "id"}),
        ({"__proto__": {}, "constructor": None, "": 0}, {"__proto__", "constructor", ""}),
        ({"lines": None}, {"lines"}),
        ({"lines": []}, {"lines"}),
        ({"lines": {}, "x": 1}, {"lines", "x"}),
        ({"lines": ["A"]}, {"lines"}),
    ],
)
def test_orders_refuse_other_fields__R4(customer, staff, changes, names):
    lines = [line(product(staff))]
    assert faulty(customer.post("/orders", json={"lines": lines, **changes})) == names
    assert faulty(customer.post("/orders", json={})) == {"lines"}
    assert body(customer.get("/orders")) == {"items": []}


@pytest.mark.parametrize(
    "changes",
    [
        {"price": 1},
        {"amount": 1},
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": 1001},
        {"quantity": 1.5},
        {"quantity": "1"},
        {"quantity": True},
        {"quantity": None},
        {"quantity": 10**30},
        {"sku": "NO-SUCH"},
        {"sku": "' OR '1'='1"},
        {"sku": 1},
        {"sku": ["A"]},
        {"sku": None},
    ],
)
def test_wrong_lines__R4(customer, staff, changes):
    right, wrong = line(product(staff)), line(product(staff))
    assert faulty(customer.post("/orders", json={"lines": [right, {**wrong, **changes}]})) == {"lines"}
    assert body(customer.get("/orders")) == {"items": []}
    body(customer.get(order(customer, right, wrong)))


def test_lines_that_do_not_go_together__R4(customer, staff):
    euro, dollar = product(staff), product(staff, currency="USD")
    many = [line(product(staff)) for _ in range(21)]
    for lines in ([line(euro), line(dollar)], [line(euro), line(euro, 2)], many, [{"sku": sku_of(euro)}]):
        assert faulty(customer.post("/orders", json={"lines": lines})) == {"lines"}
    assert body(customer.get("/orders")) == {"items": []}
    assert len(body(customer.get(order(customer, *many[:20])))["lines"]) == 20


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"name": ""}, {"name"}),
        ({"name": "x" * 101, "price": -1}, {"name", "price"}),
        ({"name": 1, "currency": "eur"}, {"name", "currency"}),
        ({"price": 100_000_001, "stock": 1_000_001}, {"price", "stock"}),
        ({"price": True, "stock": -1}, {"price", "stock"}),
        ({"price": "5", "stock": 1.5}, {"price", "stock"}),
        ({"currency": "EURO"}, {"currency"}),
        ({"currency": "EU"}, {"currency"}),
        ({"currency": "EUR\n"}, {"currency"}),
        ({"currency": None, "sku": "B"}, {"currency", "sku"}),
    ],
)
def test_faulty_products__R4(anyone, staff, changes, names):
    path = product(staff)
    before = body(anyone.get(path))
    assert faulty(staff.put(path, json=fields(**changes))) == names
    assert body(anyone.get(path)) == before
    assert faulty(staff.put(path, json={})) == set(fields())


def test_faulty_customers__R4(anyone):
    for value in ({}, {"name": ""}, {"name": "x" * 101}, {"name": None}, {"name": 5}):
        assert faulty(anyone.post("/customers", json=value)) == {"name"}
    extra = {"name": "Alice", "id": 1, "token": "x" * 40, "staff": True}
    assert faulty(anyone.post("/customers", json=extra)) == {"id", "token", "staff"}


def send(caller, content, media_type="application/json; charset=utf-8", path="/orders"):
    headers = {} if media_type is None else {"Content-Type": media_type}
    return caller.post(path, content=content, headers=headers)


def test_bodies_that_are_no_json_object__R4(anyone, customer, staff):
    broken = [b"", b"{", b"[]", b"null", b'"x"', b'{"lines": \xff}', b"{} {}", b"{'lines': 1}", b'{"lines": "\n"}']
    broken += [b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b'{"lines": "\xed\xa0\x80"}', b'{"lines": 01}', b"{}\0"]
    for content in broken:
        assert problem(send(customer, content)) == (400, "malformed_json")
    for media_type in (None, "text/plain", "application/jsonx", "application/x-www-form-urlencoded"):
        assert problem(send(customer, b"{", media_type)) == (415, "unsupported_media_type")
    assert faulty(send(customer, b"{}", "Application/JSON ;x=y")) == {"lines"}
    made = b'{"name": "Alice"}'
    assert body(send(anyone, made.ljust(16384), path="/customers"), 201)["name"] == "Alice"
    too_large = made.ljust(16385)
    for media_type in ("application/json", None):
        assert problem(send(anyone, too_large, media_type, "/customers")) == (413, "body_too_large")
        assert problem(send(customer, too_large, media_type, "/orders/0/transitions")) == (413, "body_too_large")
    assert problem(send(customer, b"{", None, "/orders/0/transitions")) == (415, "unsupported_media_type")
    assert problem(send(customer, b"{", path="/orders/0/transitions")) == (400, "malformed_json")
    path = order(customer, line(product(staff)))
    for value in ({}, {"action": "fly"}, {"action": None}, {"action": ["place"]}, {"action": "Place"}):
        assert faulty(customer.post(f"{path}/transitions", json=value)) == {"action"}
    assert faulty(customer.post(f"{path}/transitions", json={"action": "place", "status": "paid"})) == {"status"}
    assert faulty(customer.post("/orders/0/transitions", json={})) == {"action"}
    assert len(history(customer, path)) == 1


# Transitions


def test_history_of_a_delivered_order__R5(customer, staff):
    path = advance(customer, staff, order(customer, line(product(staff))), "delivered")
    assert body(act(staff, path, "refund"))["status"] == "refunded"
    who = f"customer:{customer.id}"
    expected = [
        (None, "draft", who),
        ("draft", "placed", who),
        ("placed", "paid", "staff"),
        ("paid", "shipped", "staff"),
        ("shipped", "delivered", "staff"),
        ("delivered", "refunded", "staff"),
    ]
    assert history(customer, path) == history(staff, path) == expected
    assert body(customer.get(path))["status"] == "refunded"
    assert body(customer.get("/orders"))["items"][0]["status"] == "refunded"


@pytest.mark.parametrize("state", ["draft", "placed"])
def test_both_may_cancel__R5(customer, staff, state):
    for caller, actor in ((customer, f"customer:{customer.id}"), (staff, "staff")):
        path = advance(customer, staff, order(customer, line(product(staff))), state)
        before = body(customer.get(path))
        assert body(act(caller, path, "cancel")) == {**before, "status": "cancelled"}
        assert history(customer, path)[-1] == (state, "cancelled", actor)


@pytest.mark.parametrize(
    ("state", "by_customer", "by_staff"),
    [
        ("draft", ["place", "cancel"], ["cancel"]),
        ("placed", ["cancel"], ["pay", "cancel"]),
        ("paid", [], ["ship", "refund"]),
        ("shipped", [], ["deliver"]),
        ("delivered", [], ["refund"]),
        ("cancelled", [], []),
        ("refunded", [], []),
    ],
)
def test_illegal_transitions_tell_the_allowed_ones__R6(anyone, customer, staff, state, by_customer, by_staff):
    item = product(staff)
    path = advance(customer, staff, order(customer, line(item, 2)), state)
    before = (body(customer.get(path)), history(customer, path), stock(anyone, item))
    assert before[0]["status"] == state
    for action in {"place", "cancel"} - set(by_customer):
        assert problem(act(customer, path, action), "allowed") == (*ILLEGAL, by_customer)
    for action in (STAFF_ACTIONS | {"cancel"}) - set(by_staff):
        assert problem(act(staff, path, action), "allowed") == (*ILLEGAL, by_staff)
    assert (body(customer.get(path)), history(customer, path), stock(anyone, item)) == before


@pytest.mark.parametrize(("state", "action"), [("draft", "place"), ("placed", "pay"), ("paid", "ship")])
def test_equal_transitions_at_once__R6(anyone, customer, staff, state, action):
    item = product(staff)
    path = advance(customer, staff, order(customer, line(item, 2)), state)
    caller = customer if action == "place" else staff
    responses = at_once([partial(act, caller, path, action)] * CALLERS)
    assert statuses(responses) == [200] + [409] * (CALLERS - 1)
    assert len(history(customer, path)) == len(PATHS[state].split()) + 2
    assert stock(anyone, item) == 8


def test_opposed_transitions_at_once__R6_R8(anyone, customer, staff):
    item = product(staff)
    path = advance(customer, staff, order(customer, line(item, 2)), "placed")
    opposed = [partial(act, customer, path, "cancel"), partial(act, staff, path, "pay")]
    assert statuses(at_once(opposed * (CALLERS // 2))) == [200] + [409] * (CALLERS - 1)
    status = body(customer.get(path))["status"]
    assert stock(anyone, item) == {"cancelled": 10, "paid": 8}[status]
    assert [to for _, to, _ in history(customer, path)] == ["draft", "placed", status]


# Stock


def test_placing_takes_stock__R7(anyone, customer, staff):
    one, two = product(staff, stock=3), product(staff, stock=7)
    path = order(customer, line(one, 3), line(two, 2))
    assert (stock(anyone, one), stock(anyone, two)) == (3, 7)
    assert body(act(customer, path, "place"))["status"] == "placed"
    assert (stock(anyone, one), stock(anyone, two)) == (0, 5)


def test_placing_takes_all_or_nothing__R7(anyone, customer, staff):
    items = [product(staff, stock=number) for number in (1, 9, 0, 5, 4)]
    path = order(customer, *(line(item, 5) for item in reversed(items)))
    lacking = [sku_of(items[number]) for number in (4, 2, 0)]
    assert problem(act(customer, path, "place"), "skus") == (409, "out_of_stock", lacking)
    assert [stock(anyone, item) for item in items] == [1, 9, 0, 5, 4]
    assert body(customer.get(path))["status"] == "draft"
    assert len(history(customer, path)) == 1
    for item in items:
        body(staff.put(item, json=fields(stock=6)))
    body(act(customer, path, "place"))
    assert [stock(anyone, item) for item in items] == [1] * 5


def test_orders_at_once_do_not_oversell__R7(anyone, customer, other, staff):
    scarce, plenty = product(staff, stock=7), product(staff, stock=100)
    callers = [customer, other] * (CALLERS // 2)
    paths = [order(caller, line(plenty), line(scarce, 2)) for caller in callers]
    attempts = [partial(act, caller, path, "place") for caller, path in zip(callers, paths, strict=True)]
    responses = at_once(attempts)
    assert statuses(responses) == [200] * 3 + [409] * (CALLERS - 3)
    for response in responses:
        if response.status_code == 409:
            assert problem(response, "skus") == (409, "out_of_stock", [sku_of(scarce)])
    assert (stock(anyone, scarce), stock(anyone, plenty)) == (1, 97)


@pytest.mark.parametrize(
    ("state", "action", "left"),
    [("draft", "cancel", 10), ("placed", "cancel", 10), ("paid", "refund", 10), ("delivered", "refund", 6)],
)
def test_what_goes_back_into_stock__R8(anyone, customer, staff, state, action, left):
    one, two = product(staff), product(staff)
    path = advance(customer, staff, order(customer, line(one, 4), line(two, 1)), state)
    assert stock(anyone, one) == (10 if state == "draft" else 6)
    body(act(staff, path, action))
    assert problem(act(staff, path, action), "allowed") == (*ILLEGAL, [])
    assert stock(anyone, one) == left
    assert stock(anyone, two) == (10 if left == 10 else 9)


def test_what_goes_back_is_added_to_the_stock_of_now__R8(anyone, customer, staff):
    item = product(staff)
    path = advance(customer, staff, order(customer, line(item, 4)), "placed")
    body(staff.put(item, json=fields(stock=1_000_000)))
    body(act(customer, path, "cancel"))
    assert stock(anyone, item) == 1_000_004


@pytest.mark.parametrize(("state", "action"), [("placed", "cancel"), ("paid", "refund")])
def test_stock_goes_back_once_of_many_requests__R8(anyone, customer, staff, state, action):
    item = product(staff)
    path = advance(customer, staff, order(customer, line(item, 4)), state)
    callers = [staff, customer if action == "cancel" else staff] * (CALLERS // 2)
    responses = at_once([partial(act, caller, path, action) for caller in callers])
    assert statuses(responses) == [200] + [409] * (CALLERS - 1)
    assert stock(anyone, item) == 10


# Access


def test_other_customers_orders_do_not_exist__R9(anyone, customer, other, staff):
    item = product(staff)
    path = order(customer, line(item))
    mine = order(other, line(item))
    assert problem(other.get(path)) == NOT_FOUND
    assert problem(other.get(f"{path}/history")) == NOT_FOUND
    for action in ("place", "cancel", "ship"):
        assert problem(act(other, path, action)) == NOT_FOUND
    assert [f"/orders/{found['id']}" for found in body(other.get("/orders"))["items"]] == [mine]
    assert {path, mine} <= {f"/orders/{found['id']}" for found in body(staff.get("/orders"))["items"]}
    assert history(customer, path) == [(None, "draft", f"customer:{customer.id}")]
    assert stock(anyone, item) == 10


@pytest.mark.parametrize(
    "form",
    ["{}%20OR%201=1", "{}'%20OR%20'1'='1", "{};--", "0{}", "+{}", "-{}", "{}.0", "{}%0A", "{}%00", "0x{}", "%D9%A1"]
    + ["%FF", "0", "x", "9" * 18, "9" * 19, "9" * 40],
)
def test_other_forms_of_an_id_are_unknown__R9(customer, staff, form):
    path = order(customer, line(product(staff)))
    wrong = f"/orders/{form.format(path.rpartition('/')[2])}"
    for caller in (customer, staff):
        assert problem(caller.get(wrong)) == NOT_FOUND
        assert problem(caller.get(f"{wrong}/history")) == NOT_FOUND
        assert problem(act(caller, wrong, "cancel")) == NOT_FOUND
    assert body(customer.get(path))["status"] == "draft"


def test_customers_do_no_work_of_staff__R9(anyone, customer, staff):
    item = product(staff)
    assert problem(customer.put(item, json=fields(price=1))) == FORBIDDEN
    assert problem(customer.put("/products/x", content=b"{".ljust(20_000))) == FORBIDDEN
    path = advance(customer, staff, order(customer, line(item)), "placed")
    for action in sorted(STAFF_ACTIONS):
        assert problem(act(customer, path, action)) == FORBIDDEN
    assert body(customer.get(path))["status"] == "placed"
    assert body(anyone.get(item))["price"] == 1999


def test_staff_neither_order_nor_place__R9(anyone, customer, staff):
    item = product(staff)
    assert problem(staff.post("/orders", json={"lines": [line(item)]})) == FORBIDDEN
    assert problem(staff.post("/orders", content=b"{".ljust(20_000))) == FORBIDDEN
    path = order(customer, line(item))
    assert problem(act(staff, path, "place")) == FORBIDDEN
    assert history(staff, path) == [(None, "draft", f"customer:{customer.id}")]
    assert stock(anyone, item) == 10


@pytest.mark.parametrize(
    "path", ["/", "/order", "/Products", "/orders/1/lines", "/products/A/B", "/staff", "/admin", "/docs"]
)
def test_unknown_paths__R9(anyone, customer, path):
    assert problem(anyone.get(path)) == NOT_FOUND
    assert problem(customer.get(path)) == NOT_FOUND
    assert body(anyone.get("/health")) == {"status": "ok"}
