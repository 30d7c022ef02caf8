import json
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection

pytestmark = pytest.mark.django_db
of_several_threads = pytest.mark.django_db(transaction=True)

LIMIT = 1_000_000_000_000_000
REPLAYED = "Idempotent-Replayed"
UNSUPPORTED = (415, "unsupported_media_type")
MALFORMED = (400, "malformed_json")
INVALID_KEY = (400, "invalid_idempotency_key")
NOT_FOUND = (404, "not_found")
SAME_ACCOUNT = (422, "same_account")
UNKNOWN_ACCOUNT = (422, "unknown_account")
CURRENCY_MISMATCH = (422, "currency_mismatch")
INSUFFICIENT_FUNDS = (409, "insufficient_funds")
BALANCE_LIMIT = (409, "balance_limit")
KEY_REUSED = (422, "idempotency_key_reused")


@pytest.fixture
def api(client):
    """A client of the application on an empty database."""
    return client


@pytest.fixture
def alice(api):
    """The id of an account with 1000."""
    return open_account(api, 1000)


@pytest.fixture
def bob(api):
    """The id of an account with 500."""
    return open_account(api, 500)


@pytest.fixture
def slow_database():
    """Let other threads run after each SQL statement; for threads that start from now on.

    Between what a request reads and what it writes, others then do the same if they can.
    """

    def pause(_frame, event, function):
        if event == "c_return" and function.__name__ == "execute":
            time.sleep(0.001)

    threading.setprofile(pause)
    yield
    threading.setprofile(None)


def send(api, path, content, headers=None):
    json_type = {"Content-Type": "application/json"}
    return api.generic("POST", path, content, headers=json_type | (headers or {}))


def post(api, path, value, headers=None):
    return send(api, path, json.dumps(value), headers)


def media_type(response):
    return response.headers["Content-Type"].split(";")[0]


def result(response, status=200):
    """The body of a successful response that is no replay."""
    assert response.status_code == status, response.text
    assert media_type(response) == "application/json"
    assert REPLAYED not in response.headers
    return response.json()


def problem(response):
    """Status and code of an error response without errors of fields."""
    assert media_type(response) == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status"}
    assert body["title"]
    assert body["status"] == response.status_code
    return response.status_code, body["type"].removeprefix("/problems/")


def faulty(response):
    """Names of the inputs that an answer 422 validation_failed calls faulty."""
    assert media_type(response) == "application/problem+json"
    body = response.json()
    assert set(body) == {"type", "title", "status", "errors"}
    assert (body["type"], body["status"]) == ("/problems/validation_failed", 422)
    assert response.status_code == 422
    assert all(body["errors"].values())
    return set(body["errors"])


def assert_replay(response, first):
    assert response.headers[REPLAYED] == "true"
    assert REPLAYED not in first.headers
    assert response.status_code == first.status_code
    assert response.headers["Content-Type"] == first.headers["Content-Type"]
    assert response.headers.get("Location") == first.headers.get("Location")
    assert response.json() == first.json()


def open_account(api, balance, currency="EUR"):
    body = {"currency": currency, "opening_balance": balance}
    return result(post(api, "/accounts", body), 201)["id"]


def balances(api, *accounts):
    return [result(api.get(f"/accounts/{account}"))["balance"] for account in accounts]


def transfer(api, source, target, amount, key=None):
    body = {"from": source, "to": target, "amount": amount}
    return post(api, "/transfers", body, {"Idempotency-Key": key or str(uuid4())})


def transferred(api, source, target, amount):
    return result(transfer(api, source, target, amount), 201)["id"]


def page(api, account, query=""):
    body = result(api.get(f"/accounts/{account}/entries{query}"))
    assert set(body) == {"items", "next_cursor"}
    return body["items"], body["next_cursor"]


def at_once(requests):
    """The responses to requests, given as functions, that are made by threads of their own."""
    with ThreadPoolExecutor(len(requests)) as pool:
        return [future.result() for future in [pool.submit(request) for request in requests]]


def test_health(api):
    assert result(api.get("/health")) == {"status": "ok"}


def test_account_is_created_and_read__R1(api):
    response = post(api, "/accounts", {"currency": "USD", "opening_balance": LIMIT})
    account = result(response, 201)
    assert account == {
        "id": account["id"],
        "currency": "USD",
        "opening_balance": LIMIT,
        "balance": LIMIT,
    }
    assert response.headers["Location"] == f"/accounts/{account['id']}"
    assert result(api.get(f"/accounts/{account['id']}")) == account


# Run by processes of their own, because one process serves one database.
SCENARIO = """
import json
from config import asgi
from django.test import Client

api = Client()

def post(path, value, key):
    response = api.generic(
        "POST", path, json.dumps(value),
        headers={"Content-Type": "application/json", "Idempotency-Key": key},
    )
    headers = [response.headers.get(name) for name in ("Location", "Idempotent-Replayed")]
    return response.status_code, *headers, response.json()

def read(path):
    return api.get(path).json()
"""
BEFORE = """
source, target = (
    post("/accounts", {"currency": "EUR", "opening_balance": balance}, "")[-1]["id"]
    for balance in (100, 0)
)
transfer = {"from": source, "to": target, "amount": 60}
answers = [post("/transfers", transfer, key) for key in ("done", "refused")]
print(json.dumps([transfer, answers, read(f"/accounts/{source}/entries")]))
"""
AFTER = """
answers = [post("/transfers", transfer, key) for key in ("done", "refused")]
state = [read(f"/accounts/{transfer[name]}")["balance"] for name in ("from", "to")]
found = read(answers[0][1])
print(json.dumps([answers, state, found, read(f"/accounts/{transfer['from']}/entries")]))
"""


def run_process(script, path):
    """What a process that serves the database at the path prints."""
    environment = os.environ | {
        "DATABASE_PATH": str(path),
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    command = [sys.executable, "-c", SCENARIO + script]
    output = subprocess.run(command, env=environment, check=True, capture_output=True).stdout
    return json.loads(output)


def test_everything_is_there_after_a_restart__R1(tmp_path):
    path = tmp_path / "transfers.sqlite3"
    transfer, (done, refused), entries = run_process(BEFORE, path)
    assert [done[0], refused[0]] == [201, 409]
    answers, state, found, entries_after = run_process(f"transfer = {transfer}" + AFTER, path)
    assert answers == [[*answer[:2], "true", answer[3]] for answer in (done, refused)]
    assert state == [40, 60]
    assert found == done[3]
    assert entries_after == entries


def test_database_is_in_memory_without_a_path__R1():
    transfer, (done, _), entries = run_process(BEFORE, "")
    assert (done[0], done[3]["amount"]) == (201, 60)
    assert entries["items"][0]["counterparty"] == transfer["to"]


def test_migrations_make_the_tables_of_the_models__R1(settings):
    settings.MIGRATION_MODULES = {}  # pytest's --no-migrations hides them
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_transfer_moves_the_amount_and_is_read__R2(api, alice, bob):
    response = transfer(api, alice, bob, 250)
    done = result(response, 201)
    assert done == {"id": done["id"], "from": alice, "to": bob, "amount": 250, "currency": "EUR"}
    assert response.headers["Location"] == f"/transfers/{done['id']}"
    assert result(api.get(f"/transfers/{done['id']}")) == done
    assert balances(api, alice, bob) == [750, 750]


FAIL = """
    CREATE TRIGGER fail BEFORE INSERT ON ledger_answer BEGIN SELECT RAISE(ABORT, 'disk full'); END
"""


def test_nothing_is_moved_when_the_answer_cannot_be_stored__R2_R3(api):
    source, target = open_account(api, 100), open_account(api, 0)
    api.raise_request_exception = False
    with connection.cursor() as database:
        database.execute(FAIL)
    assert transfer(api, source, target, 60, "key").status_code == 500
    with connection.cursor() as database:
        database.execute("DROP TRIGGER fail")
    assert balances(api, source, target) == [100, 0]
    assert page(api, source) == ([], None)
    assert result(transfer(api, source, target, 60, "key"), 201)["amount"] == 60
    assert balances(api, source, target) == [40, 60]


@pytest.mark.parametrize("amount", [1, LIMIT - 1, LIMIT])
def test_amounts_are_exact__R2(api, amount):
    source, target = open_account(api, LIMIT), open_account(api, 0)
    transferred(api, source, target, amount)
    assert balances(api, source, target) == [LIMIT - amount, amount]


def test_used_key_gives_the_first_answer__R3(api, alice, bob):
    first = transfer(api, alice, bob, 30, "key")
    transferred(api, alice, bob, 970)
    assert_replay(transfer(api, alice, bob, 30, "key"), first)
    body = f'{{ "amount":30,\n"to" :"{bob}","fr\\u006fm": "{alice}"}}'
    assert_replay(send(api, "/transfers", body, {"Idempotency-Key": "key"}), first)
    assert balances(api, alice, bob) == [0, 1500]
    assert len(page(api, alice)[0]) == 2


def test_used_key_with_another_transfer_is_refused__R3(api, alice, bob):
    carol = open_account(api, 1000)
    first = transfer(api, alice, bob, 30, "key")
    others = ((alice, bob, 31), (alice, carol, 30), (carol, bob, 30), (alice, alice, LIMIT))
    for other in others:
        response = transfer(api, *other, "key")
        assert problem(response) == KEY_REUSED
        assert REPLAYED not in response.headers
    assert balances(api, alice, bob, carol) == [970, 530, 1000]
    assert_replay(transfer(api, alice, bob, 30, "key"), first)


def test_keys_are_compared_exactly__R3(api, alice, bob):
    for key in ("key", "KEY", "key.", "%6Bey"):
        assert REPLAYED not in transfer(api, alice, bob, 1, key).headers
    assert balances(api, alice) == [996]


def test_refusal_is_repeated_when_the_money_has_arrived__R4(api, alice, bob):
    first = transfer(api, alice, bob, 1001, "key")
    assert problem(first) == INSUFFICIENT_FUNDS
    transferred(api, bob, alice, 500)
    assert_replay(transfer(api, alice, bob, 1001, "key"), first)
    assert balances(api, alice, bob) == [1500, 0]
    transferred(api, alice, bob, 1001)


def test_other_refusals_are_repeated__R4(api, alice):
    for target in (alice, "unknown", open_account(api, 1, "USD"), open_account(api, LIMIT)):
        first = transfer(api, alice, target, 1, f"key-{target}")
        assert_replay(transfer(api, alice, target, 1, f"key-{target}"), first)


def test_faulty_request_leaves_the_key_new__R4(api, alice, bob):
    key = {"Idempotency-Key": "key"}
    body = {"from": alice, "to": bob, "amount": 1}
    assert problem(post(api, "/transfers", body, key | {"Content-Type": "a/b"})) == UNSUPPORTED
    assert problem(send(api, "/transfers", "[]", key)) == MALFORMED
    assert faulty(post(api, "/transfers", body | {"amount": -1}, key)) == {"amount"}
    assert result(post(api, "/transfers", body, key), 201)["amount"] == 1


@of_several_threads
@pytest.mark.parametrize(("amount", "status"), [(600, 201), (1001, 409)])
def test_one_of_concurrent_requests_with_one_key_is_decided__R5(
    api, alice, bob, slow_database, amount, status
):
    responses = at_once([lambda: transfer(api, alice, bob, amount, "key")] * 6)
    [first] = [response for response in responses if REPLAYED not in response.headers]
    assert first.status_code == status
    for response in responses:
        if response is not first:
            assert_replay(response, first)
    moved = amount if status == 201 else 0
    assert balances(api, alice, bob) == [1000 - moved, 500 + moved]


@of_several_threads
def test_concurrent_transfers_spend_what_there_is__R6(api, alice, bob, slow_database):
    responses = at_once([lambda: transfer(api, alice, bob, 300)] * 6)
    assert sorted(response.status_code for response in responses) == [201] * 3 + [409] * 3
    assert balances(api, alice, bob) == [100, 1400]
    assert [item["balance_after"] for item in page(api, alice)[0]] == [100, 400, 700]


@of_several_threads
def test_concurrent_transfers_in_both_directions__R6(api, alice, bob, slow_database):
    there = [lambda: transfer(api, alice, bob, 10)] * 4
    back = [lambda: transfer(api, bob, alice, 7)] * 4
    responses = at_once(there + back)
    assert [response.status_code for response in responses] == [201] * 8
    assert balances(api, alice, bob) == [988, 512]


def test_refusals_change_nothing__R7(api, alice, bob):
    dollars = open_account(api, 5, "USD")
    full = open_account(api, LIMIT - 10)
    for source, target, amount, refusal in (
        (alice, alice, 1001, SAME_ACCOUNT),
        ("unknown", "unknown", 1, SAME_ACCOUNT),
        (alice, "unknown", 1001, UNKNOWN_ACCOUNT),
        ("unknown", alice, 1, UNKNOWN_ACCOUNT),
        (alice, dollars, 1001, CURRENCY_MISMATCH),
        (alice, bob, 1001, INSUFFICIENT_FUNDS),
        (alice, full, 1001, INSUFFICIENT_FUNDS),
        (alice, full, 11, BALANCE_LIMIT),
    ):
        response = transfer(api, source, target, amount)
        assert problem(response) == refusal
        assert REPLAYED not in response.headers
    assert balances(api, alice, bob, dollars, full) == [1000, 500, 5, LIMIT - 10]
    assert page(api, alice) == page(api, full) == ([], None)


def test_balance_may_reach_the_limit__R7(api, alice):
    target = open_account(api, LIMIT - 10)
    transferred(api, alice, target, 10)
    assert balances(api, target) == [LIMIT]


def test_entries_come_latest_first__R8(api, alice, bob):
    first = transferred(api, alice, bob, 200)
    second = transferred(api, bob, alice, 650)
    items, cursor = page(api, alice)
    assert items == [
        {"transfer_id": second, "counterparty": bob, "amount": 650, "balance_after": 1450},
        {"transfer_id": first, "counterparty": bob, "amount": -200, "balance_after": 800},
    ]
    assert cursor is None
    assert [item["balance_after"] for item in page(api, bob)[0]] == [50, 700]


def test_pages_give_what_there_was_at_the_first__R8(api, alice, bob):
    expected = [transferred(api, alice, bob, 1) for _ in range(24)][::-1]
    items, cursor = page(api, alice)
    assert len(items) == 20
    for limit in (1, 3):
        transferred(api, bob, alice, 1)
        more, cursor = page(api, alice, f"?limit={limit}&cursor={cursor}&unknown=")
        assert len(more) == limit
        items += more
    assert cursor is None
    assert [item["transfer_id"] for item in items] == expected


@pytest.mark.parametrize("written", ["10.5", '"10"', "true", "null", "-1", str(LIMIT + 1), "[]"])
def test_faulty_money__R9(api, alice, bob, written):
    account = f'{{"currency": "EUR", "opening_balance": {written}}}'
    assert faulty(send(api, "/accounts", account)) == {"opening_balance"}
    body = f'{{"from": "{alice}", "to": "{bob}", "amount": {written}}}'
    assert faulty(send(api, "/transfers", body, {"Idempotency-Key": "key"})) == {"amount"}


def test_all_faulty_fields_are_named__R9(api):
    key = {"Idempotency-Key": "key"}
    assert faulty(post(api, "/accounts", {})) == {"currency", "opening_balance"}
    body = {"currency": "EUR\n", "opening_balance": 0, "balance": None}
    assert faulty(post(api, "/accounts", body)) == {"currency", "balance"}
    body = {"from": "", "to": "x" * 65, "amount": 0, "": 1}
    assert faulty(post(api, "/transfers", body, key)) == {"from", "to", "amount", ""}
    body = {"from": "x" * 64, "to": "x", "amount": LIMIT}
    assert problem(post(api, "/transfers", body, key)) == UNKNOWN_ACCOUNT


@pytest.mark.parametrize("limit", ["", "0", "101", "%2B5", "5.0", "%D9%A5", "5%0A", "5&limit=5"])
def test_faulty_limit__R9(api, limit):
    # Comes before the account, which is unknown.
    response = api.get(f"/accounts/unknown/entries?limit={limit}&cursor=nonsense")
    assert faulty(response) == {"limit", "cursor"}


@pytest.mark.parametrize("limit", ["1", "100", "007"])
def test_allowed_limit__R8(api, alice, limit):
    assert page(api, alice, f"?limit={limit}") == ([], None)


@pytest.mark.parametrize("form", ["", "{}&cursor={}", "{}x", "{}{}", "{}%0A", "{}" + "0" * 30])
def test_faulty_cursor__R9(api, alice, bob, form):
    for _ in range(2):
        transferred(api, alice, bob, 1)
    cursor = page(api, alice, "?limit=1")[1]
    query = form.replace("{}", cursor)
    assert faulty(api.get(f"/accounts/{alice}/entries?cursor={query}")) == {"cursor"}


@pytest.mark.parametrize("key", [None, "", "x" * 65, "a b"])
def test_faulty_key__R9(api, key):
    headers = {} if key is None else {"Idempotency-Key": key}
    assert problem(send(api, "/transfers", "{}", headers)) == INVALID_KEY
    assert problem(send(api, "/transfers", "{", headers)) == MALFORMED


@pytest.mark.parametrize(
    "body", [b"", b"[]", b'{"a": NaN}', b'{"a": "\xff"}', b'{"a": 1,}', "{}".encode("utf-16")]
)
def test_malformed_body__R9(api, body):
    assert problem(send(api, "/accounts", body)) == MALFORMED


def test_media_type__R9(api):
    body = '{"currency": "EUR", "opening_balance": 1}'
    for written in ("text/plain", "application/jsonx", "", "x; application/json"):
        assert problem(send(api, "/accounts", body, {"Content-Type": written})) == UNSUPPORTED
    assert problem(api.generic("POST", "/accounts", body, content_type=None)) == UNSUPPORTED
    written = "Application/JSON; charset=latin1"
    result(send(api, "/accounts", body, {"Content-Type": written}), 201)


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/openapi.json", "/accounts/x", "/accounts/x/entries", "/transfers/x"]
)
def test_unknown_path__R9(api, path):
    assert problem(api.get(path)) == NOT_FOUND
