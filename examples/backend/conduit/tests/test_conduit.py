"""Black-box tests of the Conduit API at BASE_URL, with the secret of testdata/environment.json.

Hashing a password takes time, so most tests share two users; names, titles and tags are new in each test.
"""

import base64
import hmac
import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from threading import Barrier
from uuid import uuid4

import httpx
import pytest

SECRET = os.environ["APP_JWT_SECRET"]
DAY = 86400
EMOJI = "\U0001f600"
EARLY = "2001-01-01T00:00:00.000Z"
PASSWORD = "correct horse"
HEADER = {"alg": "HS256", "typ": "JWT"}
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UNKNOWN_ARTICLE = (404, {"article"})


def client(token=None):
    headers = {} if token is None else {"Authorization": f"Token {token}"}
    # Without TLS there are no certificates to verify, and not loading them makes clients cheap.
    return httpx.Client(base_url=os.environ["BASE_URL"], headers=headers, trust_env=False, verify=False, timeout=20)


def new(prefix="u"):
    return f"{prefix}-{uuid4().hex[:16]}"


def body(response, name=None, status=200):
    """The JSON of a successful response, or what it holds under its only name."""
    assert response.status_code == status, response.text
    assert response.headers["Content-Type"].split(";")[0] == "application/json"
    found = response.json()
    if name is None:
        return found
    assert set(found) == {name}
    return found[name]


def error(response):
    """The status of an error, and its keys."""
    assert response.headers["Content-Type"].split(";")[0] == "application/json", response.text
    found = response.json()
    assert set(found) == {"errors"}
    for texts in found["errors"].values():
        assert texts
        assert all(isinstance(text, str) and text for text in texts)
    if "token" in found["errors"]:
        assert response.headers.get("WWW-Authenticate") == "Token"
    return response.status_code, set(found["errors"])


def gone(response):
    assert (response.status_code, response.content) == (204, b"")


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


def registration(**changes):
    name = new()
    return {"username": name, "email": f"{name}@example.com", "password": PASSWORD, **changes}


def register(anyone, **changes):
    """A client of a new user, and that user's name."""
    user = body(anyone.post("/api/users", json={"user": registration(**changes)}), "user", 201)
    assert set(user) == {"email", "token", "username", "bio", "image"}
    caller = client(user["token"])
    caller.name, caller.email, caller.jwt = user["username"], user["email"], user["token"]
    return caller


@pytest.fixture(scope="session")
def alice(anyone):
    with register(anyone) as caller:
        yield caller


@pytest.fixture(scope="session")
def bob(anyone):
    with register(anyone) as caller:
        yield caller


def login(anyone, email, password=PASSWORD):
    return anyone.post("/api/users/login", json={"user": {"email": email, "password": password}})


def draft(**changes):
    return {"title": new("Title"), "description": "About", "body": "Text", **changes}


def publish(caller, **changes):
    return body(caller.post("/api/articles", json={"article": draft(**changes)}), "article", 201)


def path_of(article):
    return f"/api/articles/{article['slug']}"


def change(caller, article, **changes):
    return caller.put(path_of(article), json={"article": changes})


def comment(caller, article, text="Nice"):
    return body(caller.post(f"{path_of(article)}/comments", json={"comment": {"body": text}}), "comment", 201)


def comments(caller, article):
    return body(caller.get(f"{path_of(article)}/comments"), "comments")


def listed(caller, path="/api/articles", **params):
    """Slugs of a list, and its count."""
    found = body(caller.get(path, params=params))
    assert set(found) == {"articles", "articlesCount"}
    return [article["slug"] for article in found["articles"]], found["articlesCount"]


def profile(caller, name):
    return body(caller.get(f"/api/profiles/{name}"), "profile")


# Tokens, as these tests make them


def encode(data):
    raw = data if isinstance(data, bytes) else json.dumps(data, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(part):
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def sign(payload, header=HEADER, secret=SECRET, algorithm="sha256"):
    return resign(f"{encode(header)}.{encode(payload)}", secret, algorithm)


def resign(signed, secret=SECRET, algorithm="sha256"):
    return f"{signed}.{encode(hmac.digest(secret.encode(), signed.encode(), algorithm))}"


def payload_of(token):
    return decode(token.split(".")[1])


def now():
    return int(time.time())


def test_health__R12(anyone):
    for headers in ({}, {"Authorization": "Token x"}):
        assert body(anyone.get("/health", headers=headers)) == {"status": "ok"}


# Users


def test_registration_and_login__R1(anyone):
    wanted = registration(email=f"{new()}!#$%+'/=?^`{{|}}~.@Mail.example.com")
    user = body(anyone.post("/api/users", json={"user": wanted}), "user", 201)
    expected = {"username": wanted["username"], "email": wanted["email"], "bio": None, "image": None}
    assert {**user, "token": 0} == {**expected, "token": 0}
    for email in (wanted["email"], wanted["email"].upper()):
        again = body(login(anyone, email), "user")
        assert {**again, "token": 0} == {**expected, "token": 0}
        with client(again["token"]) as caller:
            assert body(caller.get("/api/user"), "user")["email"] == wanted["email"]


def test_wrong_credentials_look_the_same__R1(anyone, alice):
    wrong = [login(anyone, *pair) for pair in ((alice.email, "correct horsf"), (new(), PASSWORD), (alice.email, ""))]
    for response in wrong:
        assert error(response) == (401, {"credentials"})
        assert response.content == wrong[0].content


def test_taken_names__R1(anyone, alice):
    for changes, taken in [
        ({"username": alice.name.upper()}, {"username"}),
        ({"email": alice.email.upper()}, {"email"}),
        ({"username": alice.name, "email": alice.email, "password": "other password"}, {"username", "email"}),
    ]:
        assert error(anyone.post("/api/users", json={"user": registration(**changes)})) == (409, taken)
    assert error(login(anyone, alice.email, "other password")) == (401, {"credentials"})


def test_one_of_many_registrations_succeeds__R1(anyone):
    wanted = {"user": registration()}
    responses = at_once([partial(anyone.post, "/api/users", json=wanted)] * 4)
    assert sorted(response.status_code for response in responses) == [201, 409, 409, 409]
    for response in responses:
        assert response.status_code == 201 or error(response) == (409, {"username", "email"})


def test_current_user_is_changed__R2(anyone, alice):
    with register(anyone) as caller:
        article = publish(caller)
        user = body(caller.get("/api/user"), "user")
        image = "http://example.com/" + "i" * 481
        for changes, stored in [
            ({}, {}),
            ({"bio": "b" * 500, "image": "https://example.com/a.png"}, None),
            ({"bio": None}, None),
            ({"image": image}, None),
            ({"bio": " '\n" + EMOJI, "image": ""}, {"bio": " '\n" + EMOJI, "image": None}),
            ({"username": caller.name.upper(), "email": caller.email.upper()}, None),
            ({"username": "a" * 16 + new()[:16], "image": image}, None),
            ({"bio": ""}, {"bio": None}),
            ({"email": f"{new()}@example.com"}, None),
            ({"image": None}, None),
        ]:
            user = {**user, **(changes if stored is None else stored)}
            found = body(caller.put("/api/user", json={"user": changes}), "user")
            assert {**found, "token": 0} == {**user, "token": 0}
            assert {**body(caller.get("/api/user"), "user"), "token": 0} == {**user, "token": 0}
            author = {"username": user["username"], "bio": user["bio"], "image": user["image"], "following": False}
            assert body(anyone.get(path_of(article)), "article")["author"] == author
            assert profile(alice, user["username"]) == author
            assert listed(anyone, author=user["username"]) == ([article["slug"]], 1)


def test_changes_at_the_same_time_all_take_effect__R2(anyone, alice):
    with register(anyone) as caller, register(anyone) as other:
        wanted = {"password": "other password", "bio": "Bio", "image": "http://example.com", "email": f"{new()}@a.c"}
        calls = [partial(caller.put, "/api/user", json={"user": {name: value}}) for name, value in wanted.items()]
        for response in at_once(calls):
            body(response, "user")
        user = body(login(anyone, wanted["email"], wanted["password"]), "user")
        expected = {"username": caller.name, **{name: wanted[name] for name in ("email", "bio", "image")}}
        assert {**user, "token": 0} == {**expected, "token": 0}
        same = {"user": {"username": new()}}
        responses = at_once([partial(one.put, "/api/user", json=same) for one in (caller, other)])
        assert sorted(response.status_code for response in responses) == [200, 409]


def test_new_password_replaces_the_old_one__R2(anyone):
    with register(anyone) as caller:
        body(caller.put("/api/user", json={"user": {"password": EMOJI * 8}}), "user")
        assert body(caller.get("/api/user"), "user")["username"] == caller.name
        body(login(anyone, caller.email, EMOJI * 8), "user")
        for wrong in (PASSWORD, EMOJI * 7):
            assert error(login(anyone, caller.email, wrong)) == (401, {"credentials"})


def test_names_of_others_cannot_be_taken__R2(anyone, alice, bob):
    for changes, taken in [
        ({"username": bob.name.upper(), "bio": "x"}, {"username"}),
        ({"email": bob.email.upper(), "bio": "x"}, {"email"}),
        ({"username": bob.name, "email": bob.email, "bio": "x"}, {"username", "email"}),
        ({"username": bob.name, "email": alice.email, "bio": "x"}, {"username"}),
    ]:
        assert error(alice.put("/api/user", json={"user": changes})) == (409, taken)
    user = body(alice.get("/api/user"), "user")
    assert (user["username"], user["email"], user["bio"]) == (alice.name, alice.email, None)


# Tokens


def test_tokens_are_as_stated__R3(anyone, alice):
    before = now()
    issued = [body(login(anyone, alice.email), "user")["token"], body(alice.get("/api/user"), "user")["token"]]
    issued.append(body(alice.put("/api/user", json={"user": {}}), "user")["token"])
    after = now()
    for token in issued:
        header, payload, _ = token.split(".")
        assert header == encode(HEADER)
        assert token == sign(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        assert set(decode(payload)) == {"sub", "exp"}
        assert before + DAY <= decode(payload)["exp"] <= after + DAY
        assert decode(payload)["sub"] == payload_of(alice.jwt)["sub"]
    with client(sign({"sub": payload_of(alice.jwt)["sub"], "exp": now() + 30})) as caller:
        assert body(caller.get("/api/user"), "user")["username"] == alice.name


def forgeries(token, other):
    header, payload, signature = token.split(".")
    sub = payload_of(token)["sub"]
    later = now() + DAY
    none = encode({"alg": "none", "typ": "JWT"})
    # The last of 43 letters has two bits that mean nothing.
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = letters[letters.index(signature[-1]) ^ 1]
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    return {
        "no algorithm": f"{none}.{payload}.",
        "no algorithm, old signature": f"{none}.{payload}.{signature}",
        "no algorithm, signed": sign({"sub": sub, "exp": later}, {"alg": "none", "typ": "JWT"}),
        "another algorithm": sign({"sub": sub, "exp": later}, {"alg": "HS512", "typ": "JWT"}, algorithm="sha512"),
        "other secret": sign({"sub": sub, "exp": later}, secret=SECRET[:-1] + "x"),
        "other user's payload": f"{header}.{other.split('.')[1]}.{signature}",
        "changed payload": f"{header}.{encode({'sub': sub, 'exp': later + DAY})}.{signature}",
        "flipped signature": f"{header}.{payload}.{flipped}",
        "unused bits": f"{header}.{payload}.{signature[:-1]}{twin}",
        "padded": f"{token}=",
        "no signature": f"{header}.{payload}.",
        "two parts": f"{header}.{payload}",
        "four parts": f"{token}.{signature}",
        "four parts, signed": resign(f"{header}.{payload}."),
        "no payload, signed": resign(header),
        "only dots": "..",
        "expired": sign({"sub": sub, "exp": now() - 1}),
        "just expired": sign({"sub": sub, "exp": now()}),
        "no end": sign({"sub": sub}),
        "end as text": sign({"sub": sub, "exp": str(later)}),
        "end between seconds": sign({"sub": sub, "exp": later + 0.5}),
        "names in capitals": sign({"SUB": sub, "EXP": later}),
        "no user": sign({"exp": later}),
        "unknown user": sign({"sub": "999999999", "exp": later}),
        "no such form of a user": sign({"sub": "x' OR 1=1 --", "exp": later}),
        "an empty user": sign({"sub": "", "exp": later}),
        "no object": sign([sub, later]),
        "no JSON": sign(b"{"),
    }


@pytest.mark.parametrize("method", ["GET", "PUT"])
def test_forged_tokens__R3(anyone, alice, bob, method):
    found = {}
    for name, token in forgeries(alice.jwt, bob.jwt).items():
        headers = {"Authorization": f"Token {token}"}
        path = "/api/user" if method == "PUT" else "/api/tags"
        content = {"user": {"bio": "forged"}} if method == "PUT" else None
        found[name] = error(anyone.request(method, path, json=content, headers=headers))
    assert found == dict.fromkeys(found, (401, {"token"}))
    assert body(alice.get("/api/user"), "user")["bio"] is None


def test_headers_of_other_forms__R3(anyone, alice):
    token = alice.jwt
    for header in ("", "Token", token, f"Bearer {token}", f"Token{token}", f"Token x{token}", f"Token {token} x"):
        headers = {"Authorization": header}
        assert error(anyone.get("/api/user", headers=headers)) == (401, {"token"})
    for scheme in ("token", "TOKEN"):
        headers = {"Authorization": f"{scheme} {alice.jwt}"}
        assert body(anyone.get("/api/user", headers=headers), "user")["username"] == alice.name


def test_wrong_tokens_are_refused_where_none_is_needed__R3(anyone, alice):
    article = path_of(publish(alice))
    headers = {"Authorization": f"Token {alice.jwt}x"}
    for path in (article, f"{article}/comments", "/api/articles", "/api/tags", f"/api/profiles/{alice.name}"):
        assert error(anyone.get(path, headers=headers)) == (401, {"token"})
        body(anyone.get(path))
    assert error(anyone.get("/api/articles?limit=0", headers=headers)) == (401, {"token"})
    assert error(anyone.post("/api/users", json={"user": {}}, headers=headers))[0] == 422
    account = {"user": {"email": alice.email, "password": PASSWORD}}
    body(anyone.post("/api/users/login", json=account, headers=headers), "user")


# Who may do what


def test_callers_are_needed__R4(anyone, alice):
    article = publish(alice)
    path, said = path_of(article), comment(alice, article)
    for method, target, content in [
        ("GET", "/api/user", None),
        ("PUT", "/api/user", {"user": {"bio": "x"}}),
        ("POST", f"/api/profiles/{alice.name}/follow", None),
        ("DELETE", f"/api/profiles/{alice.name}/follow", None),
        ("GET", "/api/articles/feed", None),
        ("GET", "/api/articles/feed?limit=0", None),
        ("POST", "/api/articles", {"article": draft()}),
        ("POST", "/api/articles", {"article": {}}),
        ("PUT", path, {"article": {"body": "x"}}),
        ("DELETE", path, None),
        ("POST", f"{path}/favorite", None),
        ("DELETE", f"{path}/favorite", None),
        ("POST", f"{path}/comments", {"comment": {"body": "x"}}),
        ("DELETE", f"{path}/comments/{said['id']}", None),
        ("DELETE", "/api/articles/no-such-article", None),
    ]:
        assert error(anyone.request(method, target, json=content)) == (401, {"token"})
    assert body(anyone.get(path), "article") == article
    assert comments(anyone, article) == [said]


def test_articles_of_others__R4(alice, bob):
    article = publish(alice)
    assert error(change(bob, article, title="Mine", body="x")) == (403, {"article"})
    assert error(change(bob, article)) == (403, {"article"})
    assert error(change(bob, article, title=1)) == (422, {"title"})
    assert error(bob.delete(path_of(article))) == (403, {"article"})
    assert body(bob.get(path_of(article)), "article") == article


def test_comments_of_others__R4(alice, bob):
    article, other = publish(alice), publish(bob)
    said = comment(bob, article)
    path = f"comments/{said['id']}"
    assert error(alice.delete(f"{path_of(article)}/{path}")) == (403, {"comment"})
    for caller in (alice, bob):
        assert error(caller.delete(f"{path_of(other)}/{path}")) == (404, {"comment"})
    assert comments(bob, article) == [said]
    gone(bob.delete(f"{path_of(article)}/{path}"))
    assert comments(bob, article) == []


def test_fields_that_are_not_named_have_no_effect__R5(anyone, alice, bob):
    extra = {"id": 1, "sub": "1", "slug": "mine", "author": {"username": bob.name}, "author_id": 1, "authorId": 1}
    extra |= {"favoritesCount": 7, "favorited": True, "following": True, "token": bob.jwt, "password_hash": "x"}
    extra |= {"createdAt": EARLY, "updatedAt": EARLY, "__proto__": {"title": "x"}}
    article = publish(alice, **extra)
    assert (article["author"]["username"], article["favoritesCount"], article["favorited"]) == (alice.name, 0, False)
    assert article["slug"] == article["title"].lower()
    assert article["createdAt"] > "2020"
    changed = body(change(alice, article, **extra), "article")
    assert {**changed, "updatedAt": 0} == {**article, "updatedAt": 0}
    content = {"comment": {"body": "Hi", **extra}, "author": bob.name}
    said = body(alice.post(f"{path_of(article)}/comments", json=content), "comment", 201)
    assert said["author"]["username"] == alice.name
    assert said["createdAt"] == said["updatedAt"] > "2020"
    with register(anyone, bio="x", image="https://example.com", **extra) as caller:
        user = body(caller.get("/api/user"), "user")
        assert (user["username"], user["bio"], user["image"]) == (caller.name, None, None)
        body(caller.put("/api/user", json={"user": extra, "token": bob.jwt}), "user")
        assert body(caller.get("/api/user"), "user")["email"] == caller.email
        body(login(anyone, caller.email), "user")


@pytest.mark.parametrize("attack", ["' OR '1'='1", "x' UNION SELECT 1 --", "%", "_", "\\", '"'])
def test_sql_and_wildcards_match_only_themselves__R5(anyone, alice, attack):
    article = publish(alice, title=f"{new()} {attack}", tagList=[attack + new()[:10], attack])
    body(alice.post(f"{path_of(article)}/favorite"), "article")
    for name in ("author", "favorited"):
        assert listed(anyone, **{name: attack}) == ([], 0)
        assert listed(anyone, **{name: alice.name[:-1] + "_"}) == ([], 0)
    assert listed(anyone, tag=attack)[0][0] == article["slug"]
    assert listed(anyone, tag=article["tagList"][0]) == ([article["slug"]], 1)
    assert listed(anyone, tag=article["tagList"][0][:-1] + attack) == ([], 0)
    for path in ("", "/comments"):
        assert error(anyone.get("/api/articles/" + attack.replace("%", "%25") + path)) == UNKNOWN_ARTICLE
    name = attack.replace("%", "%25")
    assert error(anyone.get(f"/api/profiles/{name}")) == (404, {"profile"})
    said = comment(alice, article, attack)
    assert error(alice.delete(f"{path_of(article)}/comments/{said['id']} or 1=1")) == (404, {"comment"})
    assert comments(alice, article) == [said]


def test_sql_in_credentials__R5(anyone, alice):
    for email in (f"{alice.email}' --", "' OR 1=1 --"):
        assert error(login(anyone, email, "' OR '1'='1")) == (401, {"credentials"})


# Profiles and the feed


def test_follow_and_unfollow__R6(anyone, alice, bob):
    path = f"/api/profiles/{bob.name.upper()}"
    known = {"username": bob.name, "bio": None, "image": None, "following": False}
    assert body(alice.get(path), "profile") == body(anyone.get(path), "profile") == known
    for response in at_once([partial(alice.post, f"{path}/follow")] * 4):
        assert body(response, "profile") == {**known, "following": True}
        assert profile(alice, bob.name) == {**known, "following": True}
    assert profile(anyone, bob.name) == profile(bob, bob.name) == known
    assert profile(bob, alice.name)["following"] is False
    article = publish(bob)
    said = comment(bob, article)
    assert (article["author"], said["author"]) == (known, known)
    for author in (body(alice.get(path_of(article)), "article"), *comments(alice, article)):
        assert author["author"] == {**known, "following": True}
    assert body(alice.get("/api/articles", params={"author": bob.name}))["articles"][0]["author"]["following"] is True
    for _ in range(2):
        assert body(alice.delete(f"{path}/follow"), "profile") == known
        assert profile(alice, bob.name) == known


def test_unknown_profiles_and_oneself__R6(anyone, alice):
    for name in (new(), "x" * 33, "%20", f"{alice.name}%20", "%00"):
        for response in (
            anyone.get(f"/api/profiles/{name}"),
            alice.post(f"/api/profiles/{name}/follow"),
            alice.delete(f"/api/profiles/{name}/follow"),
        ):
            assert error(response) == (404, {"profile"})
    assert error(alice.post(f"/api/profiles/{alice.name}/follow")) == (422, {"username"})
    assert body(alice.delete(f"/api/profiles/{alice.name}/follow"), "profile")["following"] is False


def test_feed__R6(anyone, alice, bob):
    feed = "/api/articles/feed"
    with register(anyone) as writer, register(anyone) as other, register(anyone) as reader:
        assert listed(reader, feed) == ([], 0)
        publish(reader)
        written = [publish(author)["slug"] for author in (writer, other, writer)]
        assert listed(reader, feed) == ([], 0)
        for author in (other, writer):
            body(reader.post(f"/api/profiles/{author.name}/follow"), "profile")
        body(writer.post(f"/api/profiles/{bob.name}/follow"), "profile")
        assert listed(reader, feed) == (written[::-1], 3)
        assert listed(reader, feed, limit=2) == (written[:0:-1], 3)
        assert listed(reader, feed, limit=1, offset=2) == (written[:1], 3)
        assert listed(reader, feed, author=alice.name, tag="x") == (written[::-1], 3)
        (article,) = body(reader.get(feed, params={"limit": 1}))["articles"]
        assert "body" not in article
        assert article["author"] == {"username": writer.name, "bio": None, "image": None, "following": True}
        assert error(reader.get(feed, params={"limit": 0, "offset": "x"})) == (422, {"limit", "offset"})
        for _ in range(18):
            publish(writer)
        slugs, count = listed(reader, feed)
        assert (len(slugs), count) == (20, 21)
        body(reader.delete(f"/api/profiles/{writer.name}/follow"), "profile")
        assert listed(reader, feed) == (written[1:2], 1)


# Articles


def test_article_is_created_and_read__R8(anyone, alice, bob):
    wanted = draft(description=EMOJI * 300, body=EMOJI * 20000, tagList=["b, c", "a", '"'])
    article = body(alice.post("/api/articles", json={"article": wanted}), "article", 201)
    assert TIME.fullmatch(article["createdAt"])
    assert abs(datetime.fromisoformat(article["createdAt"]).timestamp() - time.time()) < 60
    expected = {
        **wanted,
        "slug": wanted["title"].lower(),
        "createdAt": article["createdAt"],
        "updatedAt": article["createdAt"],
        "favorited": False,
        "favoritesCount": 0,
        "author": {"username": alice.name, "bio": None, "image": None, "following": False},
    }
    assert article == expected
    for caller in (anyone, alice, bob):
        assert body(caller.get(path_of(article)), "article") == expected


def test_given_fields_are_changed__R8(alice, bob):
    article = publish(alice, tagList=["a"])
    body(bob.post(f"{path_of(article)}/favorite"), "article")
    said = comment(bob, article)
    article["favoritesCount"] = 1
    for changes in ({"body": "New"}, {"description": "New"}, {"tagList": ["c", "b"]}, {"tagList": []}, {}, draft()):
        deadline = time.monotonic() + 5
        before = article["updatedAt"]
        # Repeated until the clock has moved, if it has not at once.
        while True:
            found = body(change(alice, article, **changes), "article")
            article |= {**changes, "slug": found["slug"], "updatedAt": found["updatedAt"]}
            assert found == article
            if article["updatedAt"] > before:
                break
            assert time.monotonic() < deadline
        assert TIME.fullmatch(article["updatedAt"])
        assert body(alice.get(path_of(article)), "article") == article
    assert comments(alice, article) == [said]


def test_deleted_article_takes_everything_with_it__R8(anyone, alice, bob):
    tag, title = new("tag"), new("Title")
    for _ in range(2):
        article = publish(alice, title=title, tagList=[tag])
        assert article["slug"] == title.lower()
        assert comments(bob, article) == []
        assert body(bob.get(path_of(article)), "article")["favoritesCount"] == 0
        said = comment(bob, article)
        body(bob.post(f"{path_of(article)}/favorite"), "article")
        assert tag in body(anyone.get("/api/tags"), "tags")
        gone(alice.delete(path_of(article)))
        assert tag not in body(anyone.get("/api/tags"), "tags")
        assert listed(anyone, tag=tag) == ([], 0)
        for response in (
            anyone.get(path_of(article)),
            anyone.get(f"{path_of(article)}/comments"),
            bob.delete(f"{path_of(article)}/comments/{said['id']}"),
            change(alice, article, body="x"),
            alice.delete(path_of(article)),
            bob.post(f"{path_of(article)}/favorite"),
            bob.delete(f"{path_of(article)}/favorite"),
            bob.post(f"{path_of(article)}/comments", json={"comment": {"body": "x"}}),
        ):
            assert error(response) == UNKNOWN_ARTICLE


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("{} Hello, World", "{}-hello-world"),
        ("  --{}__A  b-", "{}-a-b"),
        ("{}\u00e9\u212a\u0130\u0663z", "{}-z"),
        ("{}/../%2f?#&", "{}-2f"),
        ("1{}A9", "1{}a9"),
        (EMOJI + "{}\n" + EMOJI, "{}"),
        ("{}" + "X" * 68, "{}" + "x" * 68),
    ],
)
def test_slug_of_a_title__R7(anyone, alice, title, slug):
    mark = uuid4().hex
    article = publish(alice, title=title.format(mark))
    assert article["slug"] == slug.format(mark)
    assert body(anyone.get(path_of(article)), "article") == article
    for wrong in (article["slug"].upper(), f"{article['slug']}%20", f"{article['slug']}-", article["slug"][:-1] + "_"):
        assert error(anyone.get(f"/api/articles/{wrong}")) == UNKNOWN_ARTICLE


@pytest.mark.parametrize(("titles", "slug"), [(("Feed", "feed!", "-FEED-"), "feed"), (("?", EMOJI, " "), "article")])
def test_slugs_that_are_not_free__R7(alice, titles, slug):
    made = [publish(alice, title=title)["slug"] for title in titles]
    assert all(re.fullmatch(rf"{slug}(-[1-9]\d*)?", found) for found in made)
    assert len(set(made)) == 3
    assert "feed" not in made
    for found in made:
        gone(alice.delete(f"/api/articles/{found}"))
    assert [publish(alice, title=title)["slug"] for title in titles] == made
    for found in made:
        gone(alice.delete(f"/api/articles/{found}"))


def test_first_free_suffix_is_taken__R7(alice, bob):
    title = uuid4().hex
    one, two, three = (publish(caller, title=title) for caller in (alice, bob, alice))
    assert [article["slug"] for article in (one, two, three)] == [title, f"{title}-2", f"{title}-3"]
    gone(bob.delete(path_of(two)))
    assert publish(bob, title=title.upper())["slug"] == f"{title}-2"
    assert publish(bob, title=f"{title}-2")["slug"] == f"{title}-2-2"
    gone(alice.delete(path_of(one)))
    assert body(change(alice, three, title=title, body="x"), "article")["slug"] == f"{title}-3"
    assert body(change(alice, three, title=f"{title}!"), "article")["slug"] == title


def test_changed_title_gives_a_new_slug__R7(anyone, alice):
    title, other = uuid4().hex, uuid4().hex
    article = publish(alice, title=title)
    publish(alice, title=other)
    assert body(change(alice, article, title=f"{title}?"), "article")["slug"] == title
    moved = body(change(alice, article, title=other), "article")
    assert (moved["slug"], moved["title"]) == (f"{other}-2", other)
    assert body(change(alice, moved, title=f"{other}."), "article")["slug"] == f"{other}-2"
    assert error(anyone.get(path_of(article))) == UNKNOWN_ARTICLE
    assert publish(alice, title=title)["slug"] == title


def test_articles_at_the_same_time_get_different_slugs__R7(alice, bob):
    title = uuid4().hex
    content = {"article": draft(title=title, tagList=[title[:30]])}
    calls = [partial(caller.post, "/api/articles", json=content) for caller in [alice, bob] * 4]
    slugs = {body(response, "article", 201)["slug"] for response in at_once(calls)}
    assert slugs == {title, *(f"{title}-{number}" for number in range(2, 9))}
    found = body(alice.get("/api/articles", params={"tag": title[:30]}))["articles"]
    times = [article["createdAt"] for article in found]
    assert (len(times), times) == (8, sorted(times, reverse=True))


# Lists


def test_filters_narrow_together__R9(anyone, alice, bob):
    tag, other = new("tag"), new("Tag")
    first, second = publish(alice, tagList=[tag]), publish(bob, tagList=[other, tag])
    third = publish(alice, tagList=[tag, other])
    slugs = [article["slug"] for article in (first, second, third)]
    for article in (second, third):
        body(bob.post(f"{path_of(article)}/favorite"), "article")
    body(alice.post(f"{path_of(first)}/favorite"), "article")
    for params, numbers in [
        ({"tag": tag}, [2, 1, 0]),
        ({"tag": other}, [2, 1]),
        ({"tag": tag.upper()}, []),
        ({"tag": tag[:-1]}, []),
        ({"tag": ""}, []),
        ({"tag": tag, "author": alice.name.upper()}, [2, 0]),
        ({"tag": tag, "favorited": bob.name.upper()}, [2, 1]),
        ({"tag": tag, "author": bob.name, "favorited": bob.name}, [1]),
        ({"tag": other, "author": bob.name, "favorited": alice.name}, []),
        ({"tag": tag, "author": new()}, []),
        ({"tag": tag, "favorited": new()}, []),
        ({"tag": tag, "author": ""}, []),
        ({"tag": tag, "favorited": ""}, []),
        ({"tag": tag, "other": "x"}, [2, 1, 0]),
    ]:
        assert listed(anyone, **params) == ([slugs[number] for number in numbers], len(numbers)), params
    assert listed(alice)[0][0] == slugs[2]
    found = body(bob.get("/api/articles", params={"tag": tag}))["articles"]
    expected = [body(bob.get(f"/api/articles/{slug}"), "article") for slug in reversed(slugs)]
    assert [article["favorited"] for article in expected] == [True, True, False]
    assert found == [{key: value for key, value in article.items() if key != "body"} for article in expected]
    body(change(alice, first, body="x"), "article")
    assert listed(anyone, tag=tag)[0] == slugs[::-1]


def test_limit_and_offset__R9(alice, anyone):
    tag = new("tag")
    slugs = [publish(alice, tagList=[tag])["slug"] for _ in range(21)][::-1]
    for params, part in [
        ({}, slugs[:20]),
        ({"limit": 100}, slugs),
        ({"limit": 1}, slugs[:1]),
        ({"limit": "0000000002", "offset": "0000000001"}, slugs[1:3]),
        ({"limit": 5, "offset": 18}, slugs[18:]),
        ({"offset": 20}, slugs[20:]),
        ({"offset": 0, "limit": 2}, slugs[:2]),
        ({"offset": 21}, []),
        ({"offset": 1_000_000_000}, []),
    ]:
        assert listed(anyone, tag=tag, **params) == (part, 21), params


@pytest.mark.parametrize(
    "value",
    ["", "-1", "x", "1.0", "+1", "1e1", " 1", "1_0", "%D9%A1", "0x1", "1%00", "1%0A", "0" * 10 + "1", "9" * 30],
)
def test_faulty_limit_and_offset__R9(anyone, alice, value):
    for name in ("limit", "offset"):
        assert error(anyone.get(f"/api/articles?{name}={value}")) == (422, {name})
    for query, names in [
        (f"limit={value}&offset={value}", {"limit", "offset"}),
        ("limit=0", {"limit"}),
        ("limit=101&offset=1000000001", {"limit", "offset"}),
        (f"tag=a%00&author=%00&favorited={alice.name}%00&limit={value}", {"tag", "author", "favorited", "limit"}),
        ("tag=%00", {"tag"}),
    ]:
        assert error(anyone.get(f"/api/articles?{query}")) == (422, names)


# Comments, favourites, tags


def test_comments_are_listed_newest_first__R10(anyone, alice, bob):
    article, other = publish(alice), publish(alice)
    texts = ["First", EMOJI * 2000, "'; DROP TABLE comments; --\n"]
    said = [comment(caller, article, text) for caller, text in zip((alice, bob, alice), texts, strict=True)]
    for found, text, author in zip(said, texts, (alice, bob, alice), strict=True):
        assert TIME.fullmatch(found["createdAt"])
        assert isinstance(found["id"], int)
        assert found == {
            "id": found["id"],
            "body": text,
            "createdAt": found["createdAt"],
            "updatedAt": found["createdAt"],
            "author": {"username": author.name, "bio": None, "image": None, "following": False},
        }
    assert len({found["id"] for found in said}) == 3
    assert comments(anyone, article) == comments(bob, article) == said[::-1]
    assert comments(anyone, other) == []
    path = f"{path_of(article)}/comments"
    gone(bob.delete(f"{path}/{said[1]['id']}"))
    assert comments(anyone, article) == [said[2], said[0]]
    one = said[0]["id"]
    for wrong in (said[1]["id"], "0", "-1", "x", f"0{one}", f"{one}.0", f"+{one}", f"{one}%20", "9" * 30):
        assert error(alice.delete(f"{path}/{wrong}")) == (404, {"comment"})
    assert error(alice.delete(f"/api/articles/{new()}/comments/{one}")) == UNKNOWN_ARTICLE
    assert error(alice.get(f"/api/articles/{new()}/comments")) == UNKNOWN_ARTICLE
    assert comments(anyone, article) == [said[2], said[0]]


def test_favourites_count_once__R11(anyone, alice, bob):
    article = publish(alice)
    path = f"{path_of(article)}/favorite"
    for response in at_once([partial(bob.post, path)] * 6):
        assert body(response, "article") == {**article, "favorited": True, "favoritesCount": 1}
    assert body(alice.get(path_of(article)), "article") == {**article, "favoritesCount": 1}
    for _ in range(2):
        assert body(alice.post(path), "article")["favoritesCount"] == 2
    assert body(anyone.get(path_of(article)), "article") == {**article, "favoritesCount": 2}
    for _ in range(2):
        assert body(bob.delete(path), "article") == {**article, "favoritesCount": 1}
    assert body(alice.delete(path), "article") == article


def test_tags_keep_their_order__R11(anyone, alice):
    mark = new("t")
    tags = [f"{mark}z", f"{mark}A", f"{mark}\uffee", f"{mark}z", f"{mark}a", f"{mark}{EMOJI}", f"{mark}A", "a" * 30]
    article = publish(alice, tagList=tags)
    kept = list(dict.fromkeys(tags))
    assert article["tagList"] == kept
    (found,) = body(anyone.get("/api/articles", params={"tag": tags[0]}))["articles"]
    assert found["tagList"] == kept
    publish(alice, tagList=[EMOJI * 30, tags[1], *(f"{mark}{number}" for number in range(8))])
    everything = body(anyone.get("/api/tags"), "tags")
    assert everything == sorted(set(everything))
    assert {*tags, EMOJI * 30, f"{mark}7"} <= set(everything)
    changed = body(change(alice, article, tagList=[tags[1], tags[0], tags[1]]), "article")
    assert changed["tagList"] == [tags[1], tags[0]]
    everything = body(anyone.get("/api/tags"), "tags")
    assert tags[2] not in everything
    assert tags[1] in everything


# Faulty requests


def test_faulty_accounts__R12(anyone, alice):
    everything = {"username", "email", "password"}
    cases = [
        (dict.fromkeys(everything, ""), everything),
        ({"username": 1, "email": True, "password": ["x" * 8]}, everything),
        (dict.fromkeys(everything), everything),
        ({"username": "a b", "email": "x", "password": "x" * 7}, everything),
        *(({"username": name}, {"username"}) for name in ("x" * 33, "a.b", "\u00e9", "a\n", "a\0")),
        *(({"password": text}, {"password"}) for text in (EMOJI * 7, "x" * 129, "x" * 8 + "\0")),
    ]
    addresses = ["a", "@example.com", "a@example", "a@b@example.com", "a b@example.com", "a@example..com"]
    addresses += ["a@.example.com", "a@example.com.", "a@exa_mple.com", "\u00e9@example.com", "a@example.com\n"]
    addresses += ["a\0@example.com", "x" * 243 + "@example.com"]
    cases += [({"email": address}, {"email"}) for address in addresses]
    for fields, faulty in cases:
        assert error(anyone.post("/api/users", json={"user": registration(**fields)})) == (422, faulty), fields
        assert error(alice.put("/api/user", json={"user": {"bio": "new", **fields}})) == (422, faulty), fields
    assert error(anyone.post("/api/users", json={"user": {}})) == (422, everything)
    for fields, faulty in [
        ({"bio": 1, "image": False}, {"bio", "image"}),
        ({"bio": "b" * 501, "image": "https://" + "i" * 493}, {"bio", "image"}),
        ({"bio": "a\0", "image": "https://\0"}, {"bio", "image"}),
        ({"bio": "new", "image": "javascript:alert(1)"}, {"image"}),
        ({"bio": "new", "image": " https://example.com"}, {"image"}),
        ({"bio": "new", "image": "https:/example.com"}, {"image"}),
    ]:
        assert error(alice.put("/api/user", json={"user": fields})) == (422, faulty), fields
    assert body(alice.get("/api/user"), "user")["bio"] is None


def test_longest_and_shortest_accounts__R12(anyone):
    mark = uuid4().hex
    for changes in (
        {"username": mark, "email": f"{mark}{'x' * 210}@example.com", "password": EMOJI * 128},
        {"username": f"_-{mark[:6]}", "email": f"{mark}@a.c", "password": EMOJI * 8},
    ):
        with register(anyone, **changes) as caller:
            assert (caller.name, caller.email) == (changes["username"], changes["email"])
        body(login(anyone, changes["email"], changes["password"]), "user")


def test_faulty_logins__R12(anyone, alice):
    for fields, faulty in [
        ({}, {"email", "password"}),
        ({"email": alice.email}, {"password"}),
        ({"email": 1, "password": None}, {"email", "password"}),
        ({"email": alice.email, "password": PASSWORD + "\0"}, {"password"}),
        ({"email": alice.email + "\0", "password": PASSWORD}, {"email"}),
    ]:
        assert error(anyone.post("/api/users/login", json={"user": fields})) == (422, faulty)


def test_faulty_articles__R12(alice):
    article = publish(alice)
    count = listed(alice, author=alice.name)[1]
    everything = {"title", "description", "body"}
    lists = ("a", [1], [None], [""], ["a" * 31], [EMOJI * 31], ["a\0"], [["a"]], {"0": "a"}, None, ["a"] * 11)
    for fields, faulty in [
        ({"title": 1, "description": [], "body": {}}, everything),
        ({**dict.fromkeys(everything), "tagList": 0}, {*everything, "tagList"}),
        (dict.fromkeys(everything, ""), everything),
        ({"title": "t" * 101, "description": "d" * 301, "body": "b" * 20001}, everything),
        ({"title": "a\0", "description": "\0", "body": "\0b"}, everything),
        *(({"tagList": tags}, {"tagList"}) for tags in lists),
    ]:
        assert error(alice.post("/api/articles", json={"article": draft(**fields)})) == (422, faulty), fields
        assert error(change(alice, article, **fields)) == (422, faulty), fields
        assert error(alice.put("/api/articles/no-such-article", json={"article": fields})) == (422, faulty), fields
    assert error(alice.post("/api/articles", json={"article": {"tagList": []}})) == (422, everything)
    assert body(alice.get(path_of(article)), "article") == article
    assert listed(alice, author=alice.name)[1] == count


def test_shortest_and_longest_articles__R12(alice):
    for fields in (
        {"title": "t" * 100, "description": "d" * 300, "body": "b" * 20000, "tagList": ["t"] * 10},
        {"title": EMOJI * 100, "description": "d", "body": "\n", "tagList": [EMOJI * 30]},
        {"title": "x", "description": " ", "body": "b"},
    ):
        article = publish(alice, **fields)
        assert (article["title"], article["body"]) == (fields["title"], fields["body"])
        body(change(alice, article, **fields), "article")


def test_faulty_comments__R12(alice):
    article = publish(alice)
    for fields in ({}, {"body": ""}, {"body": None}, {"body": 1}, {"body": "x" * 2001}, {"body": "x\0"}):
        for path in (path_of(article), "/api/articles/no-such-article"):
            assert error(alice.post(f"{path}/comments", json={"comment": fields})) == (422, {"body"})
    assert comments(alice, article) == []


def test_bodies_that_are_no_objects__R12(anyone, alice):
    article = path_of(publish(alice))
    headers = {"Content-Type": "application/json"}
    for caller, method, path, name in [
        (anyone, "POST", "/api/users", "user"),
        (anyone, "POST", "/api/users/login", "user"),
        (alice, "PUT", "/api/user", "user"),
        (alice, "POST", "/api/articles", "article"),
        (alice, "PUT", article, "article"),
        (alice, "POST", f"{article}/comments", "comment"),
    ]:
        for content in (b"{", b"[]", b"null", b'"x"', b"1", b"true", b'{"user": {},}', b"{} x"):
            response = caller.request(method, path, content=content, headers=headers)
            assert error(response) == (400, {"body"}), content
        for value in ({}, {name: None}, {name: []}, {name: "x"}, {name: 0}, {"other": {}}, {name: [{}]}):
            assert error(caller.request(method, path, json=value)) == (422, {name}), value
        fitting = b'{"x": "%s"}' % (b"x" * (102_400 - len('{"x": ""}')))
        assert error(caller.request(method, path, content=fitting, headers=headers)) == (422, {name})
        assert error(caller.request(method, path, content=fitting + b" ", headers=headers)) == (413, {"body"})


@pytest.mark.parametrize(
    "path", ["/", "/api", "/api/nothing", "/api/user/x", "/user", "/api/profiles", "/api/articles/a/b", "/openapi.json"]
)
def test_unknown_paths__R12(anyone, path):
    assert error(anyone.get(path)) == (404, {"path"})
