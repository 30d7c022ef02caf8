import tracemalloc

import pytest

from edit_distance import edit_distance


def both_ways(first, second):
    """The distance, which has to be the same in both directions."""
    distance = edit_distance(first, second)
    assert edit_distance(second, first) == distance
    return distance


def some_text(seed, length, alphabet):
    """The same text each time, in every language that these tests are written in."""
    characters = []
    for _ in range(length):
        seed = seed * 16807 % 2147483647
        characters.append(alphabet[seed % len(alphabet)])
    return "".join(characters)


def by_whole_table(first, second):
    table = [list(range(len(second) + 1))]
    for i, a in enumerate(first):
        row = [i + 1]
        for j, b in enumerate(second):
            row.append(min(table[i][j] + (a != b), table[i][j + 1] + 1, row[j] + 1))
        table.append(row)
    return table[-1][-1]


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ("kitten", "sitting", 3),
        ("intention", "execution", 5),
        ("flaw", "lawn", 2),
        ("abcdef", "bcdefg", 2),
        ("saturday", "sunday", 3),
        ("abc", "xyz", 3),
        ("abcdefgh", "axcxexgx", 4),
        ("abcde", "xaxbxcxdxex", 6),
    ],
)
def test_fewest_edits__R1(first, second, distance):
    assert both_ways(first, second) == distance


@pytest.mark.parametrize("alphabet", ["ab", "abcd", "aáé中😀🨀"])
def test_as_by_the_whole_table__R1(alphabet):
    for seed in range(1, 13):
        first = some_text(seed, seed * 37 % 150, alphabet)
        second = some_text(seed + 100, seed * 61 % 150, alphabet)
        assert edit_distance(first, second) == by_whole_table(first, second), (first, second)


@pytest.mark.parametrize("length", [31, 32, 33, 63, 64, 65, 127, 128, 129])
def test_lengths_around_words_of_the_machine__R1(length):
    first, second = some_text(3, length, "abc"), some_text(4, length, "abc")
    assert edit_distance(first, second) == by_whole_table(first, second)
    assert both_ways("a" * length, "b" * length) == length
    assert both_ways("x" + "ab" * length, "ab" * length + "y") == 2
    assert both_ways("a" * length + "b", "b") == length


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ("ab", "ba", 2),
        ("ca", "abc", 3),
        ("abc", "axc", 1),
        ("abc", "abxc", 1),
        ("abc", "ac", 1),
        ("abcd", "badc", 3),
        ("a", "b", 1),
        ("abc", "bca", 2),
    ],
)
def test_each_edit_costs_one__R2(first, second, distance):
    assert both_ways(first, second) == distance


@pytest.mark.parametrize("text", ["a", "kitten", "日本語", "a😀b", "ab" * 100, " \n\0\ufeff"])
def test_only_identical_texts_give_zero__R3(text):
    assert edit_distance(text, "".join(list(text))) == 0
    assert both_ways(text, text + "x") == 1
    assert both_ways(text, "x" + text) == 1
    assert both_ways(text, text[:-1] + "x") == 1


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ("ab", "aab", 1),
        ("xay", "xaay", 1),
        ("aXbXa", "aXa", 2),
        ("aaaa", "aa", 2),
        ("prefix-one", "prefix-two", 3),
        ("one-suffix", "two-suffix", 3),
        ("abXYcd", "abZcd", 2),
        ("ababab", "abab", 2),
        ("abcabc", "abc", 3),
    ],
)
def test_common_ends__R3(first, second, distance):
    assert both_ways(first, second) == distance


def test_calls_are_independent__R3():
    pairs = [
        ("kitten", "sitting", 3),
        ("a" * 200, "b" * 150, 200),
        ("", "abc", 3),
        ("flaw", "lawn", 2),
        ("b" * 150, "ab" * 75, 75),
        ("same", "same", 0),
    ]
    for first, second, distance in pairs * 2 + pairs[::-1]:
        assert edit_distance(first, second) == distance


@pytest.mark.parametrize(
    ("text", "length"),
    [("", 0), ("a", 1), ("héllo😀", 6), ("kitten", 6), ("😀😁", 2), ("\0", 1), ("a" * 3000, 3000)],
)
def test_empty_text__R4(text, length):
    assert both_ways(text, "") == length


@pytest.mark.parametrize("other", [None, 0, 7, 1.5, True, b"ab", ["a", "b"], [], ("a",), {}, object()])
def test_what_is_no_text_is_refused__R4(other):
    for first, second in [(other, other), (other, "ab"), ("ab", other), (other, ""), ("", other)]:
        with pytest.raises(TypeError):
            edit_distance(first, second)


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ("😀", "x", 1),
        ("a😀b", "a😁b", 1),
        ("😀😁", "😁", 1),
        ("\U0001f600", "\U0001fa00", 1),
        ("😀", "😁", 1),
        ("é", "è", 1),
        ("日本語", "日本", 1),
        ("\U0010ffff", "\uffff", 1),
        ("\uffffa", "\uffffb", 1),
        ("😀😁😂", "😂😀😁", 2),
        ("aé中😀", "😀中éa", 4),
        ("áa", "aá", 2),
    ],
)
def test_every_code_point_is_one_character__R5(first, second, distance):
    assert both_ways(first, second) == distance


def test_many_different_code_points__R5():
    # Multiples of a power of two are alike for whoever looks at the low bits only.
    for gap in (1, 2, 64, 128, 256, 1024, 4096):
        spaced = "".join(chr(0x10000 + gap * i) for i in range(80))
        others = "".join(chr(0x10000 + gap * (i + 80)) for i in range(80))
        assert edit_distance(spaced, others) == 80
        assert edit_distance(spaced, "x" + spaced[:-1]) == 2
        assert edit_distance(spaced, spaced[3:] + others[:2]) == 5


@pytest.mark.parametrize(
    ("first", "second", "distance"),
    [
        ("\u00e9", "e\u0301", 2),
        ("A", "a", 1),
        ("ß", "ss", 2),
        ("a", "a\ufe0f", 1),
        ("a\0b", "a\0c", 1),
        ("ab", "a\0b", 1),
        ("ab", "ab\0", 1),
        ("ab", " ab ", 2),
        ("ab", "ab\n", 1),
        ("ab", "\r\nab", 2),
        ("ab", "\ufeffab", 1),
        ("\ufeff", "\u2060", 1),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "", 5),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\U0001f469\U0001f467", 2),
        ("ﬁ", "fi", 2),
        ("Å", "\u212b", 1),
    ],
)
def test_nothing_is_changed_before__R6(first, second, distance):
    assert both_ways(first, second) == distance


def test_long_texts__R7():
    assert both_ways(some_text(1, 2000, "abcd"), some_text(2, 2000, "abcd")) == 1054


def test_long_and_short_text__R7():
    spread = "".join(letter + "-" * 9999 for letter in "abcdefghij")
    assert both_ways(spread, "abcdefghij") == 99_990
    assert edit_distance(spread, "jihgfedcba") == 99_999


def test_distances_above_16_bits__R7():
    assert both_ways("x" * 70_000, "y" * 5) == 70_000
    assert edit_distance("x" * 65_535, "y") == 65_535
    assert edit_distance("x" * 65_536, "y") == 65_536


def memory_held(first, second, distance):
    """The most bytes that a call holds at a time."""
    tracemalloc.start()
    try:
        assert edit_distance(first, second) == distance
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_is_linear__R8():
    first, second = some_text(1, 600, "abcd"), some_text(2, 600, "abcd")
    assert memory_held(first, second, 322) <= 2**20 + 200 * 1200


def test_memory_is_linear_with_many_different_code_points__R8():
    many = "".join(map(chr, range(0x10000, 0x10000 + 10_000)))
    assert memory_held(many, "abcdefghij", 10_000) <= 2**20 + 200 * 10_010
