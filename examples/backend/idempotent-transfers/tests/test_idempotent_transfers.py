"""Black-box tests of the money transfer API at BASE_URL.

The server may already hold data, of an earlier run for instance: every test makes accounts of its
own and looks only at them, and idempotency keys are new.
"""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import httpx
import pytest

LIMIT = 1_000_000_000_000_000
REPLAYED = "Idempotent-Replayed"
UNKNOWN_ID = "no-such-id"
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


@pytest.fixture(scope="session")
def api():
    with httpx.Client(base_url=os.environ["BASE_URL"], trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture
def alice(api):
    """The id of an account with 1000."""
    return open_account(api, 1000)


@pytest.fixture
def bob(api):
    """The id of an account with 500."""
    return open_account(api, 500)


@pytest.fixture(scope="session")
def idle_pair(api):
    """Two accounts with 1000 and 500 for tests in which every request is refused."""
    return open_account(api, 1000), open_account(api, 500)


@pytest.fixture(scope="session")
def busy(api):
    """An account with 103 entries and their transfers, latest first; not to be changed."""
    account, other = open_account(api, 1000), open_account(api, 1000)
    transfers = [transferred(api, account, other, 1)["id"] for _ in range(103)]
    return account, transfers[::-1]


def new_key():
    return f"key-{uuid4()}"


def media_type(response):
    return response.headers["Content-Type"].split(";")[0].strip().lower()


def result(response, status):
    """The body of a successful response that is no replay."""
    assert response.status_code == status, response.text
    assert media_type(response) == "application/json"
    assert REPLAYED not in response.headers
    return response.json()


def problem_body(response):
    assert media_type(response) == "application/problem+json", response.text
    body = response.json()
    assert body["type"].startswith("/problems/")
    assert isinstance(body["title"], str)
    assert body["title"]
    assert body["status"] == response.status_code
    return body


def problem(response):
    """Status and code of an error response without errors of fields."""
    body = problem_body(response)
    assert set(body) == {"type", "title", "status"}
    return response.status_code, body["type"].removeprefix("/problems/")


def refused(response):
    """Status and code of an error response that is no replay."""
    assert REPLAYED not in response.headers
    return problem(response)


def faulty(response):
    """Names of the inputs that an answer 422 validation_failed calls faulty."""
    assert response.status_code == 422, response.text
    assert REPLAYED not in response.headers
    body = problem_body(response)
    assert set(body) == {"type", "title", "status", "errors"}
    assert body["type"] == "/problems/validation_failed"
    assert all(isinstance(text, str) and text for text in body["errors"].values())
    return set(body["errors"])


def assert_replay(response, first):
    """The response gives the first answer again and says so."""
    assert response.headers[REPLAYED] == "true"
    assert response.status_code == first.status_code
    assert media_type(response) == media_type(first)
    assert response.json() == first.json()
    assert response.headers.get("Location") == first.headers.get("Location")


def send(api, path, content, headers=None):
    """POST bytes, text or pieces of bytes as they are; they need not be JSON."""
    json_type = {"Content-Type": "application/json"}
    return api.post(path, content=content, headers=json_type | (headers or {}))


def post(api, path, value, headers=None):
    return send(api, path, json.dumps(value), headers)


def create_account(api, balance, currency="EUR"):
    return post(api, "/accounts", {"currency": currency, "opening_balance": balance})


def open_account(api, balance, currency="EUR"):
    return result(create_account(api, balance, currency), 201)["id"]


def balances(api, *accounts):
    return [result(api.get(f"/accounts/{account}"), 200)["balance"] for account in accounts]


def transfer(api, source, target, amount, key=None):
    """POST a transfer, with a new key if none is given."""
    body = {"from": source, "to": target, "amount": amount}
    return post(api, "/transfers", body, {"Idempotency-Key": key or new_key()})


def transferred(api, source, target, amount, key=None):
    return result(transfer(api, source, target, amount, key), 201)


def entry(done, counterparty, amount, balance_after):
    return {
        "transfer_id": done["id"],
        "counterparty": counterparty,
        "amount": amount,
        "balance_after": balance_after,
    }


def page(api, account, **params):
    """The items and the cursor of one page of entries."""
    body = result(api.get(f"/accounts/{account}/entries", params=params), 200)
    assert set(body) == {"items", "next_cursor"}
    return body["items"], body["next_cursor"]


def rest(api, account, cursor, **params):
    """All entries of the pages that follow a cursor."""
    items = []
    while cursor is not None:
        assert isinstance(cursor, str)
        more, cursor = page(api, account, cursor=cursor, **params)
        assert more
        items += more
    return items


def entries(api, account, **params):
    """All entries of an account."""
    items, cursor = page(api, account, **params)
    return items + rest(api, account, cursor, **params)


def assert_books_agree(api, *accounts):
    """The entries of every account lead from its opening balance to its balance."""
    for account in accounts:
        state = result(api.get(f"/accounts/{account}"), 200)
        balance = state["opening_balance"]
        for entry in reversed(entries(api, account)):
            balance += entry["amount"]
            assert entry["balance_after"] == balance
            assert 0 <= balance <= LIMIT
        assert state["balance"] == balance


def transfer_at_once(api, transfers):
    """Responses to transfers, given as (from, to, amount, key), that arrive at the same time."""
    barrier = Barrier(len(transfers))

    def run(source, target, amount, key):
        body = json.dumps({"from": source, "to": target, "amount": amount}).encode()

        def held_back():
            """The body in two pieces; the second is sent when every request has sent its first."""
            yield body[:-1]
            barrier.wait(timeout=10)
            yield body[-1:]

        headers = {"Idempotency-Key": key, "Content-Length": str(len(body))}
        return send(api, "/transfers", held_back(), headers)

    with ThreadPoolExecutor(len(transfers)) as pool:
        return list(pool.map(lambda arguments: run(*arguments), transfers))


def assert_decided(responses, carried_out, refusal):
    """So many of the transfers are carried out, the others refused in the given way."""
    done = [result(response, 201) for response in responses if response.status_code == 201]
    assert len({transfer["id"] for transfer in done}) == carried_out
    others = [refused(response) for response in responses if response.status_code != 201]
    assert others == [refusal] * (len(responses) - carried_out)


def test_health(api):
    assert result(api.get("/health"), 200) == {"status": "ok"}


# Accounts


@pytest.mark.parametrize(
    ("balance", "currency"), [(0, "EUR"), (1, "AZZ"), (LIMIT - 1, "JPY"), (LIMIT, "EUR")]
)
def test_created_account_is_answered_with_location_and_can_be_read__R1(api, balance, currency):
    response = create_account(api, balance, currency)
    account = result(response, 201)
    assert account == {
        "id": account["id"],
        "currency": currency,
        "opening_balance": balance,
        "balance": balance,
    }
    assert re.fullmatch(r"[A-Za-z0-9_-]+", account["id"])
    assert response.headers["Location"] == f"/accounts/{account['id']}"
    assert result(api.get(f"/accounts/{account['id']}"), 200) == account


def test_accounts_with_the_same_values_are_different__R1(api):
    first, second = open_account(api, 10), open_account(api, 10)
    assert first != second
    transferred(api, first, second, 3)
    assert balances(api, first, second) == [7, 13]


def test_opening_balance_stays_when_the_balance_changes__R1(api, alice, bob):
    transferred(api, alice, bob, 300)
    assert result(api.get(f"/accounts/{alice}"), 200) == {
        "id": alice,
        "currency": "EUR",
        "opening_balance": 1000,
        "balance": 700,
    }


@pytest.mark.parametrize(
    "written",
    ["Application/JSON", "application/json;charset=iso-8859-1", 'application/JSON ; profile="x"'],
)
def test_media_type_may_have_parameters_and_any_case__R1(api, alice, bob, written):
    body = '{"currency": "EUR", "opening_balance": 1}'
    assert result(send(api, "/accounts", body, {"Content-Type": written}), 201)["balance"] == 1
    headers = {"Content-Type": written, "Idempotency-Key": new_key()}
    body = {"from": alice, "to": bob, "amount": 1}
    assert result(post(api, "/transfers", body, headers), 201)["amount"] == 1


# Transfers


def test_transfer_is_answered_with_location_and_can_be_read__R2(api, alice, bob):
    response = transfer(api, alice, bob, 250)
    done = result(response, 201)
    assert done == {
        "id": done["id"],
        "from": alice,
        "to": bob,
        "amount": 250,
        "currency": "EUR",
    }
    assert re.fullmatch(r"[A-Za-z0-9_-]+", done["id"])
    assert response.headers["Location"] == f"/transfers/{done['id']}"
    assert result(api.get(f"/transfers/{done['id']}"), 200) == done
    assert balances(api, alice, bob) == [750, 750]


def test_transfer_has_the_currency_of_its_accounts__R2(api):
    source, target = open_account(api, 10, "JPY"), open_account(api, 0, "JPY")
    done = transferred(api, source, target, 10)
    assert done["currency"] == "JPY"
    assert result(api.get(f"/transfers/{done['id']}"), 200) == done


def test_other_accounts_keep_their_balance__R2(api, alice, bob):
    carol = open_account(api, 70)
    transferred(api, alice, bob, 1)
    transferred(api, bob, carol, 501)
    assert balances(api, alice, bob, carol) == [999, 0, 571]


def test_whole_balance_can_be_moved_and_moved_back__R2(api, alice):
    empty = open_account(api, 0)
    transferred(api, alice, empty, 1000)
    assert balances(api, alice, empty) == [0, 1000]
    transferred(api, empty, alice, 1000)
    assert balances(api, alice, empty) == [1000, 0]


@pytest.mark.parametrize("amount", [LIMIT, 999_999_999_999_937, 1])
def test_large_amounts_are_exact__R2(api, amount):
    source, target = open_account(api, LIMIT), open_account(api, 0)
    done = transferred(api, source, target, amount)
    assert done["amount"] == amount
    assert result(api.get(f"/transfers/{done['id']}"), 200) == done
    assert balances(api, source, target) == [LIMIT - amount, amount]
    assert page(api, source)[0][0]["amount"] == -amount
    assert page(api, source)[0][0]["balance_after"] == LIMIT - amount


def test_numbers_are_written_without_point_or_exponent__R2(api):
    source, target = open_account(api, LIMIT), open_account(api, 0)
    response = transfer(api, source, target, LIMIT)
    assert re.search(rf'"amount":\s*{LIMIT}\s*[,}}]', response.text)
    assert re.search(rf'"balance":\s*{LIMIT}\s*[,}}]', api.get(f"/accounts/{target}").text)


# Idempotency


def test_repeated_request_moves_nothing_and_gets_the_first_answer__R3(api, alice, bob):
    key = new_key()
    first = transfer(api, alice, bob, 400, key)
    assert REPLAYED not in first.headers
    for _ in range(3):
        assert_replay(transfer(api, alice, bob, 400, key), first)
    assert balances(api, alice, bob) == [600, 900]
    assert len(entries(api, alice)) == len(entries(api, bob)) == 1


def test_first_answer_is_repeated_after_other_transfers__R3(api, alice, bob):
    key = new_key()
    first = transfer(api, alice, bob, 900, key)
    transferred(api, alice, bob, 100)
    assert_replay(transfer(api, alice, bob, 900, key), first)
    assert balances(api, alice, bob) == [0, 1500]


def test_order_and_spacing_of_the_json_do_not_matter__R3(api, alice, bob):
    key = new_key()
    first = transfer(api, alice, bob, 30, key)
    headers = {"Idempotency-Key": key, "Content-Type": "application/json; charset=utf-8"}
    escaped = "".join(f"\\u{ord(letter):04x}" for letter in bob)
    for body in (
        f'{{"amount":30,"to":"{bob}","from":"{alice}"}}',
        f' {{\n\t"to" : "{escaped}" ,\r\n "fr\\u006fm": "{alice}", "amount" : 30 }} ',
    ):
        assert_replay(send(api, "/transfers", body, headers), first)
    assert balances(api, alice, bob) == [970, 530]


def test_used_key_with_other_values_is_refused__R3(api, alice, bob):
    carol, key = open_account(api, 1000), new_key()
    first = transfer(api, alice, bob, 30, key)
    for source, target, amount in (
        (alice, bob, 31),
        (alice, carol, 30),
        (carol, bob, 30),
        (bob, alice, 30),
        (carol, open_account(api, 0), 7),
    ):
        assert refused(transfer(api, source, target, amount, key)) == KEY_REUSED
    assert balances(api, alice, bob, carol) == [970, 530, 1000]
    assert_replay(transfer(api, alice, bob, 30, key), first)


def test_reused_key_comes_before_all_refusals__R3(api, alice, bob):
    dollars, key = open_account(api, 5, "USD"), new_key()
    transferred(api, alice, bob, 30, key)
    for source, target, amount in (
        (alice, alice, 30),
        (alice, UNKNOWN_ID, 30),
        (alice, dollars, 30),
        (alice, bob, LIMIT),
    ):
        assert refused(transfer(api, source, target, amount, key)) == KEY_REUSED


def test_equal_requests_with_different_keys_are_different_transfers__R3(api, alice, bob):
    first, second = transferred(api, alice, bob, 30), transferred(api, alice, bob, 30)
    assert first["id"] != second["id"]
    assert balances(api, alice, bob) == [940, 560]


def test_keys_are_compared_exactly__R3(api, alice, bob):
    unique = uuid4().hex
    keys = [f"a{unique}", f"A{unique}", f"a{unique}.", f"0a{unique}", f"%61{unique}", f"a{unique}%"]
    ids = {transferred(api, alice, bob, 1, key)["id"] for key in keys}
    assert len(ids) == len(keys)
    assert balances(api, alice) == [1000 - len(keys)]


@pytest.mark.parametrize("key", ["!\"#$%&'()*+,-./0123456789:;<=>?", "@A[\\]^_`a{|}~", "x" * 32])
def test_keys_of_all_allowed_characters__R3(api, alice, bob, key):
    key += uuid4().hex
    first = transfer(api, alice, bob, 1, key)
    assert result(first, 201)["amount"] == 1
    assert_replay(transfer(api, alice, bob, 1, key), first)


# Stored refusals


def test_refusal_is_repeated_although_the_money_has_arrived__R4(api, alice, bob):
    key = new_key()
    first = transfer(api, alice, bob, 1001, key)
    assert refused(first) == INSUFFICIENT_FUNDS
    transferred(api, bob, alice, 500)
    assert_replay(transfer(api, alice, bob, 1001, key), first)
    assert balances(api, alice, bob) == [1500, 0]
    transferred(api, alice, bob, 1001)
    assert balances(api, alice, bob) == [499, 1001]
    assert_replay(transfer(api, alice, bob, 1001, key), first)


def test_balance_limit_is_repeated_although_there_is_room_now__R4(api, alice):
    full, key = open_account(api, LIMIT), new_key()
    first = transfer(api, alice, full, 10, key)
    assert refused(first) == BALANCE_LIMIT
    transferred(api, full, open_account(api, 0), 10)
    assert_replay(transfer(api, alice, full, 10, key), first)
    assert balances(api, alice, full) == [1000, LIMIT - 10]


def test_other_refusals_are_repeated__R4(api, alice):
    dollars = open_account(api, 5, "USD")
    for source, target, expected in (
        (alice, alice, SAME_ACCOUNT),
        (alice, UNKNOWN_ID, UNKNOWN_ACCOUNT),
        (UNKNOWN_ID, alice, UNKNOWN_ACCOUNT),
        (UNKNOWN_ID, UNKNOWN_ID, SAME_ACCOUNT),
        (alice, dollars, CURRENCY_MISMATCH),
    ):
        key = new_key()
        first = transfer(api, source, target, 1, key)
        assert refused(first) == expected
        assert_replay(transfer(api, source, target, 1, key), first)


def test_key_of_a_refusal_is_used__R4(api, alice, bob):
    key = new_key()
    first = transfer(api, alice, bob, 1001, key)
    assert refused(first) == INSUFFICIENT_FUNDS
    assert refused(transfer(api, alice, bob, 1000, key)) == KEY_REUSED
    assert balances(api, alice, bob) == [1000, 500]
    assert_replay(transfer(api, alice, bob, 1001, key), first)


def test_answer_before_the_decision_leaves_the_key_new__R4(api, alice, bob):
    key = new_key()
    headers = {"Idempotency-Key": key}
    body = {"from": alice, "to": bob, "amount": 10}
    text = {"Content-Type": "text/plain"}
    assert refused(post(api, "/transfers", body, headers | text)) == UNSUPPORTED
    assert refused(send(api, "/transfers", "{", headers)) == MALFORMED
    assert faulty(post(api, "/transfers", body | {"amount": 0}, headers)) == {"amount"}
    assert faulty(post(api, "/transfers", body | {"note": "x"}, headers)) == {"note"}
    transferred(api, alice, bob, 10, key)
    assert balances(api, alice, bob) == [990, 510]


def test_faulty_request_with_a_used_key_is_no_replay__R4(api, alice, bob):
    key = new_key()
    first = transfer(api, alice, bob, 10, key)
    headers = {"Idempotency-Key": key}
    body = {"from": alice, "to": bob, "amount": 10}
    text = {"Content-Type": "text/plain"}
    assert refused(post(api, "/transfers", body, headers | text)) == UNSUPPORTED
    assert refused(send(api, "/transfers", "", headers)) == MALFORMED
    assert faulty(post(api, "/transfers", body | {"note": "x"}, headers)) == {"note"}
    assert_replay(transfer(api, alice, bob, 10, key), first)


# Requests at the same time


@pytest.mark.parametrize("amount", [1, 60, 1000])
def test_concurrent_requests_with_one_key_move_the_amount_once__R5(api, alice, bob, amount):
    key = new_key()
    responses = transfer_at_once(api, [(alice, bob, amount, key)] * 12)
    [first] = [response for response in responses if REPLAYED not in response.headers]
    assert result(first, 201)["amount"] == amount
    for response in responses:
        if response is not first:
            assert_replay(response, first)
    assert balances(api, alice, bob) == [1000 - amount, 500 + amount]
    assert len(entries(api, alice)) == len(entries(api, bob)) == 1


def test_concurrent_requests_with_one_key_are_refused_once__R5(api, alice, bob):
    responses = transfer_at_once(api, [(alice, bob, 1001, new_key())] * 12)
    [first] = [response for response in responses if REPLAYED not in response.headers]
    assert problem(first) == INSUFFICIENT_FUNDS
    for response in responses:
        if response is not first:
            assert_replay(response, first)
    assert balances(api, alice, bob) == [1000, 500]


@pytest.mark.parametrize(("amount", "paid"), [(1000, 1), (300, 3), (125, 8)])
def test_concurrent_transfers_spend_no_more_than_there_is__R6(api, alice, bob, amount, paid):
    responses = transfer_at_once(api, [(alice, bob, amount, new_key()) for _ in range(12)])
    assert_decided(responses, paid, INSUFFICIENT_FUNDS)
    assert balances(api, alice, bob) == [1000 - amount * paid, 500 + amount * paid]
    assert_books_agree(api, alice, bob)


def test_concurrent_transfers_do_not_exceed_the_limit__R6(api, alice):
    target = open_account(api, LIMIT - 40)
    responses = transfer_at_once(api, [(alice, target, 10, new_key()) for _ in range(12)])
    assert_decided(responses, 4, BALANCE_LIMIT)
    assert balances(api, alice, target) == [960, LIMIT]


def test_concurrent_transfers_in_both_directions_are_all_answered__R6(api, alice, bob):
    carol = open_account(api, 300)
    ways = [(alice, bob, 5), (bob, alice, 7), (bob, carol, 11), (carol, alice, 13)]
    transfers = [(*way, new_key()) for way in ways * 4]
    responses = transfer_at_once(api, transfers)
    assert len({result(response, 201)["id"] for response in responses}) == len(transfers)
    assert balances(api, alice, bob, carol) == [
        1000 + 4 * (-5 + 7 + 13),
        500 + 4 * (5 - 7 - 11),
        300 + 4 * (11 - 13),
    ]
    assert_books_agree(api, alice, bob, carol)


# Refusals


@pytest.mark.parametrize("amount", [1, 1000, 1001, LIMIT])
def test_transfer_to_the_same_account_is_refused__R7(api, alice, amount):
    assert refused(transfer(api, alice, alice, amount)) == SAME_ACCOUNT
    assert balances(api, alice) == [1000]
    assert entries(api, alice) == []


def test_same_account_comes_before_unknown_account__R7(api):
    assert refused(transfer(api, UNKNOWN_ID, UNKNOWN_ID, 1)) == SAME_ACCOUNT


@pytest.mark.parametrize(
    "form", ["x", "x" * 64, " {}", "{} ", "{}\u0000", "\u0000", "会", "' OR '1'='1", "null", "%"]
)
def test_unknown_account_is_refused__R7(api, idle_pair, form):
    account, _ = idle_pair
    unknown = form.format(account)
    assert refused(transfer(api, account, unknown, 1)) == UNKNOWN_ACCOUNT
    assert refused(transfer(api, unknown, account, 1)) == UNKNOWN_ACCOUNT


def test_unknown_account_comes_before_the_balance__R7(api, alice):
    assert refused(transfer(api, alice, UNKNOWN_ID, 1001)) == UNKNOWN_ACCOUNT
    assert refused(transfer(api, UNKNOWN_ID, alice, LIMIT)) == UNKNOWN_ACCOUNT
    assert refused(transfer(api, UNKNOWN_ID, "another-unknown-id", 1)) == UNKNOWN_ACCOUNT
    assert balances(api, alice) == [1000]
    assert entries(api, alice) == []


def test_transfer_is_no_account__R7(api, alice, bob):
    done = transferred(api, alice, bob, 1)
    assert refused(transfer(api, alice, done["id"], 1)) == UNKNOWN_ACCOUNT


@pytest.mark.parametrize("amount", [1, 1001, LIMIT])
def test_other_currency_is_refused_before_the_balances_are_looked_at__R7(api, alice, amount):
    dollars = open_account(api, LIMIT, "USD")
    assert refused(transfer(api, alice, dollars, amount)) == CURRENCY_MISMATCH
    assert refused(transfer(api, dollars, alice, amount)) == CURRENCY_MISMATCH
    assert balances(api, alice, dollars) == [1000, LIMIT]
    assert entries(api, alice) == entries(api, dollars) == []


@pytest.mark.parametrize(("balance", "amount"), [(0, 1), (999, 1000), (1, LIMIT)])
def test_more_than_the_balance_is_refused__R7(api, bob, balance, amount):
    source = open_account(api, balance)
    assert refused(transfer(api, source, bob, amount)) == INSUFFICIENT_FUNDS
    assert balances(api, source, bob) == [balance, 500]
    assert entries(api, source) == entries(api, bob) == []


@pytest.mark.parametrize(("balance", "amount"), [(LIMIT, 1), (LIMIT - 10, 11), (1, LIMIT)])
def test_more_than_the_limit_is_refused__R7(api, balance, amount):
    source, target = open_account(api, LIMIT), open_account(api, balance)
    assert refused(transfer(api, source, target, amount)) == BALANCE_LIMIT
    assert balances(api, source, target) == [LIMIT, balance]
    assert entries(api, source) == entries(api, target) == []


def test_insufficient_funds_come_before_the_limit__R7(api, alice):
    full = open_account(api, LIMIT)
    assert refused(transfer(api, alice, full, 1001)) == INSUFFICIENT_FUNDS


@pytest.mark.parametrize("amount", [1, 1000])
def test_balance_may_reach_the_limit__R7(api, alice, amount):
    target = open_account(api, LIMIT - amount)
    transferred(api, alice, target, amount)
    assert balances(api, alice, target) == [1000 - amount, LIMIT]


# Entries


def test_account_without_transfers_has_no_entries__R8(api, alice):
    assert page(api, alice) == ([], None)


def test_entries_of_both_accounts_come_latest_first__R8(api, alice, bob):
    carol = open_account(api, 0)
    first = transferred(api, alice, bob, 200)
    second = transferred(api, bob, alice, 650)
    third = transferred(api, alice, carol, 1450)
    assert page(api, alice) == (
        [
            entry(third, carol, -1450, 0),
            entry(second, bob, 650, 1450),
            entry(first, bob, -200, 800),
        ],
        None,
    )
    assert page(api, bob) == ([entry(second, alice, -650, 50), entry(first, alice, 200, 700)], None)
    assert page(api, carol) == ([entry(third, alice, 1450, 1450)], None)
    assert_books_agree(api, alice, bob, carol)


def test_a_page_has_20_entries_by_default__R8(api, busy):
    account, expected = busy
    items, cursor = page(api, account)
    assert [item["transfer_id"] for item in items] == expected[:20]
    items, cursor = page(api, account, cursor=cursor)
    assert [item["transfer_id"] for item in items] == expected[20:40]
    assert [item["balance_after"] for item in items] == list(range(917, 937))
    remaining = rest(api, account, cursor)
    assert [item["transfer_id"] for item in remaining] == expected[40:]


@pytest.mark.parametrize("limit", [17, 51, 100])
def test_pages_give_each_entry_once__R8(api, busy, limit):
    account, expected = busy
    items, cursor = page(api, account, limit=limit)
    assert len(items) == limit
    items += rest(api, account, cursor, limit=limit)
    assert [item["transfer_id"] for item in items] == expected


def test_limit_may_have_leading_zeros__R8(api, busy):
    assert len(page(api, busy[0], limit="007")[0]) == 7


def test_limit_may_differ_between_pages__R8(api, busy):
    account, expected = busy
    items, cursor = page(api, account, limit=1)
    for limit in (5, 2, 40, 100):
        assert cursor is not None
        more, cursor = page(api, account, limit=limit, cursor=cursor)
        items += more
    assert cursor is None
    assert [item["transfer_id"] for item in items] == expected


@pytest.mark.parametrize(("count", "limit"), [(1, 1), (4, 2), (4, 4), (3, 1)])
def test_no_cursor_on_a_full_last_page__R8(api, alice, bob, count, limit):
    for _ in range(count):
        transferred(api, alice, bob, 1)
    seen, cursor = page(api, alice, limit=limit)
    while cursor is not None:
        items, cursor = page(api, alice, limit=limit, cursor=cursor)
        assert len(items) == limit
        seen += items
    assert len(seen) == count


def test_cursor_when_one_entry_follows__R8(api, alice, bob):
    for _ in range(3):
        transferred(api, alice, bob, 1)
    items, cursor = page(api, alice, limit=2)
    assert [item["balance_after"] for item in items] == [997, 998]
    items, cursor = page(api, alice, limit=2, cursor=cursor)
    assert ([item["balance_after"] for item in items], cursor) == ([999], None)


def test_entries_made_between_pages_do_not_appear__R8(api, alice, bob):
    expected = [transferred(api, alice, bob, 1)["id"] for _ in range(6)][::-1]
    items, cursor = page(api, alice, limit=2)
    while cursor is not None:
        transferred(api, alice, bob, 1)
        transferred(api, bob, alice, 2)
        more, cursor = page(api, alice, limit=2, cursor=cursor)
        items += more
    assert [item["transfer_id"] for item in items] == expected
    assert_books_agree(api, alice, bob)


def test_cursor_may_be_used_twice__R8(api, alice, bob):
    for _ in range(4):
        transferred(api, alice, bob, 1)
    _, cursor = page(api, alice, limit=2)
    assert page(api, alice, limit=2, cursor=cursor) == page(api, alice, limit=2, cursor=cursor)


def test_entries_of_other_accounts_do_not_appear__R8(api, alice, bob):
    carol, dave = open_account(api, 10), open_account(api, 10)
    wanted = transferred(api, alice, bob, 1)
    transferred(api, carol, dave, 1)
    assert [item["transfer_id"] for item in entries(api, bob)] == [wanted["id"]]


def test_unknown_query_parameters_are_ignored__R8(api, alice, bob):
    transferred(api, alice, bob, 1)
    response = api.get(f"/accounts/{alice}/entries?Limit=0&limit[]=0&offset=1&sort=&sort=up")
    assert len(result(response, 200)["items"]) == 1


# Faulty requests

FAULTY_MONEY = ["10.5", '"10"', "true", "null", "[10]", "{}", "-1", '""']
TOO_MUCH = ["1000000000000001", "18446744073709551617", "9" * 100]


@pytest.mark.parametrize("written", FAULTY_MONEY + TOO_MUCH)
def test_faulty_opening_balance__R9(api, written):
    body = f'{{"currency": "EUR", "opening_balance": {written}}}'
    assert faulty(send(api, "/accounts", body)) == {"opening_balance"}


@pytest.mark.parametrize("written", ["0", *FAULTY_MONEY, *TOO_MUCH])
def test_faulty_amount__R9(api, idle_pair, written):
    source, target = idle_pair
    body = f'{{"from": "{source}", "to": "{target}", "amount": {written}}}'
    response = send(api, "/transfers", body, {"Idempotency-Key": new_key()})
    assert faulty(response) == {"amount"}


@pytest.mark.parametrize(
    "currency",
    ["", "EU", "EURO", "eur", "EUr", "E1R", "ÉUR", "ＥＵＲ", "EUR\n", " EUR", None, 1, ["EUR"]],
)
def test_faulty_currency__R9(api, currency):
    assert faulty(create_account(api, 1, currency)) == {"currency"}


@pytest.mark.parametrize("value", ["", "x" * 65, None, 1, True, ["x"], {"id": "x"}])
def test_faulty_account_ids__R9(api, value):
    assert faulty(transfer(api, value, UNKNOWN_ID, 1)) == {"from"}
    assert faulty(transfer(api, UNKNOWN_ID, value, 1)) == {"to"}


def test_all_missing_fields_are_named__R9(api):
    key = {"Idempotency-Key": new_key()}
    assert faulty(post(api, "/accounts", {})) == {"currency", "opening_balance"}
    assert faulty(post(api, "/transfers", {}, key)) == {"from", "to", "amount"}
    assert faulty(post(api, "/transfers", {"to": "x", "amount": -5}, key)) == {"from", "amount"}


@pytest.mark.parametrize(
    "name", ["balance", "id", "Currency", "", "备注", "__proto__", "constructor"]
)
def test_unknown_field_is_faulty_under_its_own_name__R9(api, idle_pair, name):
    account = {"currency": "EUR", "opening_balance": 1}
    assert faulty(post(api, "/accounts", account | {name: 1})) == {name}
    assert faulty(post(api, "/accounts", account | {name: None})) == {name}
    key = {"Idempotency-Key": new_key()}
    body = {"from": idle_pair[0], "to": idle_pair[1], "amount": 1}
    assert faulty(post(api, "/transfers", body | {name: {"deep": [[]]}}, key)) == {name}


def test_faulty_missing_and_unknown_fields_are_named_together__R9(api):
    body = {"currency": "euro", "balance": 1, "opening_balance": None, "note": ""}
    assert faulty(post(api, "/accounts", body)) == {
        "currency",
        "balance",
        "opening_balance",
        "note",
    }


@pytest.mark.parametrize(
    "limit",
    ["", "0", "101", "-1", "%2B5", "5.0", "1e1", "0x10", "abc", "%205", "5%0A", "5%00", "%D9%A5"]
    + ["1_0", "9" * 50, "5&limit=5", "5&limit=", "%FF"],
)
def test_faulty_limit__R9(api, idle_pair, limit):
    assert faulty(api.get(f"/accounts/{idle_pair[0]}/entries?limit={limit}")) == {"limit"}


@pytest.mark.parametrize("form", ["", "no cursor", "!", "é", "{}!", "!{}", "{}\n", "\u0000"])
def test_faulty_cursor__R9(api, busy, form):
    account, _ = busy
    _, cursor = page(api, account)
    response = api.get(f"/accounts/{account}/entries", params={"cursor": form.format(cursor)})
    assert faulty(response) == {"cursor"}


def test_repeated_cursor_is_faulty__R9(api, busy):
    account, _ = busy
    _, cursor = page(api, account)
    response = api.get(f"/accounts/{account}/entries", params={"cursor": [cursor, cursor]})
    assert faulty(response) == {"cursor"}


def test_all_faulty_parameters_are_named__R9(api, alice):
    response = api.get(f"/accounts/{alice}/entries?limit=0&cursor=")
    assert faulty(response) == {"limit", "cursor"}


@pytest.mark.parametrize("key", [None, "", "x" * 65, "a b", "a\tb", "x" * 1000])
def test_missing_or_faulty_key__R9(api, idle_pair, key):
    body = {"from": idle_pair[0], "to": idle_pair[1], "amount": 1}
    headers = {} if key is None else {"Idempotency-Key": key}
    assert refused(post(api, "/transfers", body, headers)) == INVALID_KEY


MALFORMED_BODIES = [
    b"",
    b"  ",
    b"{",
    b"[]",
    b"null",
    b'"text"',
    b"{'amount': 1}",
    b'{"amount": 1,}',
    b'{"amount": 01}',
    b'{"amount": NaN}',
    b'{"amount": 1} x',
    b'{"from": "a\nb"}',
    b"amount=1",
    b'{"from": "\xff"}',
    b'{"\xc3": 1}',
    b'{"from": "\xed\xa0\x80"}',
    "{}".encode("utf-16"),
    "{}".encode("utf-16-le"),
]


@pytest.mark.parametrize("body", MALFORMED_BODIES)
def test_body_that_is_no_json_object__R9(api, body):
    assert refused(send(api, "/accounts", body)) == MALFORMED
    assert refused(send(api, "/transfers", body, {"Idempotency-Key": new_key()})) == MALFORMED


@pytest.mark.parametrize(
    "written",
    [
        None,
        "text/plain",
        "text/json",
        "application/jsonx",
        "application/problem+json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=application/json",
        "text/plain; application/json",
    ],
)
def test_other_media_type__R9(api, idle_pair, written):
    type_header = {} if written is None else {"Content-Type": written}
    account = b'{"currency": "EUR", "opening_balance": 1}'
    assert refused(api.post("/accounts", content=account, headers=type_header)) == UNSUPPORTED
    body = json.dumps({"from": idle_pair[0], "to": idle_pair[1], "amount": 1}).encode()
    headers = type_header | {"Idempotency-Key": new_key()}
    assert refused(api.post("/transfers", content=body, headers=headers)) == UNSUPPORTED


def test_first_of_several_faults_is_answered__R9(api, alice):
    text, bad_key = {"Content-Type": "text/plain"}, {"Idempotency-Key": "a b"}
    good_key = {"Idempotency-Key": new_key()}
    assert refused(send(api, "/transfers", "{", text | bad_key)) == UNSUPPORTED
    assert refused(send(api, "/transfers", "{", bad_key)) == MALFORMED
    assert refused(send(api, "/transfers", "{")) == MALFORMED
    assert refused(post(api, "/transfers", {"amount": 0}, bad_key)) == INVALID_KEY
    assert refused(post(api, "/transfers", {})) == INVALID_KEY
    body = {"from": alice, "to": alice, "amount": 0}
    assert faulty(post(api, "/transfers", body, good_key)) == {"amount"}
    body = {"from": UNKNOWN_ID, "to": alice, "amount": 1, "note": "x"}
    assert faulty(post(api, "/transfers", body, good_key)) == {"note"}
    assert faulty(api.get(f"/accounts/{UNKNOWN_ID}/entries?limit=0")) == {"limit"}
    assert refused(api.get(f"/accounts/{UNKNOWN_ID}/entries")) == NOT_FOUND


@pytest.mark.parametrize(
    "unknown",
    [UNKNOWN_ID, "0", "1", "-1", "__proto__", "x" * 300, "%00", "%0A", "%FF"]
    + ["%F0%9F%98%80", "%27%20OR%20%271%27=%271", "00000000-0000-0000-0000-000000000000"],
)
def test_unknown_id_of_any_form_is_not_found__R9(api, unknown):
    assert refused(api.get(f"/accounts/{unknown}")) == NOT_FOUND
    assert refused(api.get(f"/accounts/{unknown}/entries")) == NOT_FOUND
    assert refused(api.get(f"/transfers/{unknown}")) == NOT_FOUND


@pytest.mark.parametrize("form", ["{}%20", "%20{}", "0{}", "{}.0", "{}%00"])
def test_ids_are_compared_exactly__R9(api, busy, form):
    account, transfers = busy
    assert refused(api.get(f"/accounts/{form.format(account)}")) == NOT_FOUND
    assert refused(api.get(f"/accounts/{form.format(account)}/entries")) == NOT_FOUND
    assert refused(api.get(f"/transfers/{form.format(transfers[0])}")) == NOT_FOUND


def test_account_is_no_transfer__R9(api, alice):
    assert refused(api.get(f"/transfers/{alice}")) == NOT_FOUND


@pytest.mark.parametrize("path", ["/", "/nothing", "/accounts/a/b/c", "/docs", "/openapi.json"])
def test_unknown_path_is_not_found__R9(api, path):
    assert refused(api.get(path)) == NOT_FOUND


def test_refused_transfers_left_the_accounts_as_they_were__R7_R9(api, idle_pair):
    """The last test, so that it judges those before it that share the accounts."""
    assert balances(api, *idle_pair) == [1000, 500]
    assert [page(api, account) for account in idle_pair] == [([], None)] * 2
