import random
import unicodedata

import pytest

from wrap_columns import wrap

ACUTE = "\N{COMBINING ACUTE ACCENT}"
JOINER = "\N{ZERO WIDTH JOINER}"


def columns(line):
    total = 0
    for character in line:
        if unicodedata.category(character) not in ("Mn", "Me", "Cf"):
            total += 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1
    return total


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("the quick brown fox", 10, ["the quick", "brown fox"]),
        ("the quick brown fox", 9, ["the quick", "brown fox"]),
        ("the quick brown fox", 8, ["the", "quick", "brown", "fox"]),
        ("a b c", 5, ["a b c"]),
        ("a b c", 4, ["a b", "c"]),
        ("  two   spaces  ", 20, ["two spaces"]),
        ("  two   spaces  ", 6, ["two", "spaces"]),
        ("one-word", 8, ["one-word"]),
        ("well-known fact", 12, ["well-known", "fact"]),
    ],
)
def test_words_fill_lines__R1(text, width, lines):
    assert wrap(text, width) == lines


@pytest.mark.parametrize("seed", range(20))
def test_greedy_and_complete__R1(seed):
    chance = random.Random(seed)
    words = ["".join(chance.choices("abcde", k=chance.randint(1, 9))) for _ in range(40)]
    lines = wrap(" ".join(words), 12)
    assert " ".join(lines).split(" ") == words
    for line, following in zip(lines, lines[1:]):
        assert len(line) <= 12
        assert len(line) + 1 + len(following.split(" ")[0]) > 12


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("ab 日本 cd", 7, ["ab 日本", "cd"]),
        ("ab 日本 cd", 10, ["ab 日本 cd"]),
        ("ab 日本 cd", 9, ["ab 日本", "cd"]),
        ("ｆｕｌｌ half", 9, ["ｆｕｌｌ", "half"]),
        ("한국 어", 6, ["한국", "어"]),
        ("α β", 3, ["α β"]),
    ],
)
def test_wide_characters_take_two_columns__R2(text, width, lines):
    assert wrap(text, width) == lines


def test_marks_take_no_column__R3():
    word = "e" + ACUTE
    assert wrap(f"{word}{word}{word} {word}", 5) == [f"{word}{word}{word} {word}"]
    assert wrap(f"{word}{word}{word} {word}", 4) == [word * 3, word]
    dakuten = "か\N{COMBINING KATAKANA-HIRAGANA VOICED SOUND MARK}"  # a mark whose East Asian width is W
    assert wrap(dakuten * 4, 4) == [dakuten * 2, dakuten * 2]


def test_marks_stay_with_their_character__R3():
    word = "e" + ACUTE + "\N{COMBINING DOT BELOW}"
    assert wrap(word * 5, 2) == [word * 2, word * 2, word]
    assert wrap("日" + ACUTE + "本" + JOINER, 2) == ["日" + ACUTE, "本" + JOINER]


def test_format_characters_take_no_column__R3():
    assert wrap("ab" + JOINER + "cd ef", 7) == ["ab" + JOINER + "cd ef"]
    assert wrap("ab" + JOINER + "cd", 2) == ["ab" + JOINER, "cd"]
    assert wrap(JOINER + " ab cd", 6) == [JOINER + " ab cd"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("abcdefgh", 3, ["abc", "def", "gh"]),
        ("x abcdefgh y", 4, ["x", "abcd", "efgh", "y"]),
        ("x abcdefg y", 4, ["x", "abcd", "efg", "y"]),
        ("x abcdef y", 4, ["x", "abcd", "ef y"]),
        ("abcd efghijk", 4, ["abcd", "efgh", "ijk"]),
        ("aaaa", 2, ["aa", "aa"]),
    ],
)
def test_long_words_are_broken__R4(text, width, lines):
    assert wrap(text, width) == lines


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a\nb", ["a", "b"]),
        ("a\n", ["a", ""]),
        ("\na", ["", "a"]),
        ("a\n\n\nb c", ["a", "", "", "b c"]),
        ("long words\nhere and there", ["long words", "here and", "there"]),
    ],
)
def test_line_feeds_end_lines__R5(text, lines):
    assert wrap(text, 10) == lines


@pytest.mark.parametrize("text", ["", " ", "     "])
def test_nothing_is_one_empty_line__R6(text):
    assert wrap(text, 4) == [""]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("中文没有空格", 6, ["中文没", "有空格"]),
        ("中文没有空格", 7, ["中文没", "有空格"]),
        ("中文没有空格", 5, ["中文", "没有", "空格"]),
        ("用Python写", 8, ["用Python", "写"]),
        ("用Python写", 7, ["用", "Python", "写"]),
        ("用Python写", 10, ["用Python写"]),
        ("你好 世界", 6, ["你好", "世界"]),
        ("你好 世界", 7, ["你好 世", "界"]),
    ],
)
def test_wide_text_breaks_anywhere__R7(text, width, lines):
    assert wrap(text, width) == lines


@pytest.mark.parametrize("seed", range(20))
def test_lines_are_never_too_wide__R2_R3_R4(seed):
    chance = random.Random(seed)
    text = "".join(chance.choices("ab 日本\n" + ACUTE, k=200)).replace(" " + ACUTE, " ").replace("\n" + ACUTE, "\n")
    lines = wrap(text, 7)
    assert max(map(columns, lines)) <= 7
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")


@pytest.mark.parametrize("width", [1, 0, -5])
@pytest.mark.parametrize("text", ["", "a", "日本"])
def test_narrow_width_is_refused__R8(text, width):
    with pytest.raises(ValueError):
        wrap(text, width)


def test_least_width__R8():
    assert wrap("a日b", 2) == ["a", "日", "b"]
