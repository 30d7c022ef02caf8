import itertools

import pytest

from semantic_version import InvalidVersionError, Version, compare, parse, sort

WHITE_SPACE = [" ", "\t", "\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x85", "\u00a0", "\u2003", "\u2028", "\ufeff"]

# The characters next to the allowed ones in ASCII, and some that other formats of versions have.
OTHER_CHARACTERS = list("/:@[`{_,*~!^=\0")

# They are like digits or letters to many functions.
NOT_ASCII = ["é", "\u0663", "\uff11", "\u00b2", "\uff41", "\u017f", "\u212a", "\U0001d7d9", "\U0001f600"]


def assert_ascending(*versions):
    """Each is less than all that follow it, greater than all before it, and equal to itself."""
    for (i, first), (j, second) in itertools.product(enumerate(versions), repeat=2):
        assert compare(first, second) == (i > j) - (i < j), f"{first} and {second}"


def assert_equal(*versions):
    for first, second in itertools.product(versions, repeat=2):
        assert compare(first, second) == 0, f"{first} and {second}"


def assert_invalid(text):
    """All three functions report the text, wherever it is given."""
    for use in (
        lambda: parse(text),
        lambda: compare(text, "1.0.0"),
        lambda: compare("1.0.0", text),
        lambda: sort([text]),
        lambda: sort(["2.0.0", text, "1.0.0"]),
    ):
        with pytest.raises(InvalidVersionError) as caught:
            use()
        assert caught.value.text == text


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1.4.0-rc.2+build.007", (1, 4, 0, "rc.2", "build.007")),
        ("0.0.10", (0, 0, 10, "", "")),
        ("0.0.0", (0, 0, 0, "", "")),
        ("1.0.0+a-b", (1, 0, 0, "", "a-b")),
        ("1.0.0--.x-y", (1, 0, 0, "-.x-y", "")),
        ("1.0.0-a-b+c-d", (1, 0, 0, "a-b", "c-d")),
        ("1.0.0-a+b.-", (1, 0, 0, "a", "b.-")),
        ("10.20.30-0.9.10.AZaz-09", (10, 20, 30, "0.9.10.AZaz-09", "")),
        ("9.99.109+0AZaz9-.00.1", (9, 99, 109, "", "0AZaz9-.00.1")),
    ],
)
def test_parts__R1(text, parts):
    assert parse(text) == Version(*parts)


def test_largest_numbers__R1():
    found = parse("2147483647.2147483646.2147483647-2147483647")
    assert (found.major, found.minor, found.patch) == (2147483647, 2147483646, 2147483647)
    assert found.prerelease == "2147483647"


@pytest.mark.parametrize("identifiers", ["a" * 250, "-" * 250, "a." * 124 + "ab", "1." * 124 + "10"])
def test_long_texts__R1(identifiers):
    assert parse(f"1.2.3-{identifiers}") == Version(1, 2, 3, identifiers, "")
    assert parse(f"1.2.3+{identifiers}") == Version(1, 2, 3, "", identifiers)


def test_versions_are_values__R1():
    assert len({parse("1.2.3-a+b"), parse("1.2.3-a+b"), parse("1.2.3-a+c")}) == 2


def test_numbers_by_value__R2():
    assert_ascending("1.9.9", "1.10.0", "2.0.0", "10.0.0")
    assert_ascending("0.0.0", "0.0.1", "0.0.9", "0.0.10", "0.0.100", "0.1.0", "0.9.0", "0.10.0", "1.0.0")


def test_major_before_minor_before_patch__R2():
    assert_ascending("1.2.3", "1.2.4", "1.3.0", "1.3.2", "2.0.0", "2.0.1", "2.1.0")


def test_largest_numbers_differ__R2():
    assert_ascending("0.0.2147483646", "0.0.2147483647", "0.2147483646.0", "0.2147483647.0")
    assert_ascending("0.2147483647.2147483647", "1.0.0", "2147483646.0.0", "2147483647.0.0")


def test_order_of_the_standard__R3():
    assert_ascending(
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1-alpha",
        "1.0.1",
        "1.1.0-alpha",
    )


def test_numbers_of_pre_releases_by_value__R3():
    assert_ascending("1.0.0-0", "1.0.0-1", "1.0.0-9", "1.0.0-10", "1.0.0-11", "1.0.0-20", "1.0.0-100")
    assert_ascending("1.0.0-a.999999999", "1.0.0-a.2147483646", "1.0.0-a.2147483647")
    assert_ascending("1.0.0-a.2.z", "1.0.0-a.10.b", "1.0.0-a.10.c")


def test_first_difference_decides__R3():
    assert_ascending("1.0.0-a", "1.0.0-a.b.c", "1.0.0-a.c", "1.0.0-ab", "1.0.0-b", "1.0.0-b.0")
    assert_ascending("1.0.0-1.2.3", "1.0.0-1.3", "1.0.0-1.3.0", "1.0.0-1.20", "1.0.0-2", "1.0.0-12.0")
    assert_ascending("1.0.0-x.y.z", "1.0.0-x.y.z.0", "1.0.0-x.y.z.0.0", "1.0.0-x.y.z.a")
    assert_ascending("1.0.0-rc.1.1", "1.0.0-rc.1.1.1", "1.0.0-rc.1.2", "1.0.0-rc.11", "1.0.0-rc.11.1")


def test_equal_pre_releases__R3():
    assert_equal("1.0.0-alpha.1", "1.0.0-alpha.1")


def test_digits_in_other_identifiers_are_text__R4():
    assert_ascending("1.0.0-rc1", "1.0.0-rc10", "1.0.0-rc2")
    assert_ascending("1.0.0-10a", "1.0.0-9a")
    assert_ascending("1.0.0-a.1-10", "1.0.0-a.1-9")
    assert_ascending("1.0.0--10", "1.0.0--9")
    assert_ascending("1.0.0-00a", "1.0.0-0a", "1.0.0-1a")


def test_numbers_before_other_identifiers__R4():
    assert_ascending("1.0.0-9", "1.0.0--", "1.0.0-0a")
    assert_ascending("1.0.0-0", "1.0.0--1")
    assert_ascending("1.0.0-2147483647", "1.0.0--")
    assert_ascending("1.0.0-12", "1.0.0-1-", "1.0.0-1a")
    assert_ascending("1.0.0-a.12", "1.0.0-a.1-", "1.0.0-a.1-2", "1.0.0-a.1a", "1.0.0-a.1b")
    assert_ascending("1.0.0-1.9", "1.0.0-10.0", "1.0.0-1-.0")


def test_texts_by_ascii__R4():
    assert_ascending("1.0.0--", "1.0.0--a", "1.0.0-0-", "1.0.0-9Z", "1.0.0-A", "1.0.0-Z", "1.0.0-a", "1.0.0-z")
    assert_ascending("1.0.0-Z.a", "1.0.0-Za", "1.0.0-a.Z", "1.0.0-aZ", "1.0.0-aa")


def test_a_hyphen_is_lower_than_a_dot_but_longer__R4():
    assert_ascending("1.0.0-a.b", "1.0.0-a-", "1.0.0-a-.b", "1.0.0-a-b")


def test_build_metadata_has_no_precedence__R5():
    assert_equal("1.0.0+1", "1.0.0+2", "1.0.0", "1.0.0+a.b-c", "1.0.0+-")
    assert_equal("1.0.0-a+x", "1.0.0-a", "1.0.0-a+y.1")
    assert_ascending("1.0.0-a+z", "1.0.0-b+a", "1.0.0+b", "1.0.1+a")


@pytest.mark.parametrize("build", ["00", "007", "0.00.000", "99999999999999999999", "9" * 250, "-", "01-"])
def test_digits_of_build_metadata__R5(build):
    assert parse(f"1.0.0+{build}") == Version(1, 0, 0, "", build)
    assert_equal(f"1.0.0+{build}", "1.0.0")


def test_sorts_by_precedence__R6():
    expected = ["0.9.0", "1.0.0-1", "1.0.0-10", "1.0.0-a", "1.0.0", "1.9.0", "1.10.0-b", "1.10.0", "10.0.0"]
    for step in (1, 2, 4, 5, 7, 8):
        assert sort([expected[i * step % 9] for i in range(9)]) == expected


def test_equal_versions_keep_their_order__R6():
    assert sort(["1.0.0+b", "0.9.0", "1.0.0", "1.0.0+a"]) == ["0.9.0", "1.0.0+b", "1.0.0", "1.0.0+a"]
    builds = [f"1.0.0-a+{i * 7 % 50}" for i in range(50)]
    assert sort(["1.0.0", *builds, "0.1.0"]) == ["0.1.0", *builds, "1.0.0"]


def test_repeated_texts_are_kept__R6():
    assert sort(["1.0.0", "0.1.0", "1.0.0", "0.1.0", "1.0.0"]) == ["0.1.0", "0.1.0", "1.0.0", "1.0.0", "1.0.0"]


def test_list_given_is_left__R6():
    versions = ["2.0.0", "1.0.0+007", "10.0.0-rc.1"]
    result = sort(versions)
    assert result == ["1.0.0+007", "2.0.0", "10.0.0-rc.1"]
    assert versions == ["2.0.0", "1.0.0+007", "10.0.0-rc.1"]
    ordered = ["1.0.0", "2.0.0"]
    assert sort(ordered) is not ordered


def test_short_lists__R6():
    assert sort([]) == []
    assert sort(["1.0.0-a+b"]) == ["1.0.0-a+b"]


@pytest.mark.parametrize(
    "text",
    [
        *["", ".", "..", "1", "1.", "1.2", "1.2.", ".1.2", "1.2.3.", "1.2.3.4", "1..3", "..3", "1.2..3"],
        *["01.2.3", "1.02.3", "1.2.03", "00.2.3", "1.00.3", "1.2.00", "000000000000.0.0"],
        *["-1.2.3", "1.-2.3", "+1.2.3", "1.+2.3", "1.2.+3", "1.2-3", "1.2+3", "1-2.3.4", "1+2.3.4", "-", "+", "1.2-a"],
        *["x.2.3", "1.x.3", "1.2.x", "1.2.3a", "1.2.a3", "1a.2.3", "1.2a.3", "1e1.0.0", "0x1.0.0", "1_0.0.0", "1,2,3"],
        *["v1.2.3", "V1.2.3", "=1.2.3", "version 1.2.3", "1.2.3;", "a.b.c"],
    ],
)
def test_wrong_numbers__R7(text):
    assert_invalid(text)


@pytest.mark.parametrize("space", WHITE_SPACE)
def test_white_space__R7(space):
    for text in ("{}1.2.3", "1.2.3{}", "{}1.2.3{}", "1{}.2.3", "1.{}2.3", "1.2.3{}-a", "1.2.3-a{}", "1.2.3+a{}"):
        assert_invalid(text.replace("{}", space))
    assert_invalid(space)


@pytest.mark.parametrize("character", [*NOT_ASCII, *OTHER_CHARACTERS])
def test_other_characters_in_numbers__R7(character):
    for text in ("{}.2.3", "1.{}.3", "1.2.{}", "1{}.2.3", "1.2{}.3", "1.2.3{}"):
        assert_invalid(text.replace("{}", character))


@pytest.mark.parametrize(
    "text",
    [
        *["1.2.3-", "1.2.3-+b", "1.2.3-a..b", "1.2.3-.a", "1.2.3-a.", "1.2.3-.", "1.2.3-a.+b", "1.2.3-1..2"],
        *["1.2.3+", "1.2.3+a.", "1.2.3+.a", "1.2.3+a..b", "1.2.3+.", "1.2.3-a+", "1.2.3-+", "1.2.3-a+b..c"],
    ],
)
def test_empty_identifiers__R8(text):
    assert_invalid(text)


@pytest.mark.parametrize("character", [*NOT_ASCII, *OTHER_CHARACTERS, "+", " "])
def test_other_characters_in_identifiers__R8(character):
    for text in ("1.2.3-{}", "1.2.3-a{}b+c", "1.2.3-1{}", "1.2.3-a.{}+b", "1.2.3+{}", "1.2.3+a{}b", "1.2.3+0.{}"):
        # In two of them a plus sign would begin the build metadata.
        if character != "+" or text in ("1.2.3-a{}b+c", "1.2.3+{}", "1.2.3+a{}b"):
            assert_invalid(text.replace("{}", character))


@pytest.mark.parametrize(
    "text", ["1.2.3-01", "1.2.3-00", "1.2.3-a.00", "1.2.3-0.01.a", "1.2.3-010+a", "1.2.3-a.0000000000", "1.2.3-09"]
)
def test_leading_zeros__R8(text):
    assert_invalid(text)


@pytest.mark.parametrize(
    "identifiers", ["0", "0a", "00-", "-01", "0.0", "a.0", "0-0", "00a.0", "01a", "-", "--", "-.-", "10", "100"]
)
def test_zeros_and_hyphens_that_are_allowed__R8(identifiers):
    assert parse(f"1.2.3-{identifiers}") == Version(1, 2, 3, identifiers, "")


@pytest.mark.parametrize("text", ["", " 1.2.3\n", "\t", "1.2.3-a\u00a0", "v1.2.3 ", '"1\\', "1.2.3-\U0001f600"])
def test_errors_hold_the_text__R9(text):
    assert_invalid(text)


def test_errors_are_value_errors_that_tell_the_text__R9():
    with pytest.raises(ValueError, match="v1.2.3"):
        parse("v1.2.3")


def test_first_of_two_wrong_arguments__R9():
    for first, second in (("1.2", "v1.2.3"), ("v1.2.3", "1.2"), ("", " ")):
        with pytest.raises(InvalidVersionError) as caught:
            compare(first, second)
        assert caught.value.text == first


def test_first_wrong_text_of_a_list__R9():
    for versions, wrong in (
        (["3.0.0", "2.0.0", "b", "1.0.0", "a"], "b"),
        (["3.0.0", "2.0.0", "a", "1.0.0", "b"], "a"),
        (["1.0.0 ", "1.0.0", ""], "1.0.0 "),
        (["2.0.0", "1.0.0", "1"], "1"),
    ):
        given = versions.copy()
        with pytest.raises(InvalidVersionError) as caught:
            sort(versions)
        assert caught.value.text == wrong
        assert versions == given
