import itertools
import random

import pytest

from multi_pattern_search import EmptyWordError, Match, Searcher


def search(words, text):
    """The matches as triples; that each is where it says is checked by the way."""
    matches = Searcher(words).search(text)
    assert all(isinstance(match, Match) and text[match.start : match.end] == words[match.index] for match in matches)
    return triples(matches)


def triples(matches):
    return [(match.index, match.start, match.end) for match in matches]


def try_everywhere(words, text):
    """The same by trying each word at each place."""
    found = [
        (start + len(word), start, index)
        for index, word in enumerate(words)
        for start in range(len(text))
        if text.startswith(word, start)
    ]
    return [(index, start, end) for end, start, index in sorted(found)]


def test_long_word__R9():
    assert search(["a" * 10_000], "a" * 10_010) == [(0, start, start + 10_000) for start in range(11)]


def test_many_words__R9():
    words = [f"{index * 4_321_987:010d}" for index in range(2_000)]
    found = set(search(words, "".join(words)))
    assert all((index, 10 * index, 10 * index + 10) in found for index in range(2_000))


def test_start_end_and_whole_text__R5():
    assert search(["ab"], "abxab") == [(0, 0, 2), (0, 3, 5)]
    assert search(["abc"], "abc") == [(0, 0, 3)]
    assert search(["a"], "a") == [(0, 0, 1)]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ([], "text"),
        ([], ""),
        (["a"], ""),
        (["abc", "x"], "aabbcc"),
        (["abc"], "ab"),
        (["abc", "bcd"], "abab"),
        (["é"], "e"),
    ],
)
def test_nothing_found__R5(words, text):
    assert search(words, text) == []


def test_words_that_overlap__R1():
    assert search(["he", "she", "his", "hers"], "ushers") == [(1, 1, 4), (0, 2, 4), (3, 2, 6)]


def test_inside_longer_words__R1():
    assert search(["cat"], "concatenate cats") == [(0, 3, 6), (0, 12, 15)]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["abd", "bc"], "abc", [(1, 1, 3)]),
        (["aab"], "aaab", [(0, 1, 4)]),
        (["ababc"], "abababc", [(0, 2, 7)]),
        (["abcabd"], "abcabcabd", [(0, 3, 9)]),
        (["abcx", "bcy", "cz"], "abcz", [(2, 2, 4)]),
        (["abcx", "bcy", "cz"], "abcy", [(1, 1, 4)]),
        (["abcx", "bcy", "cz"], "abxbcy", [(1, 3, 6)]),
        (["ab"], "axb", []),
        (["ab", "cd"], "ab!cdacbd", [(0, 0, 2), (1, 3, 5)]),
    ],
)
def test_search_goes_on_when_a_word_is_given_up__R1(words, text, expected):
    assert search(words, text) == expected


@pytest.mark.parametrize("alphabet", ["ab", "abc", "aé😀"])
def test_same_as_trying_everywhere__R1_R2(alphabet):
    numbers = random.Random(alphabet)
    for _ in range(100):
        words = ["".join(numbers.choices(alphabet, k=numbers.randint(1, 5))) for _ in range(numbers.randint(1, 8))]
        text = "".join(numbers.choices(alphabet + "x", k=30))
        assert search(words, text) == try_everywhere(words, text)


def test_order__R2():
    assert search(["bc", "abcd", "c", "abc"], "abcd") == [(3, 0, 3), (0, 1, 3), (2, 2, 3), (1, 0, 4)]
    assert search(["c", "abc", "bc", "abcd"], "abcd") == [(1, 0, 3), (2, 1, 3), (0, 2, 3), (3, 0, 4)]


def test_order_of_the_words_has_no_influence__R2():
    for words in itertools.permutations(["bc", "abcd", "c", "abc"]):
        assert [words[index] for index, _, _ in search(words, "abcd")] == ["abc", "bc", "c", "abcd"]


def test_by_end_before_start__R2():
    assert search(["abcde", "c"], "abcde") == [(1, 2, 3), (0, 0, 5)]


def test_a_word_overlaps_itself__R3():
    assert search(["aa"], "aaaa") == [(0, 0, 2), (0, 1, 3), (0, 2, 4)]
    assert search(["abab"], "ababab") == [(0, 0, 4), (0, 2, 6)]


def test_words_within_words__R3():
    six = [(0, 0, 1), (1, 0, 2), (0, 1, 2), (2, 0, 3), (1, 1, 3), (0, 2, 3)]
    assert search(["a", "aa", "aaa"], "aaa") == six
    words = ["abcde", "ab", "cd", "de", "bcd"]
    assert search(words, "abcde") == [(1, 0, 2), (4, 1, 4), (2, 2, 4), (0, 0, 5), (3, 3, 5)]


def test_suffix_that_is_only_the_beginning_of_a_word__R3():
    assert search(["abcd", "cde", "d"], "abcd") == [(0, 0, 4), (2, 3, 4)]
    assert search(["abcx", "bcy", "c"], "abc") == [(2, 2, 3)]


def test_equal_words__R4():
    assert search(["b", "ab", "b"], "ab") == [(1, 0, 2), (0, 1, 2), (2, 1, 2)]
    assert search(["a", "a", "a"], "aa") == [(0, 0, 1), (1, 0, 1), (2, 0, 1), (0, 1, 2), (1, 1, 2), (2, 1, 2)]
    assert search(["a", "ba", "a", "ba"], "ba") == [(1, 0, 2), (3, 0, 2), (0, 1, 2), (2, 1, 2)]


@pytest.mark.parametrize(
    ("words", "text", "expected"),
    [
        (["He"], "he HE hE", []),
        (["he"], "He the", [(0, 4, 6)]),
        (["\u00e9"], "e\u0301", []),
        (["e", "e\u0301"], "e\u0301", [(0, 0, 1), (1, 0, 2)]),
        (["e"], "\u00e9", []),
        (["😀"], "😁", []),
        (["😀"], "😁😀", [(0, 1, 2)]),
        (["a"], "\u0161\u6161\U00010061", []),
        (["\u00e9"], "\u0129\u00a9\u00c3", []),
        (["a", "¤", "¥"], "¥a", [(2, 0, 1), (0, 1, 2)]),
    ],
)
def test_words_are_compared_exactly__R6(words, text, expected):
    assert search(words, text) == expected


@pytest.mark.parametrize("character", [" ", "\t", "\n", "\r", "\0", *".*+?[](){}^$|\\"])
def test_all_characters_stand_for_themselves__R6(character):
    assert search([f"a{character}b", character], f"axb-ab{character}a{character}b") == [
        (1, 6, 7),
        (1, 8, 9),
        (0, 7, 10),
    ]


@pytest.mark.parametrize(
    "before", ["z", "\x7f", "\x80", "é", "\u07ff", "\u0800", "中", "\ud7ff", "\ue000", "\uffff", "😀", "\U0010ffff"]
)
def test_places_after_any_character__R6(before):
    assert search(["ab", before], f"{before}ab{before}{before}ab") == [
        (1, 0, 1),
        (0, 1, 3),
        (1, 3, 4),
        (1, 4, 5),
        (0, 5, 7),
    ]


def test_all_bytes_of_utf8__R6():
    leads = [*range(0x800, 0xD800, 0x800), 0xE000, 0xF000, 0x10000, 0x40000, 0x80000, 0xC0000, 0x100000]
    words = [chr(code) for code in [*range(0x800), *leads]]
    assert search(words, "".join(words)) == [(index, index, index + 1) for index in range(len(words))]


@pytest.mark.parametrize(
    ("words", "index"),
    [([""], 0), (["", "a"], 0), (["a", ""], 1), (["a", "b", "", "c", ""], 2), (["a", "a", ""], 2)],
)
def test_empty_word__R7(words, index):
    with pytest.raises(EmptyWordError) as caught:
        Searcher(words)
    assert caught.value.index == index
    assert isinstance(caught.value, ValueError)
    assert str(index) in str(caught.value)


def test_each_search_begins_afresh__R8():
    searcher = Searcher(["ab"])
    assert searcher.search("a") == []
    assert searcher.search("b") == []
    assert triples(searcher.search("ab")) == [(0, 0, 2)]
    assert searcher.search("b") == []


def test_results_are_independent__R8():
    searcher = Searcher(["a", "ba", "a"])
    first = searcher.search("ba")
    expected = list(first)
    assert triples(first) == [(1, 0, 2), (0, 1, 2), (2, 1, 2)]
    first.clear()
    second = searcher.search("ba")
    assert second == expected
    second.append(second[0])
    assert searcher.search("ba") == expected


def test_matches_do_not_change__R8():
    match = Searcher(["a"]).search("a")[0]
    with pytest.raises(AttributeError):
        match.start = 5
    assert match == Match(0, 0, 1)


def test_list_of_words_is_independent__R8():
    words = ["b", "ab", "b"]
    searcher = Searcher(words)
    assert words == ["b", "ab", "b"]
    words[:] = ["x"]
    assert triples(searcher.search("abx")) == [(1, 0, 2), (0, 1, 2), (2, 1, 2)]


def test_words_of_any_iterable__R8():
    assert triples(Searcher(word for word in ("a", "b")).search("ab")) == [(0, 0, 1), (1, 1, 2)]


def test_searchers_are_independent__R8():
    one, other = Searcher(["ab", "b"]), Searcher(["bc", "abc"])
    assert triples(one.search("abc")) == [(0, 0, 2), (1, 1, 2)]
    assert triples(other.search("abc")) == [(1, 0, 3), (0, 1, 3)]
    assert triples(one.search("abc")) == [(0, 0, 2), (1, 1, 2)]
