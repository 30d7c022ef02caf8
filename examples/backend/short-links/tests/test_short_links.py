"""Black-box tests of the URL shortener API at BASE_URL.

The server may already hold data, of an earlier run for instance: tests make tenants of their own
and codes that are new.
"""

import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from secrets import token_urlsafe
from threading import Barrier
from uuid import uuid4

import httpx
import pytest

TARGET = "https://example.com/page"
PAST = "2001-02-03T04:05:06Z"
FUTURE = "2099-12-31T23:59:59Z"
UNAUTHORIZED = (401, "unauthorized")
UNSUPPORTED = (415, "unsupported_media_type")
MALFORMED = (400, "malformed_json")
NOT_FOUND = (404, "not_found")
CODE_TAKEN = (409, "code_taken")
EXPIRED = (410, "expired")
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="session")
def api():
    with httpx.Client(base_url=os.environ["BASE_URL"], trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture(scope="session")
def shared(api):
    """A tenant for tests that do not look at the list of links."""
    return Tenant(api)


@pytest.fixture
def alice(api):
    return Tenant(api)


@pytest.fixture
def bob(api):
    return Tenant(api)


class Tenant:
    """Sends requests with the key of a new tenant."""

    def __init__(self, api):
        self.api = api
        self.key = result(sign_up(api, "alice"), 201)["api_key"]

    def send(self, method, path, content=None, headers=JSON):
        return self.api.request(
            method, path, content=content, headers={"X-Api-Key": self.key, **headers}
        )

    def get(self, path):
        return self.send("GET", path, headers={})

    def delete(self, code):
        return self.send("DELETE", f"/links/{code}", headers={})

    def post(self, **fields):
        return self.send("POST", "/links", json.dumps(fields))

    def patch(self, code, fields=None, **more_fields):
        return self.send("PATCH", f"/links/{code}", json.dumps({**(fields or {}), **more_fields}))

    def create(self, url=TARGET, **fields):
        return result(self.post(url=url, **fields), 201)

    def read(self, code):
        return result(self.get(f"/links/{code}"))

    def links(self):
        body = result(self.get("/links"))
        assert set(body) == {"items"}
        return body["items"]


def sign_up(api, name):
    return api.post("/tenants", content=json.dumps({"name": name}), headers=JSON)


def new_code():
    return uuid4().hex


def media_type(response):
    return response.headers["Content-Type"].split(";")[0].strip().lower()


def result(response, status=200):
    """The body of a successful response."""
    assert response.status_code == status, response.text
    assert media_type(response) == "application/json"
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


def faulty(response):
    """Names of the fields that an answer 422 validation_failed calls faulty."""
    assert response.status_code == 422, response.text
    body = problem_body(response)
    assert set(body) == {"type", "title", "status", "errors"}
    assert body["type"] == "/problems/validation_failed"
    assert all(isinstance(text, str) and text for text in body["errors"].values())
    return set(body["errors"])


def redirected(response):
    """The target of a redirect."""
    assert response.status_code == 302, response.text
    assert response.headers["Cache-Control"] == "no-store"
    return response.headers["Location"]


def visit(api, code, **options):
    return api.get(f"/r/{code}", **options)


def utc(seconds):
    """A point in time, relative to the current second, as the API writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(time.time()) + seconds))


def together(count, function):
    """Call a function with 0, 1, ... in threads that start at the same time."""
    barrier = Barrier(count)

    def call(index):
        barrier.wait()
        return function(index)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(call, range(count)))


def accepted(tenant, *targets):
    """Those of the targets that can be linked to, and come back as they were sent."""
    answers = [tenant.post(url=target) for target in targets]
    return [
        target
        for target, answer in zip(targets, answers, strict=True)
        if answer.status_code == 201 and answer.json()["url"] == target
    ]


def refused(tenant, *targets):
    """Those of the targets that are answered 422 with nothing but the url."""
    answers = [tenant.post(url=target) for target in targets]
    return [
        target
        for target, answer in zip(targets, answers, strict=True)
        if answer.status_code == 422 and faulty(answer) == {"url"}
    ]


# R1: links


def test_health__R1(api):
    assert result(api.get("/health")) == {"status": "ok"}
    assert result(api.get("/health?status=down")) == {"status": "ok"}


def test_link_with_all_fields__R1(api, alice):
    code = new_code()
    response = alice.post(url=TARGET, code=code, expires_at=FUTURE)
    link = {"code": code, "url": TARGET, "expires_at": FUTURE, "hits": 0}
    assert result(response, 201) == link
    assert response.headers["Location"] == f"/links/{code}"
    assert alice.read(code) == link
    assert alice.links() == [link]


def test_link_with_url_only__R1(alice):
    response = alice.post(url=TARGET)
    link = result(response, 201)
    assert re.fullmatch("[A-Za-z0-9]{8}", link["code"])
    assert link == {"code": link["code"], "url": TARGET, "expires_at": None, "hits": 0}
    assert response.headers["Location"] == f"/links/{link['code']}"
    assert alice.read(link["code"]) == link


def test_expiry_may_be_null__R1(alice):
    link = alice.create(expires_at=None)
    assert link["expires_at"] is None
    assert alice.read(link["code"]) == link


def test_made_codes_differ__R1(alice):
    codes = [alice.create()["code"] for _ in range(20)]
    assert len(set(codes)) == 20
    # That 160 characters lack one of these kinds by chance does not happen.
    for kind in ("[A-Z]", "[a-z]", "[0-9]"):
        assert re.search(kind, "".join(codes))


def test_codes_of_extreme_length__R1(shared):
    for length in (3, 32):
        code = token_urlsafe(24)[:length]
        assert shared.create(code=code)["code"] == code


def test_code_of_all_kinds_of_characters__R1(api, alice):
    code = f"-_Az09{uuid4().hex[:20]}_-"
    assert alice.create(code=code)["code"] == code
    assert alice.read(code)["code"] == code
    assert redirected(visit(api, code)) == TARGET


def test_list_is_oldest_first__R1(alice):
    codes = [letter + new_code()[:9] for letter in "mzaZ-5"]
    links = [alice.create(f"https://example.com/{code}", code=code) for code in codes]
    assert alice.links() == links
    assert result(alice.get("/links?limit=1&items=x"))["items"] == links


def test_list_starts_empty_and_loses_deleted_links__R1(alice):
    assert alice.links() == []
    first, second, third = (alice.create() for _ in range(3))
    assert alice.delete(second["code"]).status_code == 204
    assert alice.links() == [first, third]


def test_list_shows_current_state__R1(api, alice):
    first, second = alice.create(), alice.create()
    visit(api, second["code"])
    alice.patch(first["code"], expires_at=FUTURE)
    assert alice.links() == [first | {"expires_at": FUTURE}, second | {"hits": 1}]


def test_same_target_may_have_several_links__R1(api, alice):
    first, second = alice.create(), alice.create()
    visit(api, first["code"])
    assert [link["hits"] for link in alice.links()] == [1, 0]
    assert first["code"] != second["code"]


def test_query_does_not_change_a_new_link__R1(alice):
    body = json.dumps({"url": TARGET})
    query = f"/links?code={new_code()}&expires_at={PAST}"
    link = result(alice.send("POST", query, body), 201)
    assert len(link["code"]) == 8
    assert link["expires_at"] is None


# R2: tenants and keys


def test_new_tenant__R2(api):
    tenant = result(sign_up(api, "bob"), 201)
    assert set(tenant) == {"id", "name", "api_key"}
    assert tenant["name"] == "bob"
    assert re.fullmatch("[A-Za-z0-9_-]{32,}", tenant["api_key"])


def test_tenants_of_one_name_differ__R2(api):
    first, second = (result(sign_up(api, "bob"), 201) for _ in range(2))
    assert first["id"] != second["id"]
    assert first["api_key"] != second["api_key"]


def test_names__R2(api):
    for name in ("a", "é" * 100, "😀" * 100, " ", "\u0001", "0", "租户"):
        assert result(sign_up(api, name), 201)["name"] == name


def test_faulty_names__R2_R9(api):
    for name in ("", "a" * 101, "😀" * 101, "a\0b", None, 7, True, ["a"], {}):
        assert faulty(sign_up(api, name)) == {"name"}, name


ENDPOINTS = [("POST", "/links"), ("GET", "/links")] + [
    (method, "/links/{code}") for method in ("GET", "PATCH", "DELETE")
]


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_missing_and_unknown_keys__R2(api, shared, method, path):
    link = shared.create()
    path = path.format(code=link["code"])
    body = json.dumps({"expires_at": PAST})
    key = shared.key
    changed = key[:-1] + ("A" if key[-1] != "A" else "B")
    for sent in (
        "",
        "x",
        key[:-1],
        f"{key}x",
        changed,
        key.swapcase(),
        f"Bearer {key}",
        "' OR 1=1",
    ):
        response = api.request(method, path, content=body, headers=JSON | {"X-Api-Key": sent})
        assert problem(response) == UNAUTHORIZED, sent
    assert problem(api.request(method, path, content=body, headers=JSON)) == UNAUTHORIZED
    assert shared.read(link["code"]) == link


def test_key_comes_before_other_faults__R2_R9(api):
    for method, path in ENDPOINTS:
        path = path.format(code=new_code())
        for headers, body in (({}, ""), (JSON, "{"), (JSON, '{"x": 1}')):
            headers = headers | {"X-Api-Key": "unknown"}
            response = api.request(method, path, content=body, headers=headers)
            assert problem(response) == UNAUTHORIZED, (method, path, body)


def test_key_is_taken_from_its_header_only__R2(api, shared):
    for headers in (
        {"Authorization": f"Bearer {shared.key}"},
        {"Cookie": f"X-Api-Key={shared.key}"},
    ):
        assert problem(api.get("/links", headers=headers)) == UNAUTHORIZED
    assert problem(api.get("/links", params={"X-Api-Key": shared.key})) == UNAUTHORIZED
    result(api.get("/links", headers={"x-api-key": shared.key}))


def test_id_is_no_key__R2(api):
    tenant = result(sign_up(api, "bob"), 201)
    assert problem(api.get("/links", headers={"X-Api-Key": str(tenant["id"])})) == UNAUTHORIZED


def test_sign_up_and_redirect_ignore_keys__R2(api, shared):
    code = shared.create()["code"]
    key = {"X-Api-Key": "unknown"}
    assert redirected(visit(api, code, headers=key)) == TARGET
    body = json.dumps({"name": "bob"})
    result(api.post("/tenants", content=body, headers=JSON | key), 201)


# R3: tenants do not see each other's links


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_link_of_another_tenant__R3(api, alice, bob, method):
    link = alice.create(expires_at=FUTURE)
    body = json.dumps({"expires_at": PAST})
    foreign = bob.send(method, f"/links/{link['code']}", body)
    unknown = bob.send(method, f"/links/{new_code()}", body)
    assert problem(foreign) == problem(unknown) == NOT_FOUND
    assert foreign.json() == unknown.json()
    assert alice.read(link["code"]) == link
    assert redirected(visit(api, link["code"])) == TARGET


def test_lists_are_apart__R3(alice, bob):
    links = [[tenant.create() for tenant in (alice, bob)] for _ in range(2)]
    assert alice.links() == [pair[0] for pair in links]
    assert bob.links() == [pair[1] for pair in links]


def test_faults_of_a_body_come_before_a_foreign_link__R3_R9(alice, bob):
    code = alice.create()["code"]
    assert faulty(bob.patch(code)) == {"expires_at"}
    assert problem(bob.send("PATCH", f"/links/{code}", "{")) == MALFORMED
    assert problem(bob.send("PATCH", f"/links/{code}", "{}", headers={})) == UNSUPPORTED


def test_link_redirects_for_everybody__R3(api, alice, bob):
    code = alice.create()["code"]
    assert redirected(bob.get(f"/r/{code}")) == TARGET
    assert redirected(alice.get(f"/r/{code}")) == TARGET
    assert alice.read(code)["hits"] == 2


# R4: codes


def test_code_in_use__R4(alice, bob):
    code = new_code()
    link = alice.create(code=code)
    for tenant in (alice, bob):
        assert problem(tenant.post(url="https://example.com/other", code=code)) == CODE_TAKEN
    assert alice.read(code) == link
    assert alice.links() == [link]
    assert bob.links() == []


def test_made_code_is_in_use__R4(alice, bob):
    code = alice.create()["code"]
    assert problem(bob.post(url=TARGET, code=code)) == CODE_TAKEN


def test_code_of_a_deleted_link__R4(api, alice, bob):
    code = alice.create()["code"]
    assert alice.delete(code).status_code == 204
    for tenant in (alice, bob):
        assert problem(tenant.post(url=TARGET, code=code)) == CODE_TAKEN
    assert problem(visit(api, code)) == NOT_FOUND
    assert alice.links() == []


def test_code_of_an_expired_link__R4(alice, bob):
    code = alice.create(expires_at=PAST)["code"]
    assert problem(bob.post(url=TARGET, code=code)) == CODE_TAKEN


def test_case_distinguishes_codes__R4(api, alice, bob):
    code = "case" + new_code()[:20]
    alice.create("https://example.com/lower", code=code)
    assert problem(bob.get(f"/links/{code.upper()}")) == NOT_FOUND
    assert problem(visit(api, code.upper())) == NOT_FOUND
    bob.create("https://example.com/upper", code=code.upper())
    assert redirected(visit(api, code)) == "https://example.com/lower"
    assert redirected(visit(api, code.upper())) == "https://example.com/upper"


def test_underscore_is_no_wildcard__R4(api, alice):
    code = new_code()[:20]
    alice.create(code=f"{code}a")
    assert problem(alice.get(f"/links/{code}_")) == NOT_FOUND
    assert problem(visit(api, f"{code}_")) == NOT_FOUND
    alice.create(code=f"{code}_")


def test_faulty_fields_come_before_a_taken_code__R4_R9(alice):
    code = alice.create()["code"]
    assert faulty(alice.post(url="http://localhost/", code=code)) == {"url"}
    assert faulty(alice.post(code=code)) == {"url"}


@pytest.mark.parametrize("again", range(2))
def test_concurrent_creations_with_one_code__R4(alice, bob, again):
    code = new_code()

    def create(index):
        return (alice, bob)[index % 2].post(url=f"https://example.com/{again}/{index}", code=code)

    answers = together(10, create)
    created = [result(answer, 201) for answer in answers if answer.status_code == 201]
    assert len(created) == 1
    assert [problem(answer) for answer in answers if answer.status_code != 201] == [CODE_TAKEN] * 9
    assert alice.links() + bob.links() == created


def test_concurrent_creations_with_other_codes__R4(alice):
    links = [result(answer, 201) for answer in together(10, lambda _: alice.post(url=TARGET))]
    assert sorted(link["code"] for link in links) == sorted(link["code"] for link in alice.links())


# R5: redirects


TARGETS = [
    "http://example.com",
    "https://example.com?q=1",
    "https://example.com#top",
    "https://EXAMPLE.com:443/a/../b//c/./d",
    "HTTP://Example.COM/%7euser/%e2%82%ac?x=%20&y=a+b#%41",
    "https://example.com/\"<>^`{|}'!$&()*+,;=:@[]~",
    "https://example.com/?next=http://192.0.2.1/&a=&a=#?#",
    "https://example.com.:00080/%zz%",
    "https://example.com/" + "x" * 1980,
]


def test_location_is_as_sent__R5_R8(api, shared):
    for target in TARGETS:
        link = shared.create(target)
        assert link["url"] == target
        assert redirected(visit(api, link["code"])) == target
        assert shared.read(link["code"])["url"] == target


def test_query_does_not_influence_a_redirect__R5(api, shared):
    code = shared.create()["code"]
    for name in ("url", "next", "to", "code", "expires_at", "Location"):
        for value in ("https://example.com/other", PAST):
            assert redirected(visit(api, code, params={name: value})) == TARGET, name
    assert redirected(api.get(f"/r/{code}?url&next=&%zz&&=")) == TARGET
    assert shared.read(code)["hits"] == 13


def test_headers_do_not_influence_a_redirect__R5(api, shared):
    code = shared.create()["code"]
    for name in ("Host", "Referer", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-URL"):
        headers = {name: "other.example"}
        assert redirected(visit(api, code, headers=headers)) == TARGET, name


def test_redirect_ignores_what_a_client_accepts__R5(api, shared):
    code = shared.create()["code"]
    headers = {"Accept": "application/json", "If-None-Match": "*", "Range": "bytes=0-1"}
    assert redirected(visit(api, code, headers=headers)) == TARGET
    assert shared.read(code)["hits"] == 1


def test_redirects_are_counted__R5(api, shared):
    first, second = shared.create()["code"], shared.create()["code"]
    for expected in range(1, 6):
        redirected(visit(api, first))
        assert shared.read(first)["hits"] == expected
    assert shared.read(second)["hits"] == 0


def test_reading_is_not_counted__R5(alice):
    code = alice.create()["code"]
    alice.links()
    alice.patch(code, expires_at=FUTURE)
    assert [alice.read(code)["hits"] for _ in range(2)] == [0, 0]


def test_change_keeps_hits__R5_R6(api, shared):
    link = shared.create()
    for _ in range(3):
        visit(api, link["code"])
    changed = result(shared.patch(link["code"], expires_at=FUTURE))
    assert changed == link | {"expires_at": FUTURE, "hits": 3}


def test_concurrent_redirects_are_all_counted__R5(api, shared):
    codes = [shared.create()["code"] for _ in range(2)]

    def visits(index):
        return [redirected(visit(api, codes[index % 2])) for _ in range(6)]

    assert together(10, visits) == [[TARGET] * 6] * 10
    assert [shared.read(code)["hits"] for code in codes] == [30, 30]


# R6: expiry and deletion


def test_expired_link__R6(api, alice):
    link = alice.create(expires_at=PAST)
    for _ in range(2):
        response = visit(api, link["code"])
        assert problem(response) == EXPIRED
        assert "Location" not in response.headers
    assert link["expires_at"] == PAST
    assert alice.read(link["code"]) == link
    assert alice.links() == [link]


def test_nearest_times__R6(api, shared):
    assert problem(visit(api, shared.create(expires_at=utc(-1))["code"])) == EXPIRED
    # A link is expired at its time already, not only after it.
    assert problem(visit(api, shared.create(expires_at=utc(0))["code"])) == EXPIRED
    assert redirected(visit(api, shared.create(expires_at=utc(60))["code"])) == TARGET


def test_times_within_a_day_are_utc__R6(api, shared):
    hours = (1, 5, 9, 14)
    for hour in hours:
        assert problem(visit(api, shared.create(expires_at=utc(-3600 * hour))["code"])) == EXPIRED
    for hour in hours:
        assert redirected(visit(api, shared.create(expires_at=utc(3600 * hour))["code"])) == TARGET


def test_expiry_is_changed_both_ways__R6(api, shared):
    link = shared.create()
    code = link["code"]
    assert redirected(visit(api, code)) == TARGET
    assert result(shared.patch(code, expires_at=PAST)) == link | {"expires_at": PAST, "hits": 1}
    assert problem(visit(api, code)) == EXPIRED
    assert result(shared.patch(code, expires_at=FUTURE))["expires_at"] == FUTURE
    assert redirected(visit(api, code)) == TARGET
    assert result(shared.patch(code, expires_at=utc(-1)))["hits"] == 2
    assert problem(visit(api, code)) == EXPIRED
    assert result(shared.patch(code, expires_at=None))["expires_at"] is None
    assert redirected(visit(api, code)) == TARGET
    assert shared.read(code) == link | {"hits": 3}


def test_deleted_link__R6(api, alice):
    code = alice.create()["code"]
    response = alice.delete(code)
    assert response.status_code == 204
    assert response.content == b""
    assert problem(visit(api, code)) == NOT_FOUND
    assert problem(alice.get(f"/links/{code}")) == NOT_FOUND
    assert problem(alice.patch(code, expires_at=None)) == NOT_FOUND
    assert problem(alice.delete(code)) == NOT_FOUND


def test_expired_link_is_deleted__R6(api, shared):
    code = shared.create(expires_at=PAST)["code"]
    assert shared.delete(code).status_code == 204
    assert problem(visit(api, code)) == NOT_FOUND


def test_impossible_codes__R6(api, shared):
    for code in ("ab", "a" * 33, "a.b", "a%20b", "%00", "%27", "%C3%A9", "%25", "*"):
        assert problem(visit(api, code)) == NOT_FOUND, code
        assert problem(shared.get(f"/links/{code}")) == NOT_FOUND, code


def test_unused_code__R6(api, shared):
    assert problem(visit(api, new_code())) == NOT_FOUND
    assert problem(shared.get(f"/links/{new_code()}")) == NOT_FOUND
    assert problem(shared.patch(new_code(), expires_at=None)) == NOT_FOUND
    assert problem(shared.delete(new_code())) == NOT_FOUND


def test_bodies_of_get_and_delete_are_ignored__R6_R9(shared):
    code = shared.create()["code"]
    for headers in ({}, JSON, {"Content-Type": "text/plain"}):
        assert result(shared.send("GET", f"/links/{code}", "{", headers))["code"] == code
        assert result(shared.send("GET", "/links", "[]", headers))["items"]
    response = shared.send("DELETE", f"/links/{code}", "{", {"Content-Type": "text/plain"})
    assert response.status_code == 204


# R7: targets that are refused because of their address


def hosts(*names):
    return [f"http://{name}/" for name in names]


REFUSED_HOSTS = {
    "names": [
        *("localhost", "LOCALHOST", "LocalHost.", "localhost:80"),
        *("a.localhost", "a.b.LOCALHOST.", "-.localhost", "127.0.0.1.localhost"),
    ],
    "ranges": [
        *("127.0.0.1", "127.255.255.255", "127.0.0.1.", "127.0.0.1:8080"),
        *("10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255"),
        *("192.168.0.0", "192.168.255.255"),
        *("100.64.0.0", "100.127.255.255"),
        *("169.254.0.0", "169.254.169.254", "169.254.255.255"),
        *("224.0.0.0", "240.0.0.1", "255.255.255.255", "4294967295"),
    ],
    "zero": ["0.0.0.0", "0.255.255.255", "0", "0.", "00", "0x", "0X0"],
    "short": ["127.1", "127.0.1", "127.65536", "127.16777215", "10.65535", "172.1048576"],
    "decimal": ["2130706433", "2852039166", "167772160", "3232235521", "3758096384"],
    "octal": ["0177.0.0.1", "0177.1", "017700000001", "0000000177.0.0.1", "0251.0376.1"],
    "hexadecimal": ["0x7f.0.0.1", "0X7F.1", "0x0000000007f000001", "0xA9.0xFE.0xA9.0xFE"],
    "mixed": ["0x7f.0.1", "0300.0xa8.1", "127.0.0.0x", "127.0x", "0x7f.0.0.0x1."],
    "ipv6": [
        *("[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[0000::0001]:80"),
        *("[fc00::]", "[FDFF:ffff:ffff::1]", "[fe80::]", "[FEBF:ffff::1]", "[ff00::]"),
        "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]",
    ],
    "mapped": ["[::ffff:127.0.0.1]", "[::FFFF:7f00:1]", "[0:0:0:0:0:ffff:10.0.0.1]"],
    "compatible": ["[::127.0.0.1]", "[::7f00:1]", "[::192.168.1.1]", "[::a9fe:a9fe]"],
    "translated": ["[64:ff9b::127.0.0.1]", "[64:ff9b::a00:1]", "[0064:FF9B::169.254.169.254]"],
}


@pytest.mark.parametrize("kind", REFUSED_HOSTS)
def test_refused_hosts__R7(shared, kind):
    targets = hosts(*REFUSED_HOSTS[kind])
    assert refused(shared, *targets) == targets


def test_refused_host_with_any_rest__R7(shared):
    targets = [
        prefix + rest
        for prefix in ("http://127.0.0.1", "HTTPS://localhost", "https://[::1]")
        for rest in ("", "?a=1", "#a", ":443#", "/@example.com", "?@example.com")
    ]
    assert refused(shared, *targets) == targets


ACCEPTED_HOSTS = {
    "around_ranges": [
        *("1.0.0.0", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0"),
        *("126.255.255.255", "128.0.0.0", "169.253.255.255", "169.255.0.0"),
        *("172.15.255.255", "172.32.0.0", "192.167.255.255", "192.169.0.0", "223.255.255.255"),
    ],
    "short_and_decimal": ["3221225985", "192.0.513", "192.513", "3758096383", "172.1048575"],
    "octal": ["0300.0.2.1", "010.0.0.0", "00300.0.02.01", "192.0.2.1."],
    "hexadecimal": ["0xC0.0x0.0x2.0x1", "0X00000c0000201", "192.0x.2.0X", "0337.0xff.65535"],
    "ipv6": [
        *("[2001:db8::1]", "[2001:DB8:0:0:0:0:0:1]:443", "[1:2:3:4:5:6:7::]", "[::2:3:4:5:6:7:8]"),
        *("[fbff:ffff::1]", "[fe00::]", "[fe7f:ffff::1]", "[fec0::]", "[feff::1]"),
    ],
    "ipv4_within_ipv6": ["[::ffff:192.0.2.1]", "[::192.0.2.1]", "[64:ff9b::c000:201]"],
    "not_quite_ipv4_within_ipv6": [
        *("[::1:0:7f00:1]", "[::fffe:127.0.0.1]", "[::1:ffff:10.0.0.1]"),
        *("[64:ff9b::1:7f00:1]", "[64:ff9b:1::127.0.0.1]", "[65:ff9b::127.0.0.1]"),
    ],
    "similar": [
        *("localhost.example", "notlocalhost", "a-localhost", "localhost1"),
        *("127.0.0.1.example", "0x7f.example", "1.2.3.4.5a", "x7f", "0x7g"),
    ],
    "names": ["a", "xn--bcher-kva.example", "_a.b_.example.", "-a-.example", "1a.2b"],
}


@pytest.mark.parametrize("kind", ACCEPTED_HOSTS)
def test_accepted_hosts__R7(shared, kind):
    targets = hosts(*ACCEPTED_HOSTS[kind])
    assert accepted(shared, *targets) == targets


# R8: targets of wrong form


FAULTY_TARGETS = {
    "scheme": [
        *("ftp://example.com/", "javascript:alert(1)", "data:text/html,x", "httpx://example.com/"),
        *("example.com", "//example.com/", "://a/", "http:a", "http:/a/", "https:///a/", ""),
        *("xhttp://example.com/", "view-source:http://example.com/"),
    ],
    "user": [
        *("http://alice@example.com/", "http://alice:pw@example.com/", "http://@example.com/"),
        *("http://example.com@127.0.0.1/", "http://127.0.0.1@example.com/", "http://a:1@[::1]/"),
        "http://example.com%40127.0.0.1/",
    ],
    "backslash": [
        "http://a\\",
        "http:\\\\a",
        "http://a\\@example.com/",
        "http://a/\\",
        "http://a/?\\",
    ],
    "space_and_control": [
        *("http://a/a b", " http://a/", "http://a/ ", "http://exa mple.com/"),
        *(
            "http://a/\n",
            "\nhttp://a/",
            "http://a/\r\nX:y",
            "http://a/\0",
            "ht\ttp://a/",
            "http://a/\x7f",
        ),
    ],
    "not_ascii": [
        *("http://exämple.com/", "http://a/é", "http://example。com/", "http://１２７.1/"),
        *("httpſ://example.com/", "http：//example.com/"),
    ],
    "empty_host": ["http://", "https:///", "http://?x", "http://#x", "http://:80/", "http://./"],
    "name": hosts(
        "a..b",
        ".example.com",
        "example.com..",
        "1.2.3.4..",
        "127..1",
        ".1",
        "a%2eb",
        "a*b",
        "a,b",
        "a+b",
        "%6cocalhost",
        "{a}",
        "a~b",
        "a'b",
        "a:b:c",
    ),
    "ipv4_range": hosts(
        "1.2.3.4.5", "256.1.1.1", "1.2.3.256", "1.2.65536", "1.16777216", "4294967296"
    ),
    "ipv4_numbers": hosts(
        "08", "1.2.3.09", "0x1g.1", "a.1", "example.0x", "0x100.1", "0400.1", "1.-1.1"
    ),
    "ipv4_long": hosts("9" * 400, "0x" + "f" * 400, "0" + "7" * 400, "1.2.3." + "9" * 1500),
    "port": hosts(
        *(f"a:{port}" for port in ("", "0", "00000", "65536", "000080", "a", "-1", "+1", "80:80"))
    ),
    "ipv6_form": hosts(
        "[]",
        "[:]",
        "[:::]",
        "[1:2:3:4:5:6:7]",
        "[1:2:3:4:5:6:7:8:9]",
        "[1::2::3]",
        "[12345::]",
        "[g::]",
        "[1:2:3:4:5:6:7:]",
        "[:2:3:4:5:6:7:8]",
        "[1:2:3:4:5:6:7:8::]",
    ),
    "ipv6_with_ipv4": hosts(
        "[::256.1.1.1]", "[::1.2.3]", "[::1.2.3.4.5]", "[1.2.3.4]", "[1.2.3.4::]"
    ),
    "ipv6_zone": hosts("[2001:db8::1%eth0]", "[2001:db8::1%25eth0]", "[2001:db8::1%]"),
    "ipv6_around": hosts(
        "2001:db8::1",
        "[2001:db8::1",
        "[[2001:db8::1]]",
        "[2001:db8::1]a",
        "a[2001:db8::1]",
        "[2001:db8::1].",
        "[2001:db8::1]:",
        "[2001:db8::1]:0",
        "[2001:db8::1]80",
        "[a]",
    ),
}


@pytest.mark.parametrize("kind", FAULTY_TARGETS)
def test_faulty_targets__R8(shared, kind):
    targets = FAULTY_TARGETS[kind]
    assert refused(shared, *targets) == targets


def test_target_is_a_string__R8_R9(shared):
    for target in (None, 7, True, [TARGET], {"href": TARGET}):
        assert faulty(shared.post(url=target)) == {"url"}, target


def test_length_of_target__R8(shared):
    longest = "https://example.com/" + "x" * 1980
    assert accepted(shared, longest) == [longest]
    assert refused(shared, longest + "x") == [longest + "x"]


def test_length_of_names__R8(shared):
    label, name = "a" * 63, ".".join(["a" * 63] * 3 + ["b" * 61])
    assert len(name) == 253
    longest = hosts(label, f"{label}.example", name, f"{name}.", f"{name}.:80")
    assert accepted(shared, *longest) == longest
    longer = hosts(f"{label}a", f"a.{label}a", f"{name}b", f"{name}b.")
    assert refused(shared, *longer) == longer


def test_ports__R8(shared):
    targets = [f"http://example.com:{port}" for port in ("1", "80", "65535", "00001", "08080")]
    assert accepted(shared, *targets) == targets


def test_signs_after_the_authority__R8(shared):
    targets = [
        "http://example.com/@",
        "http://example.com?@127.0.0.1",
        "http://example.com#@localhost/",
        "http://example.com/a:b@127.0.0.1/",
        "http://example.com?http://localhost/",
        "http://example.com/[::1]:99999",
        "http://example.com#",
        "http://example.com?",
    ]
    assert accepted(shared, *targets) == targets


def test_refused_target_leaves_nothing__R8(api, alice):
    code = new_code()
    assert faulty(alice.post(url="http://127.1/", code=code)) == {"url"}
    assert alice.links() == []
    assert problem(visit(api, code)) == NOT_FOUND
    alice.create(code=code)


# R9: faulty requests


def test_faulty_codes__R9(shared):
    texts = ["", "ab", "a" * 33, "a b", "a.b", "a/b", "abé", "abc\n", "\nabc", "abc\0", "ａｂｃ"]
    for code in [*texts, None, 123, True, ["abc"]]:
        assert faulty(shared.post(url=TARGET, code=code)) == {"code"}, code


def of_date(*dates):
    return [f"{date}T00:00:00Z" for date in dates]


def of_time(*times):
    return [f"2030-01-31T{text}" for text in times]


FAULTY_TIMES = {
    "dates": of_date(
        "2030-02-29",
        "2030-04-31",
        "2030-00-10",
        "2030-13-01",
        "2030-01-00",
        "2030-01-32",
        "1999-12-31",
        "2100-01-01",
        "0000-01-01",
        "02030-01-01",
        "30-01-01",
    ),
    "date_form": of_date(
        "2030-1-01", "2030-01-1", "20300101", "2030/01/01", "2030-W01-1", " 2030-01-01"
    ),
    "times": of_time("24:00:00Z", "23:60:00Z", "23:59:60Z", "99:00:00Z"),
    "time_form": of_time(
        "1:00:00Z",
        "10:00Z",
        "100000Z",
        "10:00:00.0Z",
        "10:00:00,5Z",
        "Z",
        "10:00:00",
        "10:00:00z",
        "10:00:00+00:00",
        "10:00:00ZZ",
        "10:00:00Z ",
        "10:00:00Z\n",
    ),
    "other": [
        *("2030-01-31t10:00:00Z", "2030-01-31 10:00:00Z", "2030-01-31", "10:00:00Z"),
        *("２030-01-31T10:00:00Z", "2030-01-31T10:00:0٣Z", "2030-01--1T10:00:00Z"),
        *("", "never", 1900000000, 0, False, ["2030-01-31T10:00:00Z"], {}),
    ],
}


@pytest.mark.parametrize("kind", FAULTY_TIMES)
def test_faulty_times__R9(shared, kind):
    for text in FAULTY_TIMES[kind]:
        assert faulty(shared.post(url=TARGET, expires_at=text)) == {"expires_at"}, text


def test_faulty_times_change_nothing__R9(shared):
    link = shared.create(expires_at=FUTURE)
    for text in ("2030-02-29T00:00:00Z", "2030-01-31T24:00:00Z", "2030-01-31", "", 0, False):
        assert faulty(shared.patch(link["code"], expires_at=text)) == {"expires_at"}, text
    assert shared.read(link["code"]) == link


def test_extreme_times__R9(shared):
    days = (
        "2000-01-01T00:00:00Z",
        "2099-12-31T23:59:59Z",
        "2028-02-29T12:30:00Z",
        "2000-02-29T23:59:59Z",
    )
    for text in days:
        link = shared.create(expires_at=text)
        assert link["expires_at"] == text
        assert result(shared.patch(link["code"], expires_at=text)) == link


def test_missing_fields__R9(api, shared):
    code = shared.create()["code"]
    assert faulty(shared.post()) == {"url"}
    assert faulty(shared.patch(code)) == {"expires_at"}
    assert faulty(api.post("/tenants", content="{}", headers=JSON)) == {"name"}


def test_all_faulty_fields_are_named__R9(api, shared):
    fields = {
        "url": "http://127.1/",
        "code": "a",
        "expires_at": "",
        "hits": 3,
        "": 1,
        "__proto__": None,
    }
    assert faulty(shared.post(**fields)) == set(fields)
    assert faulty(shared.post(Url=TARGET, owner="bob")) == {"url", "Url", "owner"}
    body = json.dumps({"api_key": "x", "id": "y", "constructor": 1})
    assert faulty(api.post("/tenants", content=body, headers=JSON)) == {
        "name",
        "api_key",
        "id",
        "constructor",
    }


def test_nothing_else_is_changed__R9(shared):
    link = shared.create()
    for name in ("url", "code", "hits", "toString"):
        fields = {name: link.get(name)}
        assert faulty(shared.patch(link["code"], {"expires_at": PAST, **fields})) == {name}
        assert faulty(shared.patch(link["code"], fields)) == {name, "expires_at"}
    assert shared.read(link["code"]) == link


BODIES = [
    b"",
    b" ",
    b"{",
    b"[]",
    b"null",
    b'"{}"',
    b"1",
    b"{} {}",
    b'{"a": 1,}',
    b"{'a': 1}",
    b'{"a": NaN}',
    b'{"a": Infinity}',
    b'{"a": "\xff"}',
    b'{"a": "\xed\xa0\x80"}',
    b'{"a": "\n"}',
    "{}".encode("utf-16"),
    "{}".encode("utf-32-le"),
]


def test_malformed_bodies__R9(shared):
    for body in BODIES:
        assert problem(shared.send("POST", "/links", body)) == MALFORMED, body


def test_malformed_bodies_everywhere__R9(api, shared):
    for body in (b"", b"{", b"[]", b'{"a": "\xff"}'):
        assert problem(api.post("/tenants", content=body, headers=JSON)) == MALFORMED, body
        assert problem(shared.send("PATCH", f"/links/{new_code()}", body)) == MALFORMED, body


def test_malformed_body_that_claims_to_be_compressed__R9(api, shared):
    headers = JSON | {"Content-Encoding": "gzip"}
    assert problem(api.post("/tenants", content="{", headers=headers)) == MALFORMED
    assert problem(shared.send("POST", "/links", "{", headers)) == MALFORMED


def test_other_media_types__R9(api, shared):
    for body, written in [
        (b"", None),
        (b"{", "text/plain"),
        (b"{}", ""),
        (b'{"url": "https://example.com/"}', "application/jsonx"),
        (b'{"name": "bob"}', None),
        (b'{"expires_at": null}', "application/problem+json"),
    ]:
        headers = {} if written is None else {"Content-Type": written}
        assert problem(api.post("/tenants", content=body, headers=headers)) == UNSUPPORTED, written
        assert problem(shared.send("POST", "/links", body, headers)) == UNSUPPORTED, written
        path = f"/links/{new_code()}"
        assert problem(shared.send("PATCH", path, body, headers)) == UNSUPPORTED, written


def test_spellings_of_the_media_type__R9(shared):
    body = json.dumps({"url": TARGET})
    for written in ("application/json; charset=utf-8", "Application/JSON", "application/json;a=b"):
        result(shared.send("POST", "/links", body, {"Content-Type": written}), 201)


def test_escaped_json__R9(shared):
    body = '{"u\\u0072l": "https:\\/\\/example.com/\\u0061"}'
    assert result(shared.send("POST", "/links", body), 201)["url"] == "https://example.com/a"


def test_unknown_paths__R9(api, shared):
    paths = ("/", "/r", "/nothing", "/docs", "/openapi.json", "/Links", "/R/abc", "/tenants/x")
    for path in (*paths, "/links/a/b"):
        assert problem(api.get(path)) == NOT_FOUND, path
        assert problem(shared.get(path)) == NOT_FOUND, path
