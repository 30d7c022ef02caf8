import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from main import create_app

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


@contextmanager
def running(path=None):
    """The client of an application whose database is closed in the end."""
    app = create_app(path)
    yield app.test_client()
    app.extensions["close"]()


@pytest.fixture
def api():
    """An application on an empty database in memory."""
    with running() as client:
        yield client


@pytest.fixture
def alice(api):
    return Tenant(api)


@pytest.fixture
def bob(api):
    return Tenant(api)


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


class Tenant:
    """Sends requests with the key of a tenant, which is a new one if no key is given."""

    def __init__(self, api, key=None):
        self.api = api
        self.key = key or result(send(api, "POST", "/tenants", {"name": "alice"}), 201)["api_key"]

    def get(self, path):
        return self.api.get(path, headers={"X-Api-Key": self.key})

    def delete(self, code):
        return self.api.delete(f"/links/{code}", headers={"X-Api-Key": self.key})

    def post(self, **fields):
        return send(self.api, "POST", "/links", fields, {"X-Api-Key": self.key})

    def patch(self, code, **fields):
        return send(self.api, "PATCH", f"/links/{code}", fields, {"X-Api-Key": self.key})

    def create(self, **fields):
        return result(self.post(**{"url": TARGET, **fields}), 201)

    def read(self, code):
        return result(self.get(f"/links/{code}"))

    def links(self):
        return result(self.get("/links"))["items"]


def send(api, method, path, body, headers=None):
    """Send a value as JSON, or bytes as they are."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return api.open(path, method=method, data=content, headers={**JSON, **(headers or {})})


def media_type(response):
    return response.headers["Content-Type"].split(";")[0]


def result(response, status=200):
    """The body of a successful response."""
    assert response.status_code == status, response.text
    assert media_type(response) == "application/json"
    return response.json


def problem(response):
    """Status and code of an error response without errors of fields."""
    assert media_type(response) == "application/problem+json"
    body = response.json
    assert set(body) == {"type", "title", "status"}
    assert body["title"]
    assert body["status"] == response.status_code
    return response.status_code, body["type"].removeprefix("/problems/")


def faulty(response):
    """Names of the fields that an answer 422 validation_failed calls faulty."""
    assert media_type(response) == "application/problem+json"
    body = response.json
    assert set(body) == {"type", "title", "status", "errors"}
    assert (body["type"], body["status"]) == ("/problems/validation_failed", 422)
    assert response.status_code == 422
    assert all(body["errors"].values())
    return set(body["errors"])


def redirected(response):
    """The target of a redirect."""
    assert response.status_code == 302
    assert response.headers["Cache-Control"] == "no-store"
    return response.headers["Location"]


def utc(seconds):
    """A point in time, relative to the current second, as the API writes it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(int(time.time()) + seconds))


def together(count, function):
    """Call a function with 0, 1, ... in threads that start at the same time."""
    barrier = threading.Barrier(count)

    def call(index):
        barrier.wait()
        return function(index)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(call, range(count)))


def test_health__R1(api):
    assert result(api.get("/health")) == {"status": "ok"}


def test_link_is_created_and_read__R1(alice):
    response = alice.post(url=TARGET, code="a-Z_9", expires_at=FUTURE)
    link = {"code": "a-Z_9", "url": TARGET, "expires_at": FUTURE, "hits": 0}
    assert result(response, 201) == link
    assert response.headers["Location"] == "/links/a-Z_9"
    assert alice.read("a-Z_9") == link


def test_codes_are_made__R1(alice):
    links = [alice.create() for _ in range(10)]
    assert all(re.fullmatch("[A-Za-z0-9]{8}", link["code"]) for link in links)
    assert len({link["code"] for link in links}) == 10
    assert links[0] == {"code": links[0]["code"], "url": TARGET, "expires_at": None, "hits": 0}


def test_list_is_oldest_first__R1(alice):
    links = [alice.create(code=code) for code in ("mmm", "zzz", "AAA", "aaa", "---")]
    assert alice.links() == links


def test_everything_is_there_after_a_restart__R1(tmp_path):
    path = str(tmp_path / "links.sqlite3")
    with running(path) as api:
        alice = Tenant(api)
        links = [alice.create(code="first"), alice.create(expires_at=PAST), alice.create()]
        redirected(api.get("/r/first"))
        alice.delete(links.pop()["code"])
    with running(path) as api:
        alice = Tenant(api, alice.key)
        assert alice.links() == [links[0] | {"hits": 1}, links[1]]
        assert redirected(api.get("/r/first")) == TARGET
        assert problem(Tenant(api).post(url=TARGET, code="first")) == CODE_TAKEN


@pytest.mark.parametrize("path", [None, ""])
def test_databases_in_memory_are_apart__R1(alice, path):
    with running(path) as other:
        assert problem(other.get("/links", headers={"X-Api-Key": alice.key})) == UNAUTHORIZED


def test_tenants__R2(api):
    first, second = (
        result(send(api, "POST", "/tenants", {"name": "😀" * 100}), 201) for _ in range(2)
    )
    assert first.keys() == {"id", "name", "api_key"}
    assert first["name"] == "😀" * 100
    assert re.fullmatch("[A-Za-z0-9_-]{32,}", first["api_key"])
    assert first["id"] != second["id"]
    assert first["api_key"] != second["api_key"]


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "DELETE"])
def test_missing_and_unknown_keys__R2(api, alice, method):
    link = alice.create()
    path = "/links" if method == "POST" else f"/links/{link['code']}"
    for headers in ({}, {"X-Api-Key": ""}, {"X-Api-Key": alice.key[:-1]}):
        assert problem(send(api, method, path, b"{", headers)) == UNAUTHORIZED
    assert alice.read(link["code"]) == link


def test_spaces_after_a_key_are_no_part_of_it__R2(api, alice):
    assert api.get("/links", headers={"X-Api-Key": f"{alice.key} \t"}).status_code == 200


def test_keys_are_not_stored__R2(tmp_path):
    with running(str(tmp_path / "links.sqlite3")) as api:
        key = Tenant(api).key
        stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"alice" in stored
    assert key.encode() not in stored


@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_link_of_another_tenant__R3(api, alice, bob, method):
    link = alice.create()
    body, key = {"expires_at": PAST}, {"X-Api-Key": bob.key}
    foreign = send(api, method, f"/links/{link['code']}", body, key)
    unknown = send(api, method, "/links/unknown", body, key)
    assert problem(foreign) == problem(unknown) == NOT_FOUND
    assert foreign.json == unknown.json
    assert bob.links() == []
    assert alice.read(link["code"]) == link
    assert redirected(bob.get(f"/r/{link['code']}")) == TARGET


def test_taken_codes__R4(alice, bob):
    alice.create(code="used")
    alice.create(code="deleted")
    assert alice.delete("deleted").status_code == 204
    for tenant in (alice, bob):
        assert problem(tenant.post(url=TARGET, code="used")) == CODE_TAKEN
        assert problem(tenant.post(url=TARGET, code="deleted")) == CODE_TAKEN
    assert bob.create(code="USED")["code"] == "USED"
    assert [link["code"] for link in alice.links()] == ["used"]


def test_concurrent_creations_with_one_code__R4(alice, bob, slow_database):
    answers = together(6, lambda index: (alice, bob)[index % 2].post(url=TARGET, code="same"))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 5
    assert len(alice.links() + bob.links()) == 1


@pytest.mark.parametrize(
    "target",
    ["http://example.com", "HTTPS://Example.COM:443/../a%7e?b=\"<>^`{|}'&c#d@e:f"],
)
def test_location_is_as_sent__R5(api, alice, target):
    code = alice.create(url=target)["code"]
    query = "?url=https://example.com/other&next=x&%zz"
    headers = {"X-Forwarded-Host": "other.example", "Host": "other.example"}
    assert redirected(api.get(f"/r/{code}{query}", headers=headers)) == target
    assert alice.read(code)["hits"] == 1


def test_concurrent_redirects_are_all_counted__R5(api, alice, slow_database):
    code = alice.create()["code"]

    def visit(_index):
        return [redirected(api.get(f"/r/{code}")) for _ in range(3)]

    assert together(6, visit) == [[TARGET] * 3] * 6
    assert alice.read(code)["hits"] == 18


def test_expiry__R6(api, alice):
    for seconds, status in ((-86400, 410), (-1, 410), (0, 410), (60, 302), (86400, 302)):
        link = alice.create(expires_at=utc(seconds))
        assert api.get(f"/r/{link['code']}").status_code == status
        assert alice.read(link["code"]) == link | {"hits": int(status == 302)}


def test_expiry_is_changed_both_ways__R6(api, alice):
    link = alice.create(code="link")
    assert result(alice.patch("link", expires_at=PAST)) == link | {"expires_at": PAST}
    assert problem(api.get("/r/link")) == EXPIRED
    assert result(alice.patch("link", expires_at=FUTURE))["expires_at"] == FUTURE
    assert redirected(api.get("/r/link")) == TARGET
    assert result(alice.patch("link", expires_at=None)) == link | {"hits": 1}
    assert redirected(api.get("/r/link")) == TARGET


def test_deleted_and_unknown_links__R6(api, alice):
    alice.create(code="deleted", expires_at=PAST)
    response = alice.delete("deleted")
    assert (response.status_code, response.data) == (204, b"")
    for code in ("deleted", "unknown", "%00", "a" * 40):
        assert problem(api.get(f"/r/{code}")) == NOT_FOUND
        assert problem(alice.get(f"/links/{code}")) == NOT_FOUND
        assert problem(alice.patch(code, expires_at=None)) == NOT_FOUND
        assert problem(alice.delete(code)) == NOT_FOUND


def test_internal_hosts_are_refused__R7(alice):
    hosts = (
        "localhost LOCALHOST. a.localhost 127.0.0.1 127.1. 2130706433 0177.0.0.1 0x7f.0x.1 0 0x "
        "10.255.255.255 100.64.0.0 100.127.255.255 169.254.169.254 172.16.0.0 172.31.255.255 "
        "192.168.0.1 224.0.0.0 4294967295 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1] "
        "[::10.0.0.1] [64:ff9b::a00:1] [fc00::] [fdff::1] [fe80::1] [febf::1] [ff02::1]"
    ).split()
    for host in hosts:
        assert faulty(alice.post(url=f"http://{host}/")) == {"url"}, host
    assert alice.links() == []


def test_other_hosts_are_accepted__R7(alice):
    hosts = (
        "localhost.example alocalhost 127.0.0.1.example 192.0.2.1 192.0.513 3221225985 0300.0.2.1 "
        "0xc0.0x.2.1. 1.0.0.0 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 128.0.0.0 "
        "172.15.255.255 172.32.0.0 223.255.255.255 [2001:db8::1] [::ffff:192.0.2.1] [::1:7f00:1:1] "
        "[64:ff9b:1::7f00:1] [fbff::] [fe00::] [fec0::] [feff::]"
    ).split()
    for host in hosts:
        assert alice.create(url=f"http://{host}/")["url"] == f"http://{host}/"


def test_faulty_targets__R8(alice):
    targets = (
        "ftp://example.com //example.com example.com http:example.com http:///a http:// http://?a "
        "http://alice@example.com http://example.com@192.0.2.1 http://example.com\\ http://:80 "
        "http://example.com:0 http://example.com:65536 http://example.com:000080 http://a: "
        "http://1.2.3.4.5 http://256.1.1.1 http://1.2.65536 http://4294967296 http://08 http://a.1 "
        "http://0x100.1 http://a..b http://.a http://a.. http://a%2eb http://[2001:db8::1%lo] http://[] "
        "http://[1::2::3] http://[1:2:3:4:5:6:7:8::] http://2001:db8::1 http://[2001:db8::1]. "
        "http://exämple.com httpſ://example.com"
    ).split()
    spaced = ["", " http://example.com", "http://example.com/\n", "http://a b", "http://a/\0"]
    long = ["http://a/" + "x" * 1992, f"http://{'a' * 64}/", "http://" + "a." * 126 + "aa"]
    for target in [*targets, *spaced, *long, None, 7, [TARGET]]:
        assert faulty(alice.post(url=target)) == {"url"}, target


def test_extreme_targets__R8(alice):
    rests = ("/@", "?a@b", '#@[]"<>', ":1", ":65535", ":00080/a:b@c")
    long = ["http://a/" + "x" * 1991, f"http://{'a' * 63}/", "http://" + "a." * 126 + "a."]
    for target in [*(f"HTTP://Example.com{rest}" for rest in rests), *long]:
        assert alice.create(url=target)["url"] == target


def test_faulty_fields__R9(api, alice):
    alice.create(code="link")
    assert faulty(alice.post(hits=1, __proto__=2, code=None)) == {
        "url",
        "hits",
        "__proto__",
        "code",
    }
    assert faulty(alice.patch("link", url=TARGET)) == {"url", "expires_at"}
    for name in ("", "a" * 101, "a\0", None, 7):
        assert faulty(send(api, "POST", "/tenants", {"name": name})) == {"name"}


def test_faulty_codes__R9(alice):
    for code in ("", "ab", "a" * 33, "a.b", "abc\n", "abé", 123, None):
        assert faulty(alice.post(url=TARGET, code=code)) == {"code"}, code


def test_faulty_times__R9(alice):
    times = (
        "2030-02-29T00:00:00Z 2030-13-01T00:00:00Z 2030-01-31T24:00:00Z 2030-01-31T23:59:60Z "
        "1999-12-31T23:59:59Z 2100-01-01T00:00:00Z 2030-01-31T10:00:00 2030-01-31T10:00:00.0Z "
        "2030-01-31T10:00:00+00:00 2030-01-31t10:00:00z 2030-1-31T10:00:00Z 2030-01-31 20300131T100000Z"
    ).split()
    alice.create(code="link")
    for text in [*times, "2030-01-31T10:00:00Z\n", "2030-01-31 10:00:00Z", "", 0, False]:
        assert faulty(alice.post(url=TARGET, expires_at=text)) == {"expires_at"}, text
        assert faulty(alice.patch("link", expires_at=text)) == {"expires_at"}, text
    for text in ("2000-01-01T00:00:00Z", "2028-02-29T23:59:59Z", FUTURE):
        assert alice.create(expires_at=text)["expires_at"] == text


def test_malformed_bodies__R9(api, alice):
    bodies = (b"", b"{", b"[]", b"null", b'{"a": NaN}', b'{"url": "\xff"}', "{}".encode("utf-16"))
    key = {"X-Api-Key": alice.key}
    for body in bodies:
        assert problem(send(api, "POST", "/tenants", body)) == MALFORMED
        assert problem(send(api, "POST", "/links", body, key)) == MALFORMED
        assert problem(send(api, "PATCH", "/links/unknown", body, key)) == MALFORMED


def test_order_of_faults__R9(api, alice):
    key, text = {"X-Api-Key": alice.key}, {"Content-Type": "text/plain"}
    alice.create(code="taken")
    assert problem(send(api, "POST", "/links", b"{", text)) == UNAUTHORIZED
    assert problem(send(api, "POST", "/links", b"{", key | text)) == UNSUPPORTED
    assert problem(send(api, "PATCH", "/links/unknown", b"{", key)) == MALFORMED
    assert faulty(alice.patch("unknown")) == {"expires_at"}
    assert faulty(alice.post(url="http://127.1", code="taken")) == {"url"}
    written = {"Content-Type": "Application/JSON; charset=utf-8"}
    result(send(api, "POST", "/links", {"url": TARGET}, key | written), 201)


def test_unknown_paths__R9(api, alice):
    for path in ("/", "/r", "/docs", "/openapi.json", "/Links", "/links/a/b", "/tenants/x"):
        assert problem(api.get(path)) == NOT_FOUND
        assert problem(alice.get(path)) == NOT_FOUND
