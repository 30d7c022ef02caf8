"""Black-box tests of the article search at BASE_URL.

The server may already hold articles: every test uses slugs, tags and words of its own.
"""

import html
import json
import os
import re
import string
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import httpx
import pytest

MARK = re.compile("</?mark>")
NOT_FOUND = (404, "not_found")
INVALID_CURSOR = (400, "invalid_cursor")
ARTICLE = {"title": "Plain title", "body": "Plain body", "tags": []}
WRITERS = 6
OTHER_CASE = ("/Articles/a", "/HEALTH", "/Search?q=a")

CORPUS = {
    "apples": ("Red apples", "Grow them in the garden.\nPick them in autumn.", ["fruit", "how-to"]),
    "cider": ("Cider", "Press red apples, then wait. Apples from a garden do.", ["drink", "how-to"]),
    "dont": ("Don't panic", "The words are: snake_case, e-mail with x2; Γειά σου, ΟΔΟΣ!", ["guide"]),
    "accents": ("ÄPFEL und Résumé", "Слово за слово. 日本語、全文検索。 Straẞe, Paſs Ⅷ 한국어 x²", ["guide", "drink"]),
    "operators": ("AND OR NOT NEAR", "title body col x", ["how-to"]),
}


@pytest.fixture(scope="session")
def api():
    with httpx.Client(base_url=os.environ["BASE_URL"], trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture(scope="session")
def corpus(api):
    """A tag that only the articles of CORPUS have; their slugs begin with it."""
    tag = new_name()
    for name, (title, body, tags) in CORPUS.items():
        store(api, f"{tag}-{name}", title, body, [*tags, tag])
    return tag


def new_name():
    """A slug, tag and word that nothing else has."""
    return f"n{uuid4().hex[:20]}"


def media_type(response):
    return response.headers["Content-Type"].split(";")[0].strip()


def body_of(response, status=200):
    assert response.status_code == status, response.text
    assert media_type(response) == "application/json"
    return response.json()


def error(response, *more):
    """Status and code of an error response that has the given members beside the common ones."""
    assert response.status_code >= 400, response.text
    assert media_type(response) == "application/problem+json"
    found = response.json()
    assert set(found) == {"type", "title", "status", "code", *more}
    assert found["type"] == f"/problems/{found['code']}"
    assert found["status"] == response.status_code
    assert found["title"]
    return response.status_code, found["code"]


def faulty(response):
    """Names of what an answer 422 validation_failed calls faulty."""
    assert error(response, "errors") == (422, "validation_failed")
    errors = response.json()["errors"]
    assert all(isinstance(text, str) and text for text in errors.values())
    return set(errors)


def put(api, slug, value, content_type="application/json"):
    content = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
    headers = {"Content-Type": content_type} if content_type else {}
    return api.put(f"/articles/{slug}", content=content, headers=headers)


def store(api, slug, title="Plain title", body="Plain body", tags=()):
    response = put(api, slug, {"title": title, "body": body, "tags": list(tags)})
    assert response.status_code in (200, 201), response.text


def search(api, q, **more):
    return api.get("/search", params={"q": q, **more})


def page(api, q, **more):
    """Items and cursor of a successful search."""
    found = body_of(search(api, q, **more))
    assert set(found) == {"items", "next_cursor"}
    for item in found["items"]:
        assert set(item) == {"slug", "score", "title_html", "snippet_html", "tags"}
    return found["items"], found["next_cursor"]


def slugs(api, q, **more):
    return [item["slug"] for item in page(api, q, **more)[0]]


def only(api, q):
    """The one article that is found."""
    items, cursor = page(api, q)
    assert len(items) == 1
    assert cursor is None
    return items[0]


def marked(text):
    """HTML as text, with marks as brackets; anything else unescaped is refused."""
    pieces = MARK.split(text)
    assert not re.search("[<>\"']", "".join(pieces)), text
    assert not re.search(r"&(?!(\w+|#\d+|#x[0-9a-fA-F]+);)", "".join(pieces)), text
    assert MARK.findall(text) == ["<mark>", "</mark>"] * (len(pieces) // 2)
    return "".join(html.unescape(piece) + end for piece, end in zip(pieces, "[]" * len(pieces)))[:-1]


def in_corpus(api, corpus, q):
    return {slug.removeprefix(f"{corpus}-") for slug in slugs(api, f"tag:{corpus} {q}")}


def walk(api, q, limit, between=lambda: None):
    """Slugs of all pages; something is done after each page."""
    found, more = [], {}
    while True:
        items, cursor = page(api, q, limit=limit, **more)
        found += [item["slug"] for item in items]
        if cursor is None:
            return found
        assert len(items) == limit
        assert re.fullmatch(r"[A-Za-z0-9_.-]{1,300}", cursor)
        more = {"cursor": cursor}
        between()


def test_health(api):
    assert body_of(api.get("/health")) == {"status": "ok"}


# Articles


def test_article_is_created_read_replaced_and_deleted__R1(api):
    slug, first, second = new_name(), new_name(), new_name()
    value = {"title": "One", "body": f"\ttext {first}\n", "tags": ["b-2", "a", "b-2"]}
    article = {"slug": slug, **value, "tags": ["a", "b-2"]}
    assert body_of(put(api, slug, value), 201) == article
    assert body_of(api.get(f"/articles/{slug}")) == article
    assert slugs(api, first) == slugs(api, f"{first} tag:a") == [slug]

    value = {"title": f"Two {second}", "body": "", "tags": ["c"]}
    assert body_of(put(api, slug, value), 200) == {"slug": slug, **value}
    assert body_of(api.get(f"/articles/{slug}")) == {"slug": slug, **value}
    assert slugs(api, second) == slugs(api, f"{second} tag:c -tag:a") == [slug]
    assert slugs(api, first) == slugs(api, f"{second} tag:a") == []

    response = api.delete(f"/articles/{slug}")
    assert (response.status_code, response.content) == (204, b"")
    assert slugs(api, second) == []
    assert error(api.get(f"/articles/{slug}")) == NOT_FOUND
    assert error(api.delete(f"/articles/{slug}")) == NOT_FOUND
    value = {"title": "Three", "body": second, "tags": []}
    assert body_of(put(api, slug, value), 201) == {"slug": slug, **value}
    assert slugs(api, second) == [slug]


def test_concurrent_writes_leave_one_article_and_its_words__R1(api):
    slug, words = new_name(), [new_name() for _ in range(WRITERS)]
    barrier = Barrier(WRITERS)

    def write(word):
        barrier.wait(timeout=10)
        return put(api, slug, {"title": word, "body": word, "tags": [word]}).status_code

    with ThreadPoolExecutor(WRITERS) as pool:
        assert sorted(pool.map(write, words)) == [200] * (WRITERS - 1) + [201]
    last = body_of(api.get(f"/articles/{slug}"))["title"]
    assert [word for word in words if slugs(api, word)] == [last]
    assert [word for word in words if slugs(api, f"tag:{word}")] == [last]


def test_refused_write_changes_nothing__R1_R6(api):
    slug, word, other = new_name(), new_name(), new_name()
    store(api, slug, word)
    assert faulty(put(api, slug, {"title": other, "body": "", "tags": ["A"]})) == {"tags"}
    assert (slugs(api, word), slugs(api, other)) == ([slug], [])


# Queries


@pytest.mark.parametrize(
    ("q", "names"),
    [
        ("", set(CORPUS)),
        ("apples", {"apples", "cider"}),
        ("apple", set()),
        ("apples garden", {"apples", "cider"}),
        ("apples autumn", {"apples"}),
        ("   press    WAIT ", {"cider"}),
        ('"red apples"', {"apples", "cider"}),
        ('"apples red"', set()),
        ('"apples grow"', set()),
        ('"garden pick"', {"apples"}),
        ('"apples, garden"', set()),
        ('"Apples   then/WAIT"', {"cider"}),
        ('press"red apples"then', {"cider"}),
        ("don't", {"dont"}),
        ("don t", {"dont"}),
        ("t-don", set()),
        ("snake", {"dont"}),
        ("case_E-mail", {"dont"}),
        ("x2", {"dont"}),
        ("x", {"operators"}),
        ("οδος", {"dont"}),
        ("οδοσ ΓΕΙΆ", {"dont"}),
        ("γεια", set()),
        ("äpfel", {"accents"}),
        ("apfel", set()),
        ("RÉSUMÉ СЛОВО", {"accents"}),
        ("Resume", set()),
        ("日本語 全文検索", {"accents"}),
        ("全文", set()),
        ("straße PASS ⅷ", {"accents"}),
        ("strasse", set()),
        ("한국어 X²", {"accents"}),
        ("-apples", {"dont", "accents", "operators"}),
        ("apples -press", {"apples"}),
        ("apples -autumn -press", set()),
        ('garden -"a garden"', {"apples"}),
        ("-don't -tag:drink", {"apples", "operators"}),
        ("--apples", {"dont", "accents", "operators"}),
        ("tag:how-to", {"apples", "cider", "operators"}),
        ("tag:how-to tag:fruit", {"apples"}),
        ("tag:fruit tag:drink", set()),
        ("tag:how", set()),
        ("tag:drink apples", {"cider"}),
        ("tag:how-to -tag:fruit", {"cider", "operators"}),
        ("-tag:fruit -tag:guide", {"cider", "operators"}),
        ("fruit", set()),
        ('"tag:fruit"', set()),
        ("TAG:fruit", set()),
    ],
    ids=ascii,
)
def test_articles_that_are_found__R2(api, corpus, q, names):
    assert in_corpus(api, corpus, q) == names


def test_excluded_items_need_one_that_is_not__R2_R6(api, corpus):
    assert len(slugs(api, f"tag:{corpus} -pear")) == len(CORPUS)
    for q in ("-pear", "-tag:fruit", '-"red apples" -tag:fruit'):
        assert faulty(search(api, q)) == {"q"}


# Order


def test_score_counts_phrases_of_the_title__R3(api):
    word, second = new_name(), new_name()
    titles = {"a": "none", "b": word, "c": f"{second} {word}", "d": f"{word} {second}", "e": f"{word} {word}"}
    for name, title in titles.items():
        store(api, f"{word}-{name}", title, f"{word} {word} and {second}")

    def scores(q):
        return {item["slug"][-1]: item["score"] for item in page(api, q)[0]}

    both = {"c": 2, "d": 2, "b": 1, "e": 1, "a": 0}
    assert scores(f"{word} {second}") == both
    assert list(scores(f"{word} {second}")) == list(both)
    assert list(scores(word).items()) == [("b", 1), ("c", 1), ("d", 1), ("e", 1), ("a", 0)]
    twice = scores(f'{word} {word.upper()} "{second}" -xyz')
    assert list(twice.items()) == [("c", 3), ("d", 3), ("b", 2), ("e", 2), ("a", 0)]
    store(api, f"{word}-f", f"{word}, {second}", f"{word}-{second}")
    assert list(scores(f"{word}-{second}").items()) == [("d", 1), ("f", 1)]


def test_slugs_are_ordered_by_their_bytes__R3(api):
    tag = new_name()
    names = ["-", "--", "-0", "-a", "0", "00", "9", "a", "a-", "aa", "b"]
    for name in reversed(names):
        store(api, tag + name, tags=[tag])
    items, _ = page(api, f"tag:{tag}", limit=50)
    assert [item["slug"] for item in items] == [tag + name for name in names]
    assert {item["score"] for item in items} == {0}


# Marked text


def test_occurrences_are_marked__R4(api):
    word, other = new_name(), new_name()
    title = f"About {word.upper()}, {word}"
    body = f"{word}s are no {word}. {other} x\n{word}: «{word} {other}»\t."
    store(api, word, title, body, ["z", word])
    item = only(api, f"{word} {other}")
    assert marked(item["title_html"]) == f"About [{word.upper()}], [{word}]"
    assert marked(item["snippet_html"]) == f"{word}s are no [{word}]. [{other}] x\n[{word}]: «[{word}] [{other}]»\t."
    assert item["tags"] == [word, "z"]

    item = only(api, f'"{word} {other}" -nothing')
    assert marked(item["title_html"]) == title
    expected = f"{word}s are no [{word}. {other}] x\n{word}: «[{word} {other}]»\t."
    assert marked(item["snippet_html"]) == expected

    item = only(api, f"tag:{word}")
    assert (marked(item["title_html"]), marked(item["snippet_html"])) == (title, body)


def test_overlapping_occurrences_share_a_mark__R4(api):
    word = new_name()
    store(api, word, f"{word} one two", f"- {word} one two.")
    item = only(api, f'"{word} one" "one two" one')
    assert marked(item["title_html"]) == f"[{word} one two]"
    assert marked(item["snippet_html"]) == f"- [{word} one two]."
    store(api, word, f"{word} {word} {word}, {word} one {word}", f"{word} {word}")
    item = only(api, f'"{word} {word}"')
    assert marked(item["title_html"]) == f"[{word} {word} {word}, {word}] one {word}"


@pytest.mark.parametrize("filler", ["a", "\U0001f600", "é", "&"], ids=ascii)
@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (0, 0, (0, 0)),
        (39, 5, (39, 5)),
        (40, 99, (40, 99)),
        (40, 100, (40, 99)),
        (41, 99, (40, 99)),
        (41, 98, (40, 98)),
        (300, 300, (40, 99)),
    ],
)
def test_part_of_the_body__R4(api, filler, before, after, expected):
    word = new_name()  # of 21 characters
    # A space separates the word from fillers that are letters, and counts.
    start = filler * (before - 1) + " " if before else ""
    end = " " + filler * (after - 1) if after else ""
    store(api, word, body=start + word + end)
    left, right = expected
    first = ("…" if left < before else "") + start[before - left :]
    last = end[:right] + ("…" if right < after else "")
    assert marked(only(api, word)["snippet_html"]) == f"{first}[{word}]{last}"


def test_part_begins_before_the_first_occurrence_of_any_phrase__R4(api):
    word = new_name()
    store(api, word, word, f"{'-' * 50}{word}s {word}a{'-' * 200}{word}")
    for q in (f"{word} {word}a", f"{word}a {word}"):
        expected = f"…{'-' * 17}{word}s [{word}a]{'-' * 98}…"
        assert marked(only(api, q)["snippet_html"]) == expected


def test_part_of_a_body_without_occurrence_is_its_beginning__R4(api):
    word = new_name()
    store(api, f"{word}-0", word, "x" * 160)
    store(api, f"{word}-1", word, "y" * 161)
    store(api, f"{word}-2", word, "")
    snippets = [item["snippet_html"] for item in page(api, word)[0]]
    assert snippets == ["x" * 160, "y" * 160 + "…", ""]


def test_occurrence_that_is_cut_is_marked_as_far_as_it_is_shown__R4_R8(api):
    word = new_name()
    store(api, word, body=f"{word} {'-' * 130} x<b>y{word} z")
    item = only(api, f'{word} "x b y{word}"')
    assert marked(item["snippet_html"]) == f"[{word}] {'-' * 130} [x<b>y{word[:2]}]…"


# Pages


def test_pages_follow_one_another__R5(api):
    tag = new_name()
    expected = [f"{tag}-{number:02}" for number in range(12)]
    for slug in expected:
        store(api, slug, tags=[tag])
    for limit in (1, 5, 6, 11, 12, 13, 50):
        assert walk(api, f"tag:{tag}", limit) == expected
    items, cursor = page(api, f"tag:{tag}")
    assert [item["slug"] for item in items] == expected[:10]
    items, end = page(api, f"tag:{tag}", cursor=cursor, limit=1)
    assert ([item["slug"] for item in items], end is None) == (expected[10:11], False)
    items, end = page(api, f"tag:{tag}", cursor=cursor)
    assert ([item["slug"] for item in items], end) == (expected[10:], None)
    assert page(api, f"tag:{new_name()}") == ([], None)


def test_pages_go_through_all_scores__R5(api):
    word = new_name()
    for number in range(9):
        store(api, f"{word}-{number}", f"{word} " * (number % 3 > 0) + "x" * (number % 3 > 1) + "-", f"{word} x")
    expected = [f"{word}-{number}" for number in (2, 5, 8, 1, 4, 7, 0, 3, 6)]
    for limit in (1, 2, 3, 4):
        assert walk(api, f"{word} x", limit) == expected


def test_writes_between_pages_disturb_nothing__R5(api):
    word = new_name()
    for number in range(6):
        store(api, f"{word}-5{number}", word)
        store(api, f"{word}-6{number}", "-", word)
    kept = [f"{word}-{number}" for number in (50, 51, 52, 53, 54, 55, 60, 61, 62, 63, 64, 65)]
    added = iter(range(10, 40))

    def write():
        number = next(added)
        store(api, f"{word}-{number}", word)
        store(api, f"{word}-9{number}", f"{word} {word}")
        assert api.delete(f"/articles/{word}-{number - 1}").status_code in (204, 404)
        store(api, f"{word}-53", f"Again {word}")

    found = walk(api, word, 2, between=write)
    assert len(set(found)) == len(found)
    assert [slug for slug in found if slug in kept] == kept


def test_cursor_of_a_deleted_article_still_works__R5(api):
    tag = new_name()
    for number in range(3):
        store(api, f"{tag}-{number}", tags=[tag])
    _, cursor = page(api, f"tag:{tag}", limit=1)
    assert api.delete(f"/articles/{tag}-0").status_code == 204
    assert slugs(api, f"tag:{tag}", cursor=cursor) == [f"{tag}-1", f"{tag}-2"]


# Faulty requests


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"title": ""}, {"title"}),
        ({"title": "x" * 201}, {"title"}),
        ({"title": "\U0001f600" * 201, "body": "é" * 10001}, {"title", "body"}),
        ({"title": None, "body": None, "tags": None}, {"title", "body", "tags"}),
        ({"title": 1, "body": ["x"], "tags": "x"}, {"title", "body", "tags"}),
        ({"title": True, "body": {}, "tags": {}}, {"title", "body", "tags"}),
        ({"title": "a\nb"}, {"title"}),
        ({"title": "a\tb", "body": "\r"}, {"title", "body"}),
        ({"title": "\x1f", "body": "\x1f"}, {"title", "body"}),
        ({"title": "\x7f", "body": "a\x7f"}, {"title", "body"}),
        ({"title": "\0", "body": "a\0"}, {"title", "body"}),
        ({"body": "a\x01b\x02c\x03"}, {"body"}),
        ({"tags": ["a"] * 11}, {"tags"}),
        ({"tags": [""]}, {"tags"}),
        ({"tags": ["x" * 33]}, {"tags"}),
        ({"tags": ["ok", "A"]}, {"tags"}),
        ({"tags": ["a b"]}, {"tags"}),
        ({"tags": ["a\n"]}, {"tags"}),
        ({"tags": ["é"]}, {"tags"}),
        ({"tags": ["a", 1]}, {"tags"}),
        ({"tags": [None]}, {"tags"}),
        ({"tags": [["a"]]}, {"tags"}),
        ({"slug": "x", "score": 1}, {"slug", "score"}),
        ({"Title": "x", "": 1}, {"Title", ""}),
        ({"__proto__": {"a": 1}, "constructor": 1}, {"__proto__", "constructor"}),
    ],
    ids=ascii,
)
def test_faulty_fields_are_named__R6(api, changes, names):
    slug = new_name()
    assert faulty(put(api, slug, ARTICLE | changes)) == names
    assert error(api.get(f"/articles/{slug}")) == NOT_FOUND


def test_missing_fields_are_named__R6(api):
    assert faulty(put(api, new_name(), {})) == {"title", "body", "tags"}
    for name in ARTICLE:
        assert faulty(put(api, new_name(), {key: ARTICLE[key] for key in ARTICLE if key != name})) == {name}


def test_numbers_of_any_size_are_of_another_type__R6(api):
    for number in (b"9" * 5000, b"1e999", b"-0"):
        assert faulty(put(api, new_name(), b'{"title": "x", "body": "", "tags": %s}' % number)) == {"tags"}


def test_longest_texts_and_names__R6(api):
    tags = sorted([f"{number}" * 32 for number in range(9)] + ["-"])
    for filler in ("\U0001f600", " ", "\x80"):
        value = {"title": filler * 200, "body": filler * 10000, "tags": tags}
        slug = uuid4().hex * 2
        assert body_of(put(api, slug, value), 201) == {"slug": slug, **value}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"x"', b"[1]", b'{"title": NaN}', b"{} x", b'{"title": "\xff"}', b'{"a": 1,}',
     b'\xef\xbb\xbf{"title": "x", "body": "", "tags": []}'],
    ids=ascii,
)  # fmt: skip
def test_body_that_is_no_json_object__R6(api, body):
    assert error(put(api, new_name(), body)) == (400, "malformed_json")


def test_media_type_and_size_of_the_body__R6(api):
    for content_type in (None, "text/plain", "application/jsonp", "application/problem+json", "x; application/json"):
        found = error(put(api, new_name(), ARTICLE, content_type))
        assert found == (415, "unsupported_media_type")
    for content_type in ("application/json; charset=utf-8", "Application/JSON", "application/json ;x=y"):
        assert put(api, new_name(), ARTICLE, content_type).status_code == 201
    content = json.dumps(ARTICLE).encode()
    slug = new_name()
    assert error(put(api, slug, content.ljust(65537))) == (413, "content_too_large")
    assert error(api.get(f"/articles/{slug}")) == NOT_FOUND
    assert put(api, slug, content.ljust(65536)).status_code == 201


@pytest.mark.parametrize("slug", ["A", "a_b", "a.b", "x" * 65, "%20", "a%0A", "a%00", "%C3%A9", "a'--", "a%2Fb", "a%FF"])
def test_slug_of_wrong_form_and_unknown_path__R6(api, slug):
    store(api, "a")
    for path in (f"/articles/{slug}", f"/articles/{new_name()}", "/articles", "/", "/search/x", "/nothing", *OTHER_CASE):
        assert error(api.get(path)) == NOT_FOUND
    assert error(put(api, slug, ARTICLE)) == NOT_FOUND
    assert error(api.delete(f"/articles/{slug}")) == NOT_FOUND
    assert body_of(api.get("/articles/a"))["slug"] == "a"


@pytest.mark.parametrize(
    "q",
    ["", " ", '"', '"abc', 'abc"', 'a "b" "', '""', '"."', "-", "- a", "a -", '-"', '-""', "***", "_", "a .", "tag:",
     "tag:A", "tag:a_b", "tag:é", 'tag:"a"', "-tag:", "tag:" + "x" * 33, "tag:a:b", "a\0", "a\nb", "a\tb", "a\x7f"],
    ids=ascii,
)  # fmt: skip
def test_faulty_query__R6(api, q):
    assert faulty(search(api, q)) == {"q"}


@pytest.mark.parametrize(
    "limit",
    ["0", "51", "100", "-1", "", "x", "1.0", "01", "+1", " 1", "1 ", "1\n", "1e1", "\u0663", "9" * 30],
    ids=ascii,
)
def test_faulty_limit__R6(api, limit):
    assert faulty(search(api, "word", limit=limit)) == {"limit"}
    assert faulty(api.get("/search", params={"limit": limit, "cursor": "x"})) == {"q", "limit"}
    assert page(api, new_name(), limit="50") == page(api, new_name(), limit="1") == ([], None)


# Attacks


@pytest.mark.parametrize(
    "q",
    [
        "apples OR cider",
        "apples NOT press",
        "apples AND garden",
        "NOT apples",
        "NEAR(red apples)",
        "NEAR(red apples, 5)",
        "appl*",
        "title:apples",
        "body:red",
        "{title}:apples",
        "-{title}:red apples OR cider",
        "(apples) OR (cider)",
        "red+garden",
        "x' OR '1'='1",
        "apples'; DROP TABLE articles; SELECT 'x",
        "apples') UNION SELECT 1,2,3",
        'tag:fruit" OR "1',
    ],
)
def test_operators_and_sql_do_not_widen_the_result__R7(api, corpus, q):
    assert in_corpus(api, corpus, q) == set()
    assert in_corpus(api, corpus, "apples") == {"apples", "cider"}


@pytest.mark.parametrize(
    "q",
    ['"appl" *', '"red apples" OR "x', "apples'; DROP TABLE articles; --", "%' OR 1=1 --", "tag:fruit' OR '1'='1",
     "tag:fruit')--", "apples -", 'tag:"fruit" OR', "a\0b", "apples\0", '"apples\0"'],
    ids=ascii,
)  # fmt: skip
def test_queries_against_the_grammar_are_refused__R6_R7(api, corpus, q):
    assert faulty(search(api, f"tag:{corpus} {q}")) == {"q"}
    assert in_corpus(api, corpus, "apples") == {"apples", "cider"}


def test_operators_find_articles_with_these_words__R7(api, corpus):
    queries = ("AND", "or", "NOT", '"AND OR"', "NEAR(", "title:body", "col:x*", "^title", "not+near", "{body}col")
    for q in queries:
        assert in_corpus(api, corpus, q) == {"operators"}
    for q in ("body:title", "near/not", "and+not"):
        assert in_corpus(api, corpus, q) == set()


def test_every_ascii_character_in_a_query_is_harmless__R7(api, corpus):
    for char in set(string.punctuation) - set('"-'):
        assert in_corpus(api, corpus, f"{char}red{char}apples{char}") == {"apples", "cider"}
        assert in_corpus(api, corpus, f"-{char}red") == {"dont", "accents", "operators"}


def test_huge_queries_are_refused__R7(api, corpus):
    tag = f"tag:{corpus} "
    assert in_corpus(api, corpus, "apples " * 9) == {"apples", "cider"}
    for q in (tag + "apples " * 10, tag + "-pear " * 10, '"a"' * 11, "a" * 201, "\U0001f600" * 200 + "a", "a " * 5000):
        assert faulty(search(api, q)) == {"q"}
    assert faulty(search(api, "\U00020000" * 201)) == {"q"}
    assert page(api, "\U00020000" * 200) == page(api, "a-" * 100) == ([], None)


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "\"><svg onload='alert(1)'>",
        "&lt;script&gt;",
        "</mark><mark>x</mark>",
        "<mark onclick=alert(1)>",
        "<scr<mark>ipt>",
        "\ufdd0<b>\ufdd1\ue000\ue001\x80\x81\u2028",
        "&amp;&#60;b&#62;",
        "[[{{<%= 1 %>}}]]",
    ],
    ids=ascii,
)
def test_html_of_an_article_is_escaped__R8(api, evil):
    word = new_name()
    text = f"{evil}{word} {evil} {word}{evil}"
    store(api, word, text, text, [word])
    assert body_of(api.get(f"/articles/{word}"))["body"] == text
    for item in (only(api, f"tag:{word}"), only(api, word)):
        for part in (item["title_html"], item["snippet_html"]):
            pieces = MARK.split(part)
            assert not re.search("[<>\"']", "".join(pieces))
            assert html.unescape("".join(pieces)) == text
    for word_of_evil in sorted(set(re.findall("[a-z]+", evil))):
        part = only(api, f"tag:{word} {word_of_evil}")["snippet_html"]
        assert f"<mark>{word_of_evil}</mark>" in part
        assert MARK.findall(part) == ["<mark>", "</mark>"] * part.count("<mark>")
        assert not re.search("[<>\"']", MARK.sub("", part))


def test_html_at_the_ends_of_the_part_is_escaped__R8(api):
    for shift in range(12):
        word = new_name()
        body = "<b>'&\"" * 20 + "." * shift + f" {word} " + "</i>&amp;\"'" * 20
        store(api, word, body=body)
        start = body.index(word) - 40
        expected = body[start : start + 160].replace(word, f"[{word}]")
        assert marked(only(api, word)["snippet_html"]) == f"…{expected}…"


@pytest.fixture(scope="module")
def cursors(api):
    """A query with its cursor, and another query with the same answer and its cursor."""
    word = new_name()
    for number in range(3):
        store(api, f"{word}-{number}", word, word, [word])
    queries = word, f"{word} tag:{word}"
    return [(q, page(api, q, limit=1)[1]) for q in queries]


def test_altered_cursor_is_refused__R9(api, cursors):
    (q, cursor), _ = cursors
    assert len(slugs(api, q, cursor=cursor)) == 2
    altered = {cursor[:n] + char + cursor[n + 1 :] for n in range(len(cursor)) for char in "0A"} - {cursor}
    last = {cursor[:-1] + char for char in string.ascii_letters + string.digits + "-_"} - {cursor}
    first = {char + cursor[1:] for char in string.digits} - {cursor}
    for value in sorted(altered | last | first):
        assert error(search(api, q, cursor=value)) == INVALID_CURSOR


def test_made_up_cursor_is_refused__R9(api, cursors):
    (q, cursor), _ = cursors
    half = len(cursor) // 2
    values = [
        "", "0", "1", "x", ".", "..", "null", "-1", "é", "\U0001f600", "\0", "9" * 300, "." * 300, "e30", "e30.e30",
        "W10", "MA==", "eyJzY29yZSI6MH0", "' OR 1=1 --", "%", "a.b.c", "1.a.", "0..0", "AAAA", "=" * 4,
        cursor[:-1], cursor[1:], cursor[:half], cursor[half:], cursor + "A", "A" + cursor, cursor + "=", cursor + "==",
        cursor + " ", " " + cursor, cursor + "\n", cursor + ".", cursor * 2, cursor.swapcase(), cursor.lower() + "-",
        cursor.upper() + "-", cursor[::-1], cursor[:-1] + "é", "é" + cursor[1:], cursor + "\0",
    ]  # fmt: skip
    for value in values:
        assert error(search(api, q, cursor=value)) == INVALID_CURSOR
    assert len(slugs(api, q, cursor=cursor)) == 2


def test_cursor_of_another_query_is_refused__R9(api, cursors):
    (q, cursor), (other_q, other) = cursors
    assert len(slugs(api, other_q, cursor=other)) == 2
    assert error(search(api, q, cursor=other)) == INVALID_CURSOR
    assert error(search(api, other_q, cursor=cursor)) == INVALID_CURSOR
    for value in (q + " ", " " + q, q.upper(), f'"{q}"', q + " -x", q[:-1], q + "x", "apples"):
        assert error(search(api, value, cursor=cursor)) == INVALID_CURSOR
    for separator in "._-":
        for head, tail in ((cursor, other), (other, cursor)):
            mixed = head.rpartition(separator)[0] + separator + tail.rpartition(separator)[2]
            if mixed != cursor:
                assert error(search(api, q, cursor=mixed)) == INVALID_CURSOR
