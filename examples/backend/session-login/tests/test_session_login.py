"""Black-box tests of login with cookie sessions at BASE_URL.

The cookie is `Secure` and the connection is not, so cookies are carried by hand. Accounts are made anew by each test
that needs one of its own; hashing a password is what takes time here, so they are few.
"""

import json
import os
import re
import sqlite3
from base64 import b64encode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import md5, sha1, sha256
from pathlib import Path
from threading import Barrier
from time import perf_counter
from typing import NamedTuple
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

JSON = "application/json"
PASSWORD = "correct horse battery"
WRONG = "incorrect horse battery"
NEW = "a newer and longer one"
UNAUTHENTICATED = (401, "unauthenticated")
REFUSED = (401, "invalid_credentials")
CSRF = (403, "csrf_failed")
WRONG_PASSWORD = (403, "wrong_password")
NOT_FOUND = (404, "not_found")
LOCKED = (429, "too_many_attempts")


class Session(NamedTuple):
    """A client that is logged in."""

    token: str
    body: dict

    @property
    def cookie(self):
        return {"Cookie": f"session={self.token}"}

    @property
    def headers(self):
        return self.cookie | {"X-CSRF-Token": self.body["csrf_token"]}


@pytest.fixture(scope="session")
def api():
    with httpx.Client(base_url=os.environ["BASE_URL"], trust_env=False, timeout=20) as client:
        yield client


@pytest.fixture
def name(api):
    """The username of an account with PASSWORD."""
    return registered(api)


@pytest.fixture(scope="session")
def bystander(api):
    """A session that no test may end."""
    return log_in(api, registered(api))


def new_name():
    return f"u-{uuid4().hex[:24]}"


def post(api, path, value, headers=None):
    return api.post(path, json=value, headers=headers)


def register(api, username, password=PASSWORD):
    return post(api, "/accounts", {"username": username, "password": password})


def registered(api):
    username = new_name()
    assert body_of(register(api, username), 201) == {"username": username, "role": "user"}
    return username


def attempt(api, username, password=PASSWORD, headers=None):
    """The response to a login; it leaves no cookie in the client."""
    response = post(api, "/session", {"username": username, "password": password}, headers)
    api.cookies.clear()
    return response


def log_in(api, username, password=PASSWORD, headers=None):
    response = attempt(api, username, password, headers)
    return Session(cookie_of(response)[0], body_of(response, 201))


def change(api, session, current, new=NEW):
    return api.put("/password", json={"current_password": current, "new_password": new}, headers=session.headers)


def who(api, session):
    """What the server says to the cookie alone."""
    return api.get("/session", headers=session.cookie)


def is_live(api, session):
    response = who(api, session)
    if response.status_code == 200:
        assert response.json() == session.body
        return True
    assert error(response) == UNAUTHENTICATED
    return False


def items(api, session):
    found = body_of(api.get("/sessions", headers=session.cookie), 200)
    assert set(found) == {"items"}
    return found["items"]


def cookie_of(response):
    """Value and lower-case attributes of the one cookie that a response sets."""
    cookies = response.headers.get_list("Set-Cookie")
    assert len(cookies) == 1, cookies
    pair, *attributes = [part.strip() for part in cookies[0].split(";")]
    name, _, value = pair.partition("=")
    assert name == "session"
    return value.strip('"'), [attribute.lower() for attribute in attributes]


def media_type(response):
    return response.headers["Content-Type"].split(";")[0].strip()


def body_of(response, status):
    assert response.status_code == status, response.text
    assert media_type(response) == JSON
    assert response.headers["Cache-Control"] == "no-store"
    return response.json()


def done(response):
    assert (response.status_code, response.content) == (204, b""), response.text
    assert response.headers["Cache-Control"] == "no-store"
    return True


def problem(response, *more):
    assert response.status_code >= 400, response.text
    assert media_type(response) == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    found = response.json()
    assert set(found) == {"type", "title", "status", "code", *more}
    assert found["title"] and isinstance(found["title"], str)
    assert (found["status"], found["type"]) == (response.status_code, f"/problems/{found['code']}")
    assert "Set-Cookie" not in response.headers
    return found


def error(response):
    return response.status_code, problem(response)["code"]


def faulty(response):
    found = problem(response, "errors")
    assert (response.status_code, found["code"]) == (422, "validation_failed")
    assert all(isinstance(text, str) and text for text in found["errors"].values())
    return set(found["errors"])


def at_once(count, send):
    barrier = Barrier(count)

    def run(number):
        barrier.wait(timeout=10)
        return send(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def stored_rows():
    """Every row of every table of the database."""
    path = Path(os.environ["DATABASE_PATH"])
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, timeout=10)) as database:
        tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = [row for table in tables for row in database.execute(f'SELECT * FROM "{table}"')]
    return rows


def test_health(api):
    assert body_of(api.get("/health"), 200) == {"status": "ok"}


# Accounts


def test_account_logs_in_with_its_password_only__R1(api, name):
    assert error(attempt(api, name, WRONG)) == REFUSED
    assert error(attempt(api, name, PASSWORD.upper())) == REFUSED
    assert error(attempt(api, name, f"{PASSWORD} ")) == REFUSED
    assert error(attempt(api, name.upper())) == REFUSED
    assert log_in(api, name).body["username"] == name


def test_taken_name_keeps_its_password__R1(api, name):
    assert error(register(api, name, WRONG)) == (409, "username_taken")
    assert error(attempt(api, name, WRONG)) == REFUSED
    assert log_in(api, name).body["username"] == name


def test_one_of_many_registrations_succeeds__R1(api):
    username = new_name()
    responses = at_once(4, lambda number: register(api, username, f"password number {number}"))
    statuses = [response.status_code for response in responses]
    assert sorted(statuses) == [201, 409, 409, 409]
    assert log_in(api, username, f"password number {statuses.index(201)}").body["username"] == username


# Sessions


def test_login_answers_a_session_and_sets_its_cookie__R2(api, name):
    response = attempt(api, name)
    body = body_of(response, 201)
    assert set(body) == {"id", "username", "role", "csrf_token"}
    assert (body["username"], body["role"]) == (name, "user")
    assert re.fullmatch("[A-Za-z0-9_-]{1,64}", body["id"])
    assert len(body["csrf_token"]) >= 32
    token, attributes = cookie_of(response)
    assert sorted(attributes) == ["httponly", "path=/", "samesite=lax", "secure"]
    assert re.fullmatch("[A-Za-z0-9_-]{32,128}", token)
    assert len({token, body["id"], body["csrf_token"]}) == 3
    session = Session(token, body)
    assert body_of(who(api, session), 200) == body
    assert body_of(who(api, session), 200) == body


@pytest.mark.parametrize("token", [None, "", "x", "A" * 43, "0" * 64, "%00", "a=b", '"', "\xe9\xff", "x" * 4000])
def test_request_without_a_known_cookie__R2(api, token):
    headers = {} if token is None else {"Cookie": f"session={token}".encode("latin-1")}
    assert error(api.get("/session", headers=headers)) == UNAUTHENTICATED
    assert error(api.get("/sessions", headers=headers)) == UNAUTHENTICATED


def test_parts_of_a_session_are_no_cookie__R2_R5(api, bystander):
    token = bystander.token
    for value in (bystander.body["id"], bystander.body["csrf_token"], token[:-1], token + "x", token.swapcase()):
        assert error(who(api, bystander._replace(token=value))) == UNAUTHENTICATED
    for cookie in ("other={}", "Session={}", "xsession={}", "session={}=", "session={}=x"):
        assert error(api.get("/session", headers={"Cookie": cookie.format(token)})) == UNAUTHENTICATED
    both = {"Cookie": f"theme=dark; session={bystander.token}; x=y"}
    assert body_of(api.get("/session", headers=both), 200) == bystander.body


def test_logout_ends_the_session__R2(api, name):
    session, other = log_in(api, name), log_in(api, name)
    response = api.delete("/session", headers=session.headers)
    assert done(response)
    value, attributes = cookie_of(response)
    assert value == ""
    assert "path=/" in attributes
    assert "max-age=0" in attributes or any(part.startswith("expires=thu, 01") for part in attributes)
    assert not is_live(api, session)
    assert error(api.delete("/session", headers=session.headers)) == UNAUTHENTICATED
    assert is_live(api, other)


def test_sessions_are_listed_and_revoked__R3(api, name):
    sessions = [log_in(api, name, headers={"User-Agent": f"Browser/{n} (x; y)"}) for n in range(3)]
    first, second, third = sessions
    expected = [{"id": s.body["id"], "user_agent": f"Browser/{n} (x; y)"} for n, s in enumerate(sessions)]
    assert len({s.token for s in sessions} | {s.body["id"] for s in sessions}) == 6
    for session in sessions:
        found = items(api, session)
        assert found == [item | {"current": item["id"] == session.body["id"]} for item in expected]
        assert all(type(item["current"]) is bool for item in found)
    path = f"/sessions/{second.body['id']}"
    assert done(api.delete(path, headers=third.headers))
    assert [is_live(api, session) for session in sessions] == [True, False, True]
    assert [item["id"] for item in items(api, first)] == [first.body["id"], third.body["id"]]
    assert error(api.delete(path, headers=third.headers)) == NOT_FOUND
    assert done(api.delete(f"/sessions/{third.body['id']}", headers=third.headers))
    assert [is_live(api, session) for session in sessions] == [True, False, False]


def test_login_without_user_agent__R3(api, name):
    request = api.build_request("POST", "/session", json={"username": name, "password": PASSWORD})
    del request.headers["User-Agent"]
    response = api.send(request)
    api.cookies.clear()
    session = Session(cookie_of(response)[0], body_of(response, 201))
    assert items(api, session) == [{"id": session.body["id"], "user_agent": "", "current": True}]


# Passwords


def test_password_change_ends_other_sessions__R4(api, name, bystander):
    before, asking, after = (log_in(api, name) for _ in range(3))
    assert done(change(api, asking, PASSWORD))
    assert [is_live(api, session) for session in (before, asking, after)] == [False, True, False]
    assert is_live(api, bystander)
    assert [item["id"] for item in items(api, asking)] == [asking.body["id"]]
    assert error(attempt(api, name)) == REFUSED
    assert log_in(api, name, NEW).body["username"] == name


def test_wrong_current_password_changes_nothing__R4(api, name):
    session, other = log_in(api, name), log_in(api, name)
    assert error(change(api, session, WRONG)) == WRONG_PASSWORD
    assert error(change(api, session, NEW)) == WRONG_PASSWORD
    assert is_live(api, session) and is_live(api, other)
    assert error(attempt(api, name, NEW)) == REFUSED
    assert log_in(api, name).body["username"] == name


def test_one_of_many_changes_succeeds__R4(api, name):
    sessions = [log_in(api, name) for _ in range(3)]
    responses = at_once(3, lambda n: change(api, sessions[n], PASSWORD, f"password number {n}"))
    winners = [n for n, response in enumerate(responses) if response.status_code == 204]
    assert len(winners) == 1, [response.status_code for response in responses]
    for n, response in enumerate(responses):
        assert n in winners or error(response) in (UNAUTHENTICATED, WRONG_PASSWORD)
    assert [is_live(api, session) for session in sessions] == [n in winners for n in range(3)]
    assert log_in(api, name, f"password number {winners[0]}").body["username"] == name


# What an attacker tries


def test_planted_token_is_not_taken_over__R5(api, name):
    planted = "attacker-chosen-token-0123456789-abcdefghij"
    victim = log_in(api, name, headers={"Cookie": f"session={planted}"})
    assert victim.token != planted
    assert error(api.get("/session", headers={"Cookie": f"session={planted}"})) == UNAUTHENTICATED
    assert is_live(api, victim)


def test_login_ends_the_session_that_comes_with_it__R5(api, name, bystander):
    own = log_in(api, name)
    assert error(attempt(api, name, WRONG, own.cookie)) == REFUSED
    assert is_live(api, own)
    again = log_in(api, name, headers=own.cookie)
    assert again.token != own.token
    assert again.body["id"] != own.body["id"]
    assert again.body["csrf_token"] != own.body["csrf_token"]
    assert not is_live(api, own)
    assert [item["id"] for item in items(api, again)] == [again.body["id"]]
    assert is_live(api, bystander)


def test_login_ends_also_the_session_of_another_account__R5(api, name):
    other = log_in(api, registered(api))
    assert is_live(api, log_in(api, name, headers=other.cookie))
    assert not is_live(api, other)


def test_login_or_change_of_one_session_succeeds__R4_R5(api, name):
    session = log_in(api, name)
    calls = [lambda: change(api, session, PASSWORD), lambda: attempt(api, name, headers=session.cookie)]
    changed, entered = at_once(2, lambda number: calls[number]())
    if changed.status_code == 204:
        assert error(entered) == REFUSED
    else:
        assert error(changed) == UNAUTHENTICATED
        assert body_of(entered, 201)["username"] == name
    assert is_live(api, session) == (changed.status_code == 204)
    assert log_in(api, name, NEW if changed.status_code == 204 else PASSWORD).body["username"] == name


def test_stolen_database_lets_nobody_in__R5(api, name):
    before = {value for row in stored_rows() for value in row}
    session = log_in(api, name)
    new = {value for row in stored_rows() for value in row} - before
    assert new
    tries = set()
    for value in new:
        data = value if isinstance(value, bytes) else str(value).encode()
        tries |= {data.hex(), b64encode(data).decode(), urlsafe_b64encode(data).decode().rstrip("=")}
        tries.add(data.decode("latin-1"))
    for value in filter(re.compile("[!-~]+").fullmatch, tries):
        assert error(api.get("/session", headers={"Cookie": f"session={value}"})) == UNAUTHENTICATED
    stolen = Path(os.environ["DATABASE_PATH"]).read_bytes()
    assert name.encode() in stolen
    secrets = [session.token, session.body["csrf_token"], PASSWORD]
    secrets += [form(PASSWORD.encode()).hexdigest() for form in (md5, sha1, sha256)]
    for secret in secrets:
        forms = [secret.encode(), secret.encode().hex().encode(), b64encode(secret.encode())]
        if re.fullmatch("([0-9a-f]{2})+", secret):
            forms.append(bytes.fromhex(secret))
        assert not any(form in stolen for form in forms)


def test_same_passwords_have_different_hashes__R5(api, name):
    other = registered(api)
    ours, theirs = (
        {str(value) for row in stored_rows() if owner in row for value in row if len(str(value)) > 16} - {owner}
        for owner in (name, other)
    )
    assert not ours & theirs


def changing_requests(session):
    return [
        ("DELETE", "/session", None),
        ("DELETE", f"/sessions/{session.body['id']}", None),
        ("PUT", "/password", {"current_password": PASSWORD, "new_password": NEW}),
    ]


def test_changes_need_the_token_of_their_session__R6(api, name, bystander):
    session, other = log_in(api, name), log_in(api, name)
    own = session.body["csrf_token"]
    forged = [None, "", "x", own[:-1], own + "0", own.swapcase(), session.token, session.body["id"]]
    forged += [other.body["csrf_token"], bystander.body["csrf_token"], "é".encode(), own.encode() + b"\xff"]
    for method, path, body in changing_requests(session):
        for value in forged:
            headers = session.cookie if value is None else session.cookie | {"X-CSRF-Token": value}
            response = api.request(method, path, json=body, headers=headers)
            assert error(response) == CSRF
    assert is_live(api, session) and is_live(api, other)
    assert done(api.delete(f"/sessions/{other.body['id']}", headers=session.headers))
    assert not is_live(api, other)


def test_token_is_for_one_session_only__R6(api, name):
    """An attacker with an account cannot use a cookie of their own session with the header of the victim's."""
    victim, attacker = log_in(api, name), log_in(api, registered(api))
    mixed = victim.cookie | {"X-CSRF-Token": attacker.body["csrf_token"]}
    assert error(api.delete("/session", headers=mixed)) == CSRF
    assert is_live(api, victim)
    assert done(api.delete("/session", headers=victim.headers))


@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain; x=application/json", None]
    + ["application/jsonp", "text/plain,application/json", "application/json,text/plain"],
)
def test_cross_site_form_cannot_log_in__R6(api, bystander, content_type):
    username = bystander.body["username"]
    headers = {"Content-Type": content_type} if content_type else {}
    for body in (json.dumps({"username": username, "password": PASSWORD}), f"username={username}&password={PASSWORD}"):
        response = api.post("/session", content=body.encode(), headers=headers)
        assert error(response) == (415, "unsupported_media_type")
    assert is_live(api, bystander)


def locked(response):
    assert error(response) == LOCKED
    assert re.fullmatch("[0-9]+", response.headers["Retry-After"])
    assert 1 <= int(response.headers["Retry-After"]) <= 60
    return True


def test_five_failures_lock_out_the_right_password__R7(api, name, bystander):
    session = log_in(api, name)
    for _ in range(5):
        assert error(attempt(api, name, WRONG)) == REFUSED
    for password in (WRONG, PASSWORD):
        assert locked(attempt(api, name, password))
    assert locked(change(api, session, PASSWORD))
    assert is_live(api, session)
    assert done(api.delete("/session", headers=session.headers))
    assert log_in(api, bystander.body["username"]).body["role"] == "user"


def test_right_password_sets_the_count_to_zero__R7(api, name):
    for _ in range(4):
        assert error(attempt(api, name, WRONG)) == REFUSED
    session = log_in(api, name)
    for _ in range(4):
        assert error(change(api, session, WRONG)) == WRONG_PASSWORD
    assert done(change(api, session, PASSWORD))
    for _ in range(4):
        assert error(attempt(api, name, WRONG)) == REFUSED
    assert error(change(api, session, WRONG)) == WRONG_PASSWORD
    assert locked(change(api, session, NEW))
    assert locked(attempt(api, name, NEW))


def test_faulty_requests_are_no_attempts__R7(api, name):
    for _ in range(6):
        assert faulty(attempt(api, name, "")) == {"password"}
    assert log_in(api, name).body["username"] == name


def test_of_concurrent_attempts_five_are_tried__R7_R8(api):
    username = new_name()
    responses = at_once(9, lambda number: attempt(api, username, f"guess {number}"))
    assert sorted(error(response) for response in responses) == [REFUSED] * 5 + [LOCKED] * 4


def test_unknown_account_and_wrong_password_look_the_same__R8(api, name):
    unknown = new_name()
    answers, times = {name: [], unknown: []}, {name: [], unknown: []}
    for _ in range(6):
        for username in (name, unknown):
            start = perf_counter()
            response = attempt(api, username, WRONG)
            times[username].append(perf_counter() - start)
            headers = {key: value for key, value in response.headers.items() if key not in ("date", "retry-after")}
            answers[username].append((*error(response), headers, response.content))
    assert answers[name] == answers[unknown]
    assert [answer[:2] for answer in answers[name]] == [REFUSED] * 5 + [LOCKED]
    known_work, unknown_work = (min(times[username][:5]) for username in (name, unknown))
    assert 0.3 < unknown_work / known_work < 3
    assert register(api, unknown).status_code == 201
    assert locked(attempt(api, unknown))


SQL = ["' OR '1'='1' --", "'; DROP TABLE sessions; --", "' UNION SELECT 1,2,3 --", '" OR ""="', "%", "_", "\\"]


def test_sql_is_plain_text__R8(api, name, bystander):
    for text in SQL[:5]:
        assert error(attempt(api, name + text, text)) == REFUSED
        assert faulty(register(api, text)) == {"username"}
    for text in SQL:
        quoted = quote(text, safe="")
        assert error(api.delete(f"/sessions/{quoted}", headers=bystander.headers)) == NOT_FOUND
        assert error(api.get("/session", headers={"Cookie": f"session={text.replace(';', '')}"})) == UNAUTHENTICATED
    odd = "'; UPDATE accounts SET role = 'admin'; --"
    session = log_in(api, name, headers={"User-Agent": odd})
    assert items(api, session) == [{"id": session.body["id"], "user_agent": odd, "current": True}]
    assert is_live(api, bystander)


@pytest.mark.parametrize("extra", [{"role": "admin"}, {"id": 1}, {"password_hash": ""}, {"__proto__": {"role": "admin"}}])
def test_extra_fields_are_refused__R8(api, bystander, extra):
    username = new_name()
    body = {"username": username, "password": PASSWORD} | extra
    assert faulty(post(api, "/accounts", body)) == set(extra)
    assert faulty(post(api, "/session", body)) == set(extra)
    body = {"current_password": PASSWORD, "new_password": NEW} | extra
    assert faulty(api.put("/password", json=body, headers=bystander.headers)) == set(extra)
    assert is_live(api, bystander)


def test_sessions_of_others_are_out_of_reach__R8(api, name, bystander):
    attacker = log_in(api, name)
    theirs = bystander.body["id"]
    assert [item["id"] for item in items(api, attacker)] == [attacker.body["id"]]
    assert error(api.delete(f"/sessions/{theirs}", headers=attacker.headers)) == NOT_FOUND
    mixed = attacker.headers | {"X-CSRF-Token": bystander.body["csrf_token"]}
    assert error(api.delete(f"/sessions/{theirs}", headers=mixed)) == CSRF
    assert is_live(api, bystander)


# Faulty requests


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"username", "password"}),
        ({"username": None, "password": None}, {"username", "password"}),
        ({"username": 123456, "password": ["x" * 12]}, {"username", "password"}),
        ({"username": "ab", "password": "x" * 11}, {"username", "password"}),
        ({"username": "a" * 33, "password": "x" * 129}, {"username", "password"}),
        ({"username": "Alice", "password": "\U0001f600" * 11}, {"username", "password"}),
        ({"username": "al ice", "password": "\U0001f600" * 129}, {"username", "password"}),
        ({"username": "alice\n", "password": PASSWORD}, {"username"}),
        ({"username": "al\u0131ce", "password": PASSWORD}, {"username"}),
        ({"username": "\u0661\u0662\u0663", "Password": PASSWORD}, {"username", "password", "Password"}),
    ],
)
def test_faulty_fields_of_a_registration__R9(api, body, fields):
    assert faulty(post(api, "/accounts", body)) == fields


def test_shortest_and_longest_values__R9(api):
    short, long = uuid4().hex[:3], ("z_-" + uuid4().hex)[:32]
    for username, password in ((short, "x" * 12), (long, "\U0001f600" * 128)):
        assert register(api, username, password).status_code in (201, 409)
        assert log_in(api, username, password).body["username"] == username


def test_faulty_fields_of_other_requests__R9(api, bystander):
    assert faulty(post(api, "/session", {"password": ""})) == {"username", "password"}
    assert faulty(post(api, "/session", {"username": "x" * 129, "password": "x" * 129})) == {"username", "password"}
    assert error(attempt(api, "\U0001f600" * 128, "x")) == REFUSED
    for body, fields in [
        ({}, {"current_password", "new_password"}),
        ({"current_password": "", "new_password": "x" * 11}, {"current_password", "new_password"}),
        ({"current_password": "x" * 129, "new_password": "x" * 129}, {"current_password", "new_password"}),
        ({"current_password": PASSWORD, "new_password": 123456789012}, {"new_password"}),
    ]:
        assert faulty(api.put("/password", json=body, headers=bystander.headers)) == fields


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"{} x", b"{'username': 1}", b'{"username": NaN}', b'{"username": "\xff"}']
    + [b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b'{"username": "\xed\xa0\x80"}', b'{"username": "\n"}', b"{}\0"],
    ids=ascii,
)
def test_body_that_is_no_json_object__R9(api, bystander, body):
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}
    assert error(api.post("/accounts", content=body, headers=headers)) == (400, "malformed_json")
    assert error(api.post("/session", content=body, headers=headers)) == (400, "malformed_json")
    response = api.put("/password", content=body, headers=bystander.headers | headers)
    assert error(response) == (400, "malformed_json")


def test_size_of_a_body_is_limited__R9(api, bystander):
    headers = {"Content-Type": JSON}
    for path in ("/accounts", "/session"):
        assert faulty(api.post(path, content=b"{}".ljust(8192), headers=headers)) == {"username", "password"}
        for body in (b"{}".ljust(8193), b"{".ljust(100_000)):
            assert error(api.post(path, content=body, headers=headers)) == (413, "body_too_large")
    response = api.put("/password", content=b"{}".ljust(8193), headers=bystander.headers | headers)
    assert error(response) == (413, "body_too_large")


@pytest.mark.parametrize("path", ["/", "/account", "/session/x", "/sessions/a/b", "/Session", "/docs", "/openapi.json"])
def test_unknown_path__R9(api, bystander, path):
    assert error(api.get(path)) == NOT_FOUND
    assert error(api.delete(path, headers=bystander.headers)) == NOT_FOUND
    assert error(api.post(path, content=b"{")) == NOT_FOUND


def test_first_of_several_faults_is_answered__R9(api, name):
    session = log_in(api, name)
    csrf = {"X-CSRF-Token": session.body["csrf_token"]}
    plain, typed = {"Content-Type": "text/plain"}, {"Content-Type": JSON}
    large, broken, wrong = b"{".ljust(9000), b"{", b'{"current_password": "x"}'
    for headers, body, expected in [
        (csrf | plain, large, UNAUTHENTICATED),
        (session.cookie | plain, large, CSRF),
        (session.headers | plain, large, (415, "unsupported_media_type")),
        (session.headers | typed, large, (413, "body_too_large")),
        (session.headers | typed, broken, (400, "malformed_json")),
    ]:
        assert error(api.put("/password", content=body, headers=headers)) == expected
    for _ in range(5):
        assert error(attempt(api, name, WRONG)) == REFUSED
    assert faulty(api.put("/password", content=wrong, headers=session.headers | typed)) == {"new_password"}
    assert error(change(api, session, WRONG)) == LOCKED
    for path in ("/sessions/none", f"/sessions/{session.body['id']}"):
        assert error(api.delete(path, headers=csrf)) == UNAUTHENTICATED
        assert error(api.delete(path, headers=session.cookie)) == CSRF
    assert is_live(api, session)
