"""Black-box tests of the sign-in API at BASE_URL, which shares the APP_ variables with these tests.

The server may hold data already: all users that tests make have new names. Logging in costs a slow
hash, so tests that end no session share one.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import httpx
import pytest

SECRET = os.environ.get("APP_JWT_SECRET", "")
OLD_SECRET = os.environ.get("APP_JWT_OLD_SECRET", "")
LIFE = int(os.environ.get("APP_ACCESS_TTL_SECONDS", "0"))
PASSWORD = "correct horse"
UNAUTHORIZED = (401, "unauthorized")
BAD_CREDENTIALS = (401, "invalid_credentials")
BAD_REFRESH_TOKEN = (401, "invalid_refresh_token")
NOT_FOUND = (404, "not_found")


@pytest.fixture(scope="module")
def api():
    base = os.environ["BASE_URL"]
    with httpx.Client(base_url=base, trust_env=False, verify=False, timeout=10) as client:
        yield client


@pytest.fixture(scope="module")
def alice(api):
    return new_user(api)


@pytest.fixture(scope="module")
def at_home(api, alice):
    """A session of alice that no test refreshes or ends."""
    return login(api, alice)


@pytest.fixture(scope="module")
def bob(api):
    """A session of another user that no test refreshes or ends."""
    return login(api, new_user(api))


class Session:
    """What a login gave, and requests with its access token."""

    def __init__(self, api, response):
        self.api = api
        assert response.headers["Cache-Control"] == "no-store"
        tokens = result(response)
        self.access, self.refresh_token = tokens.pop("access_token"), tokens.pop("refresh_token")
        assert tokens == {"token_type": "Bearer", "expires_in": LIFE}
        assert re.fullmatch("[A-Za-z0-9_-]{22,}", self.refresh_token)
        self.header, self.claims = read_jwt(self.access)
        self.id = self.claims["sid"]

    def get(self, path):
        return call(self.api, "GET", path, self.access)

    def delete(self, session_id):
        return call(self.api, "DELETE", f"/sessions/{session_id}", self.access)

    def put_password(self, current, new):
        fields = {"current_password": current, "new_password": new}
        headers = {"Authorization": f"Bearer {self.access}"}
        return send(self.api, "/password", fields, method="PUT", headers=headers)

    def refreshed(self):
        return Session(self.api, refresh(self.api, self.refresh_token))

    def sessions(self):
        body = result(self.get("/sessions"))
        assert set(body) == {"items"}
        return body["items"]

    def assert_alive(self):
        assert result(self.get("/me"))["id"] == self.claims["sub"]

    def assert_ended(self):
        assert problem(self.get("/me")) == UNAUTHORIZED
        assert problem(refresh(self.api, self.refresh_token)) == BAD_REFRESH_TOKEN


def call(api, method, path, token):
    return api.request(method, path, headers={"Authorization": f"Bearer {token}"})


def send(api, path, fields, method="POST", headers=None):
    """Send bytes as they are, anything else as JSON."""
    content = fields if isinstance(fields, bytes) else json.dumps(fields).encode()
    headers = {"Content-Type": "application/json", **(headers or {})}
    return api.request(method, path, content=content, headers=headers)


def sign_up(api, username, password=PASSWORD):
    return send(api, "/users", {"username": username, "password": password})


def new_user(api, password=PASSWORD):
    return result(sign_up(api, uuid4().hex, password), 201)["username"]


def try_login(api, username, password=PASSWORD, device="laptop"):
    return send(api, "/login", {"username": username, "password": password, "device": device})


def login(api, username, **fields):
    return Session(api, try_login(api, username, **fields))


def refresh(api, token):
    return send(api, "/refresh", {"refresh_token": token})


def media_type(response):
    return response.headers["Content-Type"].split(";")[0].strip().lower()


def result(response, status=200):
    assert response.status_code == status, response.text
    assert media_type(response) == "application/json"
    return response.json()


def problem(response, *more):
    """Status and code of an error, whose body has the usual members and `more`."""
    assert media_type(response) == "application/problem+json", response.text
    body = response.json()
    assert set(body) == {"type", "title", "status", "code", *more}
    assert body["type"] == f"/problems/{body['code']}"
    assert isinstance(body["title"], str) and body["title"]
    assert body["status"] == response.status_code
    challenge = "Bearer" if response.status_code == 401 else None
    assert response.headers.get("WWW-Authenticate") == challenge
    return response.status_code, body["code"]


def faulty(response):
    """Names of the fields that a 422 calls faulty."""
    assert problem(response, "errors") == (422, "validation_failed")
    errors = response.json()["errors"]
    assert all(isinstance(text, str) and text for text in errors.values())
    return set(errors)


def nothing(response):
    assert response.status_code == 204, response.text
    assert response.content == b""


def together(count, function):
    """Call a function with 0, 1, ... in threads that start at the same time."""
    barrier = Barrier(count)

    def run(index):
        barrier.wait(10)
        return function(index)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def base64url(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def read_jwt(token):
    parts = [base64.urlsafe_b64decode(part + "==") for part in token.split(".")]
    return json.loads(parts[0]), json.loads(parts[1])


def key_id(secret):
    return hmac.new(secret.encode(), b"kid", hashlib.sha256).hexdigest()[:16]


def jwt(header, claims, secret=SECRET, digest="sha256"):
    """A token with a right signature; header and claims may be bytes in place of objects."""
    parts = (
        part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims)
    )
    return signed(".".join(map(base64url, parts)), secret, digest)


def signed(text, secret=SECRET, digest="sha256"):
    """A token with a right signature of the text."""
    return f"{text}.{base64url(hmac.digest(secret.encode(), text.encode(), digest))}"


def signed_again(token):
    """The token with the signature that it should have."""
    return signed(token.rpartition(".")[0])


def accepted(api, tokens):
    """Those of the tokens, by name, that are not refused as they should be."""
    return {name for name, token in tokens.items() if problem_of_me(api, token) != UNAUTHORIZED}


def problem_of_me(api, token):
    response = call(api, "GET", "/me", token)
    return response.status_code if response.is_success else problem(response)


def changes(value, name, *others):
    """The object with another value of a member, once for each, and without it."""
    changed = {f"{name} {other!r}"[:60]: {**value, name: other} for other in others}
    return {**changed, f"no {name}": {key: value[key] for key in value if key != name}}


# R1


def test_health__R1_R9(api):
    assert result(api.get("/health")) == {"status": "ok"}


def test_new_user_logs_in__R1(api):
    name = uuid4().hex
    user = result(sign_up(api, name), 201)
    assert set(user) == {"id", "username"}
    assert user["username"] == name
    before = int(time.time())
    session = login(api, name)
    after = int(time.time())
    assert result(session.get("/me")) == user
    assert session.header == {"alg": "HS256", "typ": "JWT", "kid": key_id(SECRET)}
    claims = dict(session.claims)
    assert isinstance(claims["jti"], str)
    assert before <= claims["iat"] <= after
    del claims["jti"], claims["sid"]
    issued = claims["iat"]
    assert claims == {
        "iss": "auth.example.com",
        "sub": user["id"],
        "iat": issued,
        "exp": issued + LIFE,
    }
    assert session.access == signed_again(session.access)


def test_refresh_gives_new_tokens_of_the_session__R1_R4(api, alice):
    first = login(api, alice)
    second = first.refreshed()
    third = second.refreshed()
    tokens = {session.refresh_token for session in (first, second, third)}
    assert len(tokens) == len({session.claims["jti"] for session in (first, second, third)}) == 3
    for session in (second, third):
        assert (session.id, session.claims["sub"]) == (first.id, first.claims["sub"])
        assert session.header == first.header
        assert session.claims["exp"] == session.claims["iat"] + LIFE
        session.assert_alive()
    first.assert_alive()
    assert [item["id"] for item in third.sessions()].count(first.id) == 1


# R2


def test_tokens_with_unknown_additions_are_accepted__R2(api, at_home):
    header, claims = at_home.header, at_home.claims
    tokens = {
        "as it was": jwt(header, claims),
        "no typ": jwt({"kid": header["kid"], "alg": "HS256"}, claims),
        "more members": jwt(
            {**header, "typ": "x", "jku": "x"}, {**claims, "aud": ["x"], "iat": "x"}
        ),
        "a short life": jwt(header, {**claims, "exp": int(time.time()) + LIFE // 2}),
    }
    assert accepted(api, tokens) == set(tokens)


def test_other_algorithms_are_refused__R2(api, at_home):
    header, claims = at_home.header, at_home.claims
    others = ("none", "None", "hs256", "HS384", "HS512", "RS256", "", None, ["HS256"], 256)
    tokens = {name: jwt(other, claims) for name, other in changes(header, "alg", *others).items()}
    unsigned = jwt({**header, "alg": "none"}, claims).rpartition(".")[0]
    tokens["none, unsigned"] = f"{unsigned}."
    tokens["true HS512"] = jwt({**header, "alg": "HS512"}, claims, digest="sha512")
    tokens["sha512 as HS256"] = jwt(header, claims, digest="sha512")
    tokens["crit"] = jwt({**header, "crit": ["exp"]}, claims)
    tokens["empty crit"] = jwt({**header, "crit": []}, claims)
    assert accepted(api, tokens) == set()
    at_home.assert_alive()


def test_forged_signatures_are_refused__R2(api, at_home, bob):
    header, payload, signature = at_home.access.split(".")
    start = f"{header}.{payload}."
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    tokens = {
        "empty": start,
        "none": f"{header}.{payload}",
        "of another token": start + bob.access.rpartition(".")[2],
        "cut": start + signature[:-1],
        "longer": start + signature + "A",
        "padded": start + signature + "=",
        "other ignored bits": start + signature[:-1] + alphabet[alphabet.index(signature[-1]) ^ 1],
        "other case": start + signature.swapcase(),
        "hexadecimal": start + hmac.new(SECRET.encode(), start[:-1].encode(), "sha256").hexdigest(),
        "other secret": jwt(at_home.header, at_home.claims, "x" * 32),
        "empty secret": jwt(at_home.header, at_home.claims, ""),
        "key id as secret": jwt(at_home.header, at_home.claims, at_home.header["kid"]),
        "four parts": f"{at_home.access}.{signature}",
        "no part": "x",
        "empty parts": "..",
        "refresh token": at_home.refresh_token,
    }
    assert accepted(api, tokens) == set()
    for other in (b"\xc3\xa9", b"\xff" * 43):
        response = api.get("/me", headers={"Authorization": b"Bearer " + start.encode() + other})
        assert problem(response) == UNAUTHORIZED
    at_home.assert_alive()


def test_tampered_parts_are_refused__R2(api, at_home, bob):
    header, payload, signature = at_home.access.split(".")
    longer = base64url(json.dumps({**at_home.claims, "exp": at_home.claims["exp"] + 1}).encode())
    spaced = base64url(json.dumps({**at_home.header, "x": 1}).encode())
    tokens = {
        "another user": f"{header}.{bob.access.split('.')[1]}.{signature}",
        "longer life": f"{header}.{longer}.{signature}",
        "another header": f"{spaced}.{payload}.{signature}",
        "padding": f"{header}=.{payload}.{signature}",
        "in between": f"{header}.{payload}!.{signature}",
    }
    assert accepted(api, tokens) == set()
    at_home.assert_alive()


def test_other_claims_are_refused__R2(api, at_home, bob):
    now = int(time.time())
    mine, others = at_home.claims, bob.claims
    faulty_claims = {
        **changes(
            mine, "iss", "auth.example.org", "AUTH.example.com", "", None, ["auth.example.com"]
        ),
        **changes(
            mine, "exp", now, now - 1, 0, -mine["exp"], str(mine["exp"]), None, [mine["exp"]], {}
        ),
        **changes(mine, "sub", others["sub"], "", None, 1, [mine["sub"]], {"id": mine["sub"]}),
        **changes(mine, "sid", others["sid"], str(uuid4()), "", "%", None, 1, [mine["sid"]], {}),
    }
    tokens = {name: jwt(at_home.header, claims) for name, claims in faulty_claims.items()}
    assert accepted(api, tokens) == set()
    at_home.assert_alive()


def test_parts_that_are_no_objects_are_refused__R2(api, at_home):
    contents = (
        b"",
        b"x",
        b"[]",
        b"null",
        b"1",
        b'"HS256"',
        b"{",
        b"{}",
        b"\xff",
        b'{"alg": "\xff"}',
    )
    tokens = {f"header {content}": jwt(content, at_home.claims) for content in contents}
    tokens |= {f"payload {content}": jwt(at_home.header, content) for content in contents}
    tokens["deep header"] = jwt(b"[" * 5000, at_home.claims)
    tokens["deep payload"] = jwt(at_home.header, b'{"iss":' * 900)
    header, claims = (json.dumps(part) for part in (at_home.header, at_home.claims))
    for name, other in {
        "NaN": claims.replace("{", '{"x": NaN, ', 1).encode(),
        "bytes": claims.replace("{", '{"x": "\xff", ', 1).encode("latin-1"),
        "UTF-16": claims.encode("utf-16-le"),
        "byte order mark": claims.encode("utf-8-sig"),
        "more after it": claims.encode() + b"{}",
    }.items():
        tokens[f"payload with {name}"] = jwt(at_home.header, other)
    tokens["header with NaN"] = jwt(header.replace("{", '{"x": NaN, ', 1).encode(), at_home.claims)
    assert accepted(api, tokens) == set()
    at_home.assert_alive()


def test_other_spellings_are_refused_though_signed__R2(api, at_home):
    def part(value, more):
        """With so many bytes after the last whole group of three."""
        text = json.dumps(value)
        return base64url(text.ljust(-len(text) // 3 * -3 + more).encode())

    header, payload, whole = part(at_home.header, 1), part(at_home.claims, 1), part(at_home.claims, 0)
    base64_text = base64.b64encode(json.dumps({**at_home.claims, "x": "?" * 6}).encode()).decode()
    assert "/" in base64_text
    texts = {
        "padded header": f"{header}==.{payload}",
        "padded payload": f"{header}.{payload}==",
        "other characters": f"{header}.{payload[:8]}!!!!{payload[8:]}",
        "other alphabet": f"{header}.{base64_text.rstrip('=')}",
        "three dots": f"{header}.{whole[:8]}.{whole[8:]}",
        "empty part": f"{header}..{payload}",
        "one part": payload,
    }
    for control in (payload, whole):
        assert accepted(api, {"control": signed(f"{header}.{control}")}) == {"control"}
    assert accepted(api, {name: signed(text) for name, text in texts.items()}) == set()
    at_home.assert_alive()


def test_authorization_header__R2_R9(api, at_home):
    access = at_home.access
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert api.get("/me", headers={"Authorization": f"{scheme} {access}"}).status_code == 200
    for value in (
        None,
        "",
        access,
        "Bearer",
        f"Basic {access}",
        f"Bearer{access}",
        f"Bearer x {access}",
    ):
        headers = {} if value is None else {"Authorization": value}
        assert problem(api.get("/me", headers=headers)) == UNAUTHORIZED
    assert problem(api.get(f"/me?access_token={access}")) == UNAUTHORIZED
    for method, path in (
        ("GET", "/sessions"),
        ("DELETE", f"/sessions/{at_home.id}"),
        ("DELETE", "/sessions/x"),
        ("POST", "/logout"),
        ("PUT", "/password"),
    ):
        assert problem(api.request(method, path, content=b"{" * 9000)) == UNAUTHORIZED
        assert problem(call(api, method, path, jwt(at_home.header, {}))) == UNAUTHORIZED
    at_home.assert_alive()


# R3


def test_tokens_of_the_old_key_are_accepted__R3(api, alice):
    session = login(api, alice)
    assert session.header["kid"] == key_id(SECRET)
    old_header = {**session.header, "kid": key_id(OLD_SECRET)}
    old = jwt(old_header, session.claims, OLD_SECRET)
    assert result(call(api, "GET", "/me", old))["id"] == session.claims["sub"]
    expired = jwt(old_header, {**session.claims, "exp": int(time.time())}, OLD_SECRET)
    foreign = jwt(old_header, {**session.claims, "iss": "x"}, OLD_SECRET)
    assert accepted(api, {"expired": expired, "foreign": foreign}) == set()
    renewed = session.refreshed()
    assert renewed.header["kid"] == key_id(SECRET)
    assert renewed.access == signed_again(renewed.access)
    nothing(call(api, "POST", "/logout", old))
    renewed.assert_ended()


def test_keys_are_told_apart_by_kid__R3(api, at_home):
    header, claims = at_home.header, at_home.claims
    current, old = key_id(SECRET), key_id(OLD_SECRET)
    others = (
        "",
        "0" * 16,
        current.upper(),
        current[:8],
        f"{current} ",
        None,
        0,
        [current],
        {},
        SECRET,
    )
    names = ("__proto__", "constructor", "toString", "0", "' OR 1=1 --", "../../dev/null")
    tokens = {
        name: jwt(other, claims) for name, other in changes(header, "kid", *others, *names).items()
    }
    tokens["current key as old"] = jwt({**header, "kid": old}, claims, SECRET)
    tokens["old key as current"] = jwt(header, claims, OLD_SECRET)
    tokens["unknown key"] = jwt({**header, "kid": key_id("x" * 32)}, claims, "x" * 32)
    tokens["no key"] = jwt({**header, "kid": key_id("")}, claims, "")
    assert accepted(api, tokens) == set()
    assert accepted(api, {"control": jwt(header, claims)}) == {"control"}


# R4


@pytest.mark.parametrize("age", [1, 2])
def test_used_up_token_ends_its_session__R4(api, alice, at_home, age):
    steps = [login(api, alice)]
    for _ in range(2):
        steps.append(steps[-1].refreshed())
    stolen = refresh(api, steps[-1 - age].refresh_token)
    assert problem(stolen) == BAD_REFRESH_TOKEN
    for step in steps:
        step.assert_ended()
    remaining = [item["id"] for item in at_home.sessions()]
    assert at_home.id in remaining
    assert steps[0].id not in remaining


def test_unknown_token_ends_nothing__R4(api, alice):
    session = login(api, alice)
    token = session.refresh_token
    others = [
        "",
        "x",
        "A" * 43,
        token[:-1],
        token + "A",
        token.swapcase(),
        f" {token}",
        session.access,
        session.id,
        "' OR 1=1 --",
    ]
    answers = [refresh(api, other) for other in others]
    assert {problem(answer) for answer in answers} == {BAD_REFRESH_TOKEN}
    renewed = session.refreshed()
    used_up = refresh(api, token)
    assert problem(used_up) == BAD_REFRESH_TOKEN
    assert {answer.text for answer in answers} == {used_up.text}
    renewed.assert_ended()


# R5


@pytest.mark.parametrize("count", [2, 8])
def test_concurrent_refreshes_of_one_token__R5(api, alice, at_home, count):
    session = login(api, alice)
    answers = together(count, lambda _: refresh(api, session.refresh_token))
    assert sorted(answer.status_code for answer in answers) == [200] + [401] * (count - 1)
    for answer in answers:
        if answer.status_code == 401:
            assert problem(answer) == BAD_REFRESH_TOKEN
        else:
            Session(api, answer).assert_ended()
    session.assert_ended()
    at_home.assert_alive()


def test_concurrent_refreshes_of_several_sessions__R5(api, alice):
    sessions = together(3, lambda _: login(api, alice))
    renewed = together(3, lambda index: sessions[index].refreshed())
    for session in renewed:
        session.assert_alive()
    listed = {item["id"] for item in renewed[0].sessions()}
    assert listed >= {session.id for session in sessions}


def test_concurrent_registrations_of_one_name__R5(api):
    name = uuid4().hex
    answers = together(3, lambda index: sign_up(api, name, f"password {index}"))
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [201, 409, 409]
    assert problem(answers[statuses.index(409)]) == (409, "username_taken")
    login(api, name, password=f"password {statuses.index(201)}").assert_alive()


def test_concurrent_changes_of_one_password__R5_R7(api):
    name = new_user(api)
    session = login(api, name)
    answers = together(2, lambda index: session.put_password(PASSWORD, f"password {index}"))
    statuses = [answer.status_code for answer in answers]
    assert sorted(statuses) == [204, 403]
    assert problem(answers[statuses.index(403)]) == (403, "wrong_password")
    login(api, name, password=f"password {statuses.index(204)}").assert_alive()


# R6


def test_list_shows_own_sessions__R6(api):
    name = new_user(api)
    devices = ["\N{GRINNING FACE}" * 64, "x", "'); DROP TABLE sessions; --"]
    before = int(time.time())
    sessions = [login(api, name, device=device) for device in devices]
    after = int(time.time())
    for current in sessions:
        items = current.sessions()
        assert [item.pop("created_at") for item in items] == [s.claims["iat"] for s in sessions]
        assert items == [
            {"id": session.id, "device": device, "current": session is current}
            for session, device in zip(sessions, devices, strict=True)
        ]
    assert before <= sessions[0].claims["iat"] <= sessions[-1].claims["iat"] <= after


def test_own_sessions_are_ended__R6(api):
    name = new_user(api)
    first, second, third = (login(api, name) for _ in range(3))
    nothing(second.delete(first.id))
    first.assert_ended()
    assert problem(second.delete(first.id)) == NOT_FOUND
    assert [item["id"] for item in second.sessions()] == [second.id, third.id]
    headers = {"Authorization": f"Bearer {third.access}"}
    nothing(send(api, "/logout", b"{" * 9000, headers=headers))
    third.assert_ended()
    assert [item["id"] for item in second.sessions()] == [second.id]
    nothing(second.delete(second.id))
    second.assert_ended()


def test_sessions_of_others_are_out_of_reach__R6(api, at_home, bob):
    answers = [bob.delete(other) for other in (at_home.id, str(uuid4()), "*", "1", at_home.id[:-1])]
    assert [problem(answer) for answer in answers] == [NOT_FOUND] * 5
    assert len({answer.text for answer in answers}) == 1
    assert [item["id"] for item in bob.sessions()] == [bob.id]
    at_home.assert_alive()
    assert at_home.id in [item["id"] for item in at_home.sessions()]


# R7


def test_changed_password__R7(api, bob):
    new = " P\u00e4ssw\u00f6rd \N{GRINNING FACE} "
    name = new_user(api)
    here, there = login(api, name), login(api, name)
    there_renewed = there.refreshed()
    nothing(here.put_password(PASSWORD, new))
    there_renewed.assert_ended()
    assert problem(there.get("/me")) == UNAUTHORIZED
    here.assert_alive()
    assert [item["id"] for item in here.sessions()] == [here.id]
    for wrong in (PASSWORD, new.strip(), new.lower()):
        assert problem(try_login(api, name, wrong)) == BAD_CREDENTIALS
    login(api, name, password=new).assert_alive()
    here.refreshed().assert_alive()
    bob.assert_alive()


def test_no_login_outlives_a_change_of_the_password__R7(api):
    name = new_user(api)
    session = login(api, name)

    def act(index):
        if index == 0:
            nothing(session.put_password(PASSWORD, "another password"))
            return
        # The last of these that succeeds is likely to have begun before the change ended.
        for _ in range(50):
            answer = try_login(api, name)
            if answer.status_code != 200:
                assert problem(answer) == BAD_CREDENTIALS
                return
        raise AssertionError("the old password still logs in")

    together(3, act)
    assert [item["id"] for item in session.sessions()] == [session.id]


def test_wrong_current_password_changes_nothing__R7(api):
    name = new_user(api)
    here, there = login(api, name), login(api, name)
    for wrong in ("", PASSWORD.upper()):
        assert problem(here.put_password(wrong, "another password")) == (403, "wrong_password")
    assert problem(here.put_password(PASSWORD, "\0" * 8), "errors") == (422, "validation_failed")
    there.assert_alive()
    there.refreshed().assert_alive()
    assert problem(try_login(api, name, "another password")) == BAD_CREDENTIALS
    login(api, name).assert_alive()


# R8


def test_login_does_not_tell_who_exists__R8(api, alice):
    names = [alice, uuid4().hex, "", alice.upper(), "' OR '1'='1"]
    answers = [try_login(api, name, "wrong password") for name in names]
    assert [problem(answer) for answer in answers] == [BAD_CREDENTIALS] * len(names)

    def whole(answer):
        return answer.text, {
            name: value for name, value in answer.headers.items() if name != "date"
        }

    assert all(whole(answer) == whole(answers[0]) for answer in answers)
    assert login(api, alice).header["alg"] == "HS256"


def test_login_takes_its_time_for_unknown_names__R8(api, alice):
    def seconds(name):
        start = time.perf_counter()
        assert problem(try_login(api, name, "wrong password")) == BAD_CREDENTIALS
        return time.perf_counter() - start

    # One pair decides, because any request may have to wait for something else.
    pairs = ((seconds(uuid4().hex), seconds(alice)) for _ in range(3))
    assert any(unknown > known / 4 for unknown, known in pairs)


# R9

WITH_BODY = {
    "/users": ("POST", {"username", "password"}),
    "/login": ("POST", {"username", "password", "device"}),
    "/refresh": ("POST", {"refresh_token"}),
    "/password": ("PUT", {"current_password", "new_password"}),
}


def ask(session, path, fields, content_type="application/json"):
    """Ask an endpoint that reads a body."""
    headers = {"Authorization": f"Bearer {session.access}", "Content-Type": content_type}
    return send(session.api, path, fields, WITH_BODY[path][0], headers)


@pytest.mark.parametrize("path", WITH_BODY)
def test_faulty_fields__R9(at_home, path):
    names = WITH_BODY[path][1]
    assert faulty(ask(at_home, path, {})) == names
    right = dict.fromkeys(names, "long enough") | (
        {"username": "somebody"} if "username" in names else {}
    )
    for name in names:
        for value in (None, 1, True, ["x"], {}, "\0", "a nul\0 inside"):
            assert faulty(ask(at_home, path, {**right, name: value})) == {name}, value
    for other in ("id", "admin", "__proto__", "Username"):
        assert faulty(ask(at_home, path, {**right, other: "x"})) == {other}
        assert faulty(ask(at_home, path, {other: None})) == {other} | names


def test_limits_of_fields__R9(api, at_home):
    for name in ("", "ab", "a" * 33, "Alice", "a b", "al.ice", "\u00e4lice", "alice\n", "' OR 1=1"):
        assert faulty(sign_up(api, name)) == {"username"}, name
    for password in ("", "1234567", "\N{GRINNING FACE}" * 7, "x" * 129):
        assert faulty(sign_up(api, "somebody", password)) == {"password"}, password
        assert faulty(at_home.put_password(PASSWORD, password)) == {"new_password"}, password
    for device in ("", "x" * 65):
        assert faulty(try_login(api, "somebody", device=device)) == {"device"}, device
    short, long = f"_{uuid4().hex[:2]}", f"-{uuid4().hex}"[:32]
    assert result(sign_up(api, short, "\N{GRINNING FACE}" * 8), 201)["username"] == short
    assert result(sign_up(api, long, "\N{GRINNING FACE}" * 128), 201)["username"] == long
    login(api, long, password="\N{GRINNING FACE}" * 128).assert_alive()


@pytest.mark.parametrize("path", WITH_BODY)
def test_bodies_that_are_no_objects__R9(at_home, path):
    malformed = (b"", b"{", b"[]", b"null", b'"x"', b"{'a': 1}", b'{"a": NaN}', b"{} {}")
    for content in (*malformed, b'{"a": "\xff"}', b"\xef\xbb\xbf{}", b"[" * 100):
        assert problem(ask(at_home, path, content)) == (400, "malformed_json"), content
    for other in ("text/plain", "application/jsonx", "text/plain; a=application/json", ""):
        answer = ask(at_home, path, b"{" * 8193, other)
        assert problem(answer) == (415, "unsupported_media_type"), other
    for right in ("Application/JSON", "application/json; charset=utf-8", "application/json ;x=y"):
        assert faulty(ask(at_home, path, {}, right)) == WITH_BODY[path][1]


@pytest.mark.parametrize("path", WITH_BODY)
def test_long_bodies__R9(at_home, path):
    for content in (b"{}" + b" " * 8191, b"{" * 8193, b'{"a": "' + b"x" * 20000 + b'"}'):
        assert problem(ask(at_home, path, content)) == (413, "payload_too_large")
    assert faulty(ask(at_home, path, b"{}" + b" " * 8190)) == WITH_BODY[path][1]


def test_existing_name__R9(api, alice):
    assert problem(sign_up(api, alice, "another password")) == (409, "username_taken")
    assert faulty(sign_up(api, alice, "short")) == {"password"}
    login(api, alice).assert_alive()


def test_unknown_paths__R9(api, at_home):
    for path in (
        *("/", "/nothing", "/users/x", "/sessions/x/y", "/me/x", "/docs", "/openapi.json"),
        *("/ME", "/Health", f"/Sessions/{at_home.id}"),
    ):
        for token in (at_home.access, "x"):
            assert problem(call(api, "GET", path, token)) == NOT_FOUND, path
