"""Black-box tests of the file vault at BASE_URL, which keeps its files beside DATABASE_PATH.

The server may already hold files, of an earlier run for instance: each test begins by deleting those
of the owners that it uses.
"""

import base64
import hashlib
import os
import re
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from urllib.parse import quote

import httpx
import pytest

MAX_FILE = int(os.environ["APP_MAX_FILE_BYTES"])
QUOTA = int(os.environ["APP_QUOTA_BYTES"])
KEYS = dict(pair.split(":") for pair in os.environ["APP_KEYS"].split(","))
FOLDER = Path(os.environ["DATABASE_PATH"] + ".files")
SECONDS = 10

UNAUTHORIZED = (401, "unauthorized")
NOT_FOUND = (404, "not_found")
INVALID_NAME = (422, "invalid_name")
TOO_LARGE = (413, "too_large")
UNSUPPORTED = (415, "unsupported_type")
MISMATCH = (400, "digest_mismatch")
QUOTA_EXCEEDED = (409, "quota_exceeded")
UNSATISFIABLE = (416, "range_not_satisfiable")

TEXT = "text/plain; charset=utf-8"
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
DIGITS = b"0123456789"


@pytest.fixture(scope="session")
def api():
    # Refused uploads need not be read to their end, after which a connection is of no more use.
    with httpx.Client(
        base_url=os.environ["BASE_URL"],
        headers={"Connection": "close"},
        trust_env=False,
        verify=False,
        timeout=SECONDS,
    ) as client:
        yield client


@pytest.fixture
def alice(api):
    return emptied(Owner(api, KEYS["alice"]))


@pytest.fixture
def bob(api):
    return emptied(Owner(api, KEYS["bob"]))


class Owner:
    """Sends requests with the key of an owner."""

    def __init__(self, api, key):
        self.api = api
        self.headers = {"Authorization": f"Bearer {key}"}

    def request(self, method, path, **more):
        headers = {**self.headers, **more.pop("headers", {})}
        return self.api.request(method, path, headers=headers, **more)

    def post(self, content, name="note.txt", **headers):
        names = {key.replace("_", "-"): value for key, value in headers.items()}
        return self.request(
            "POST", "/files", params={"name": name}, content=content, headers=names
        )

    def stored(self, content, name="note.txt", **headers):
        """What is told about a file that is uploaded."""
        return result(self.post(content, name, **headers), 201)

    def get(self, file, **headers):
        return self.request("GET", f"/files/{file['id']}", headers=headers)

    def delete(self, file):
        return self.request("DELETE", f"/files/{file['id']}")

    def list(self):
        body = result(self.request("GET", "/files"))
        assert set(body) == {"items"}
        return body["items"]


def emptied(owner):
    for file in owner.list():
        assert owner.delete(file).status_code == 204
    return owner


def media_type(response):
    return response.headers["Content-Type"].split(";")[0].strip().lower()


def full_type(response):
    return response.headers["Content-Type"].lower().replace(";charset", "; charset")


def result(response, status=200):
    """The body of a successful response."""
    assert response.status_code == status, response.text
    assert media_type(response) == "application/json"
    return response.json()


def problem(response):
    """Status and code of an error response."""
    assert media_type(response) == "application/problem+json", response.text
    body = response.json()
    assert set(body) == {"type", "title", "status"}
    assert body["title"]
    assert body["status"] == response.status_code
    return response.status_code, body["type"].removeprefix("/problems/")


def files_on_disk():
    return sorted(path.name for path in FOLDER.iterdir())


def wait_for(condition):
    until = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < until, "still not so"
        time.sleep(0.01)


def in_chunks(*chunks):
    """A body without Content-Length."""
    yield from chunks


def digest_of(content):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def raw_upload(headers, body):
    """A connection over which an upload of alice has been begun."""
    address = httpx.URL(os.environ["BASE_URL"])
    connection = socket.create_connection((address.host, address.port), timeout=SECONDS)
    head = [
        "POST /files?name=raw.txt HTTP/1.1",
        f"Host: {address.netloc.decode()}",
        f"Authorization: Bearer {KEYS['alice']}",
        *headers,
    ]
    connection.sendall("\r\n".join([*head, "", ""]).encode() + body)
    return connection


def until_closed(connection):
    received = b""
    try:
        while data := connection.recv(65536):
            received += data
    except ConnectionError:
        pass
    return received


# Storing, reading, deleting


def test_health__R1(api):
    assert result(api.get("/health")) == {"status": "ok"}


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("note.txt", b"Hello, vault\n", TEXT),
        ("empty", b"", TEXT),
        ("all.png", PNG + bytes(range(256)) * 300, "image/png"),
    ],
)
def test_file_is_given_back_as_it_was_sent__R1(alice, name, content, media, chunked):
    response = alice.post(in_chunks(content[:9], content[9:]) if chunked else content, name)
    file = result(response, 201)
    sha256 = hashlib.sha256(content).hexdigest()
    assert re.fullmatch("[0-9a-f]{32}", file["id"])
    assert file == {
        "id": file["id"],
        "name": name,
        "type": media,
        "size": len(content),
        "sha256": sha256,
    }
    assert response.headers["Location"] == f"/files/{file['id']}"
    download = alice.get(file)
    assert download.status_code == 200
    assert download.content == content
    assert full_type(download) == media
    assert download.headers["Content-Length"] == str(len(content))
    assert download.headers["ETag"] == f'"{sha256}"'
    assert download.headers["Accept-Ranges"] == "bytes"
    assert "Content-Range" not in download.headers
    assert alice.list() == [file]


def test_files_are_listed_oldest_first__R1(alice):
    files = [alice.stored(f"{n}".encode(), f"{n % 2}.txt") for n in range(8)]
    assert alice.list() == files
    assert [alice.get(file).content for file in files] == [f"{n}".encode() for n in range(8)]


def test_deleted_file_is_gone__R1(alice):
    kept, file = alice.stored(b"kept"), alice.stored(b"gone")
    assert file["id"] in files_on_disk()
    response = alice.delete(file)
    assert (response.status_code, response.content) == (204, b"")
    assert problem(alice.get(file)) == NOT_FOUND
    assert problem(alice.delete(file)) == NOT_FOUND
    assert alice.list() == [kept]
    assert alice.get(kept).content == b"kept"
    assert file["id"] not in files_on_disk()


def test_unknown_paths_and_ids__R1(alice):
    file = alice.stored(b"there")
    for path in ("/", "/file", "/Files", "/files/a/b", f"/files/{file['id']}/x", "/openapi.json"):
        assert problem(alice.request("GET", path)) == NOT_FOUND
    for name in ("0" * 32, file["id"][:-1], file["id"] + "0", file["id"].upper() + "A", "*"):
        assert problem(alice.get({"id": name})) == NOT_FOUND
        assert problem(alice.delete({"id": name})) == NOT_FOUND
    assert alice.list() == [file]


# Size


def test_largest_file__R2(alice):
    content = b"x" * MAX_FILE
    assert alice.stored(content)["size"] == MAX_FILE
    assert alice.stored(in_chunks(content))["size"] == MAX_FILE


def test_file_that_is_too_large__R2(alice):
    kept = alice.stored(b"kept")
    content = b"x" * (MAX_FILE + 1)
    assert problem(alice.post(content)) == TOO_LARGE
    assert problem(alice.post(in_chunks(content))) == TOO_LARGE
    assert problem(alice.post(in_chunks(content[:-1], b"x"))) == TOO_LARGE
    # This comes before what is wrong with the content.
    assert problem(alice.post(b"\0" * (MAX_FILE + 1))) == TOO_LARGE
    assert problem(alice.post(content, Content_Digest="sha-256=:x:")) == TOO_LARGE
    assert alice.list() == [kept]


@pytest.mark.parametrize(
    ("header", "before"),
    [
        ("Transfer-Encoding: chunked", b"fffffff\r\n"),
        ("Content-Length: 1000000000", b""),
    ],
)
def test_the_answer_does_not_wait_for_the_end_of_too_much__R2(alice, header, before):
    with raw_upload([header], before + b"x" * (MAX_FILE + 1)) as connection:
        received = b""
        while b"/problems/too_large" not in received:
            data = connection.recv(65536)
            assert data, received
            received += data
    assert received.startswith(b"HTTP/1.1 413 ")
    assert alice.list() == []


# Nothing half-written


@pytest.mark.parametrize(
    ("header", "body"),
    [
        ("Content-Length: 60000", b"x" * 50000),
        ("Content-Length: 2", b"x"),
        ("Transfer-Encoding: chunked", b"5\r\nhello\r\n"),
        ("Transfer-Encoding: chunked", b"5\r\nhe"),
    ],
)
def test_nothing_stays_of_an_upload_that_breaks_off__R3(alice, header, body):
    kept = alice.stored(b"kept")
    before = files_on_disk()
    with raw_upload([header], body) as connection:
        connection.shutdown(socket.SHUT_WR)
        assert b" 201 " not in until_closed(connection)
    wait_for(lambda: files_on_disk() == before)
    assert alice.list() == [kept]
    assert kept["id"] in before


def test_nothing_stays_of_an_upload_that_is_refused__R3(alice):
    files = [alice.stored(b"x" * MAX_FILE), alice.stored(b"x" * MAX_FILE)]
    before = files_on_disk()
    assert before == sorted(set(before) | {file["id"] for file in files})
    refused = [
        alice.post(b"x" * (MAX_FILE + 1)),
        alice.post(in_chunks(b"x" * (MAX_FILE + 1))),
        alice.post(b"\xff\xfe"),
        alice.post(b"x", Content_Digest=digest_of(b"y")),
        alice.post(b"x", "../x"),
        alice.post(b"x" * MAX_FILE),
    ]
    assert [problem(response) for response in refused] == [
        TOO_LARGE,
        TOO_LARGE,
        UNSUPPORTED,
        MISMATCH,
        INVALID_NAME,
        QUOTA_EXCEEDED,
    ]
    assert files_on_disk() == before
    assert alice.list() == files


# Names


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        "../x",
        "../../../tmp/x",
        "/etc/passwd",
        "a/b",
        "..\\x",
        "C:\\x.txt",
        "x.txt\0.png",
        "x\r\nSet-Cookie: a=b",
        "x\ny",
        "x\ty",
        "x\n",
        "\x1f",
        "\x7f",
        "\x80",
        "\x9f",
        "x" * 101,
        "\N{GRINNING FACE}" * 101,
    ],
    ids=ascii,
)
def test_names_that_are_refused__R4(alice, name):
    assert problem(alice.post(b"x", name)) == INVALID_NAME
    assert alice.list() == []


def test_upload_without_a_name__R4(alice):
    assert problem(alice.request("POST", "/files", content=b"x")) == INVALID_NAME
    # This comes before what is wrong with the content.
    assert problem(alice.post(b"\xff", "a/b", Content_Digest="x")) == INVALID_NAME
    assert problem(alice.post(b"x" * (MAX_FILE + 1), "a/b")) == INVALID_NAME


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("report-1_final.pdf", "report-1_final.pdf"),
        ("a b.txt", "a_b.txt"),
        ('x"; filename="evil.exe', "x___filename__evil.exe"),
        ("na\N{LATIN SMALL LETTER I WITH DIAERESIS}ve.txt", "na_ve.txt"),
        ("\N{GRINNING FACE}" * 100, "_" * 100),
        ("%2e%2e%2fx", "_2e_2e_2fx"),
        ("%0d%0aSet-Cookie: a=b", "_0d_0aSet-Cookie__a_b"),
        ("...", "..."),
        ("..x", "..x"),
        ("x" * 100, "x" * 100),
        ("a+b&c=d;e,f#g?h", "a_b_c_d_e_f_g_h"),
        ("it's!(1)*~$@:[]{}|<>^`", "it_s__1_______________"),
        ("\N{NO-BREAK SPACE}\N{LATIN SMALL LETTER E WITH ACUTE}", "__"),
        (" ", "_"),
        ("Az09", "Az09"),
    ],
    ids=ascii,
)
def test_name_in_the_header_of_a_download__R4(alice, name, plain):
    file = alice.stored(b"x", name)
    assert file["name"] == name
    download = alice.get(file)
    expected = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
    assert download.headers["Content-Disposition"] == expected
    assert "Set-Cookie" not in download.headers
    assert alice.list() == [file]


def test_files_lie_in_the_folder_under_their_ids__R4(alice, bob):
    names = ["same.txt", "same.txt", "%2e%2e%2fup.txt"]
    files = [alice.stored(f"{n}".encode(), name) for n, name in enumerate(names)]
    assert files_on_disk() == sorted(file["id"] for file in files)
    assert [(FOLDER / file["id"]).read_bytes() for file in files] == [b"0", b"1", b"2"]


@pytest.mark.parametrize(
    "path",
    [
        "..%2F..%2Fetc%2Fpasswd",
        "..%5C..%5Cx",
        "%2e%2e",
        "..%2f{database}",
        "..%2F{database}.files%2F{id}",
        "{id}%00",
        "{id}%ff",
        "{id}.part",
    ],
)
def test_ids_lead_nowhere_else__R4(alice, path):
    file = alice.stored(b"x")
    path = path.format(id=file["id"], database=Path(os.environ["DATABASE_PATH"]).name)
    assert problem(alice.get({"id": path})) == NOT_FOUND
    assert problem(alice.delete({"id": path})) == NOT_FOUND
    assert alice.get(file).content == b"x"


# Types


@pytest.mark.parametrize(
    ("content", "told", "media"),
    [
        (b"<html><script>alert(1)</script>", "image/png", TEXT),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", TEXT),
        (PNG + b"<script>alert(1)</script>", "text/html", "image/png"),
        (PNG, "text/plain", "image/png"),
        (JPEG, "text/html; charset=utf-8", "image/jpeg"),
        (JPEG + b"\xe0\0\x10JFIF", "application/json", "image/jpeg"),
        (b"%PDF-", "", "application/pdf"),
        (b"%PDF-1.7\n\xe2\xe3\xcf\xd3", "multipart/form-data; boundary=x", "application/pdf"),
        (b"%PDF", "application/pdf", TEXT),
        (b" %PDF-1.7", "application/pdf", TEXT),
        (b"a=b&c=d", "application/x-www-form-urlencoded", TEXT),
        ("\ufeffbyte order mark".encode(), "image/jpeg", TEXT),
        ("\N{GRINNING FACE}\N{EURO SIGN}\x7f\t\r\n\x01".encode(), "image/png", TEXT),
    ],
    ids=ascii,
)
def test_type_is_that_of_the_content__R5(alice, content, told, media):
    file = alice.stored(content, "x.html", Content_Type=told)
    assert file["type"] == media
    download = alice.get(file)
    assert download.content == content
    assert full_type(download) == media
    assert download.headers["X-Content-Type-Options"] == "nosniff"
    assert download.headers["Content-Disposition"].startswith("attachment;")


def test_first_bytes_may_come_one_by_one__R5(alice):
    pieces = [bytes([byte]) for byte in PNG + b"\xff"]
    assert alice.stored(in_chunks(*pieces))["type"] == "image/png"
    assert alice.stored(in_chunks(b"%PD", b"F-\xff"))["type"] == "application/pdf"
    assert problem(alice.post(in_chunks(b"\xff", b"\xd8", b"\0"))) == UNSUPPORTED


@pytest.mark.parametrize("width", [2, 3, 4])
def test_characters_may_be_cut_by_chunks__R5(alice, width):
    character = {2: "\u00e9", 3: "\u20ac", 4: "\N{GRINNING FACE}"}[width].encode()
    for offset in range(width):
        content = b"x" * offset + character * (90000 // width)
        assert alice.stored(content)["type"] == TEXT
        pieces = in_chunks(content[:3], content[3:4], content[4:7], content[7:])
        assert alice.stored(pieces)["type"] == TEXT
        emptied(alice)


@pytest.mark.parametrize(
    "content",
    [
        b"GIF89a\xff",
        b"PK\x03\x04\xff",
        b"\x7fELF\0",
        PNG[:-1] + b"\0",
        b"\x89PNG",
        JPEG[:2],
        b"\xff\xd8\xfe",
        b"x" + JPEG,
        b"text with \0",
        b"\0",
        b"\xff",
        b"x" * 90000 + b"\xff",
        b"x" * 90000 + b"\0x",
        b"cut \xe2\x82",
        b"\xf0\x9f\x98",
        b"\xc3",
        b"\xe2\x82x",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xf4\x90\x80\x80",
        b"\x80",
        "utf-16".encode("utf-16"),
    ],
    ids=lambda content: ascii(content[-8:]),
)
def test_types_that_are_refused__R5(alice, content):
    assert problem(alice.post(content, "x.txt", Content_Type="text/plain")) == UNSUPPORTED
    assert problem(alice.post(content, "x.txt", Content_Digest="sha-256=:x:")) == UNSUPPORTED
    assert problem(alice.post(in_chunks(content[:1], content[1:]))) == UNSUPPORTED
    assert alice.list() == []


# Digests


@pytest.mark.parametrize("content", [b"", b"Hello", PNG + b"\xff" * 70000], ids=len)
def test_content_with_its_digest__R6(alice, content):
    file = alice.stored(content, Content_Digest=digest_of(content))
    assert alice.get(file).content == content


def test_spaces_around_a_digest_are_no_part_of_it__R6(alice):
    headers = [f"Content-Digest: \t{digest_of(b'Hello')} \t", "Content-Length: 5", "Connection: close"]
    with raw_upload(headers, b"Hello") as connection:
        assert until_closed(connection).startswith(b"HTTP/1.1 201 ")
    assert [file["size"] for file in alice.list()] == [5]


@pytest.mark.parametrize(
    "value",
    [
        digest_of(b"hello"),
        digest_of(b""),
        digest_of(b"Hello").replace(":", ""),
        digest_of(b"Hello").replace("sha-256", "sha-512"),
        digest_of(b"Hello").replace("sha-256", "SHA-256"),
        digest_of(b"Hello")[:-2] + ":",
        hashlib.sha256(b"Hello").hexdigest(),
        f"sha-256=:{hashlib.sha256(b'Hello').hexdigest()}:",
        "sha-256=::",
        "",
    ],
)
def test_content_with_another_digest__R6(alice, value):
    assert problem(alice.post(b"Hello", Content_Digest=value)) == MISMATCH
    assert problem(alice.post(in_chunks(b"Hel", b"lo"), Content_Digest=value)) == MISMATCH
    assert alice.list() == []


# Owners


@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "",
        "Bearer",
        "Bearer x",
        "Bearer alice",
        KEYS["alice"],
        f"Basic {KEYS['alice']}",
        f"Bearer alice:{KEYS['alice']}",
        f"Bearer {KEYS['alice'][:-1]}",
        f"Bearer {KEYS['alice']}x",
        f"bearer {KEYS['alice']}",
        f"Bearer  {KEYS['alice']}",
        f"Bearer {KEYS['alice'].upper()}",
        f"Bearer {KEYS['alice']},{KEYS['bob']}",
        f"Bearer {KEYS['alice']}\xe9".encode("latin-1"),
        b"Bearer \xff\xfe",
    ],
    ids=ascii,
)
def test_request_without_the_key_of_an_owner__R7(api, alice, authorization):
    file = alice.stored(b"secret")
    headers = {} if authorization is None else {"Authorization": authorization}
    for method, path in [
        ("POST", "/files?name=x"),
        ("POST", "/files?name=.."),
        ("GET", "/files"),
        ("GET", f"/files/{file['id']}"),
        ("DELETE", f"/files/{file['id']}"),
        ("GET", "/files/unknown"),
    ]:
        content = b"x" if method == "POST" else None
        response = api.request(method, path, content=content, headers=headers)
        assert problem(response) == UNAUTHORIZED
        assert response.headers["WWW-Authenticate"] == "Bearer"
    assert alice.list() == [file]


def test_file_of_another_owner_does_not_exist__R7(alice, bob):
    file, other = alice.stored(b"of alice"), bob.stored(b"of bob")
    unknown = bob.get({"id": "0" * 32})
    for response in (bob.get(file), bob.get(file, Range="bytes=0-1"), bob.delete(file)):
        assert problem(response) == NOT_FOUND
        assert response.content == unknown.content
        assert file["sha256"] not in str(response.headers)
    assert alice.list() == [file]
    assert bob.list() == [other]
    assert alice.get(file).content == b"of alice"
    assert bob.get(other).content == b"of bob"


# Quota


def test_quota_counts_all_files_of_an_owner__R8(alice, bob):
    first = alice.stored(b"x" * MAX_FILE)
    alice.stored(b"x" * MAX_FILE)
    last = alice.stored(b"x" * (QUOTA - 2 * MAX_FILE))
    assert problem(alice.post(b"x")) == QUOTA_EXCEEDED
    assert alice.stored(b"")["size"] == 0
    assert bob.stored(b"x" * MAX_FILE)["size"] == MAX_FILE
    assert alice.delete(last).status_code == 204
    assert problem(alice.post(b"x" * (last["size"] + 1))) == QUOTA_EXCEEDED
    assert problem(alice.post(b"x" * (last["size"] + 1), Content_Digest="x")) == MISMATCH
    assert alice.stored(b"x" * last["size"])["size"] == last["size"]
    assert alice.delete(first).status_code == 204
    assert alice.stored(in_chunks(b"x" * MAX_FILE))["size"] == MAX_FILE
    assert problem(alice.post(in_chunks(b"x"))) == QUOTA_EXCEEDED


def test_uploads_at_the_same_time_stay_within_the_quota__R8(alice):
    size, uploads = QUOTA // 4, 6
    ready = Barrier(uploads)

    def content():
        # All uploads have begun before one of them can end.
        yield b"x" * (size - 1)
        ready.wait(SECONDS)
        yield b"x"

    with ThreadPoolExecutor(uploads) as pool:
        responses = list(pool.map(lambda _: alice.post(content()), range(uploads)))
    refused = [problem(r) for r in responses if r.status_code != 201]
    assert refused == [QUOTA_EXCEEDED] * 2
    stored = sorted(result(r, 201)["id"] for r in responses if r.status_code == 201)
    assert sorted(file["id"] for file in alice.list()) == stored
    assert set(stored) <= set(files_on_disk())
    assert not [name for name in files_on_disk() if name.endswith(".part")]


# Ranges


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("bytes=0-3", 0, 3),
        ("bytes=0-0", 0, 0),
        ("bytes=4-", 4, 9),
        ("bytes=9-", 9, 9),
        ("bytes=9-9", 9, 9),
        ("bytes=5-100", 5, 9),
        ("bytes=0-10", 0, 9),
        ("bytes=0-999999999999999", 0, 9),
        ("bytes=-1", 9, 9),
        ("bytes=-3", 7, 9),
        ("bytes=-10", 0, 9),
        ("bytes=-11", 0, 9),
        ("bytes=02-003", 2, 3),
    ],
)
def test_range_of_a_file__R9(alice, value, first, last):
    file = alice.stored(DIGITS, "digits")
    part = alice.get(file, Range=value)
    assert part.status_code == 206
    assert part.content == DIGITS[first : last + 1]
    assert part.headers["Content-Range"] == f"bytes {first}-{last}/10"
    assert part.headers["Content-Length"] == str(last - first + 1)
    whole = alice.get(file)
    for name in ("ETag", "Content-Type", "Accept-Ranges", "Content-Disposition"):
        assert part.headers[name] == whole.headers[name]
    assert part.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("value", ["bytes=10-", "bytes=10-10", "bytes=11-20", "bytes=-0"])
def test_range_beyond_the_end__R9(alice, value):
    response = alice.get(alice.stored(DIGITS), Range=value)
    assert problem(response) == UNSATISFIABLE
    assert response.headers["Content-Range"] == "bytes */10"
    empty = alice.get(alice.stored(b""), Range="bytes=0-")
    assert problem(empty) == UNSATISFIABLE
    assert empty.headers["Content-Range"] == "bytes */0"


@pytest.mark.parametrize(
    "value",
    [
        "bytes=5-3",
        "bytes=10-9",
        "bytes=-",
        "bytes=",
        "bytes=a-b",
        "bytes=1",
        "bytes=0-1,3-4",
        "bytes=0-1-2",
        "bytes=+1-2",
        "bytes=0x1-2",
        "bytes = 0-1",
        "items=0-1",
        "0-1",
        "xbytes=0-1",
        "Bytes=0-1",
        "bytes=0-1000000000000000",
        "bytes=1000000000000000-",
        "bytes=-1000000000000000",
    ],
)
def test_other_values_of_range_are_ignored__R9(alice, value):
    response = alice.get(alice.stored(DIGITS), Range=value)
    assert (response.status_code, response.content) == (200, DIGITS)
    assert "Content-Range" not in response.headers


def test_range_of_a_large_file__R9(alice):
    content = PNG + bytes(range(250)) * 360
    file = alice.stored(content)
    for first, last in ((0, 90007), (65535, 65536), (1, 80000)):
        part = alice.get(file, Range=f"bytes={first}-{last}")
        assert (part.status_code, part.content) == (206, content[first : last + 1])
