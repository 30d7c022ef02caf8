import itertools

import pytest

from natural_sort import natural_sort


def assert_order(*expected):
    """The names come out in this order, whatever order they go in."""
    for names in itertools.islice(itertools.permutations(expected), 200):
        assert natural_sort(list(names)) == list(expected)


@pytest.mark.parametrize(
    "expected",
    [
        ["file1", "file2", "file10"],
        ["v1.9.3", "v1.10.0", "v1.10.2", "v2.0.0"],
        ["a0b2", "a0b10", "a1b1"],
        ["1", "9", "10", "100"],
        ["img 7.png", "img 12.png", "img 12a.png"],
    ],
)
def test_numbers_by_value__R1(expected):
    assert_order(*expected)


def test_text_between_numbers_as_text__R1():
    assert_order("a1", "a1-", "a1b", "ab1", "b1")


def test_text_by_code_points__R1():
    assert_order("a", "z", "é", "\ufffd", "\U0001f600")
    assert_order("\U0001f600a", "\U0001f600b", "\U0001f600\U0001f600")


def test_case_is_ignored__R2():
    assert_order("a1", "B2", "c3")
    assert_order("a9", "A10")
    assert_order("a", "AB")
    assert_order("é1", "É2", "é10")
    assert_order("οδος.a1", "ΟΔΟΣ.A2", "οδος.a10")


@pytest.mark.parametrize("expected", [["file01", "file1"], ["A", "a"], ["a0", "a00"], ["B1", "b01", "b1"]])
def test_equals_by_code_points__R3(expected):
    assert_order(*expected)


def test_result_does_not_depend_on_order__R3():
    assert_order("X01y", "X1Y", "x01Y", "x1y")


def test_ties_yield_to_later_differences__R3():
    assert_order("a1b1", "a01b2", "a1b3")


@pytest.mark.parametrize("digits", [20, 5_000, 10_000])
def test_numbers_of_any_length__R4(digits):
    low, high = "n" + "1" * digits, "n" + "1" * (digits - 1) + "2"
    assert_order("n2", low, high, low + "0")


def test_leading_zeros_do_not_lengthen__R4():
    assert_order("n" + "0" * 6_000 + "1", "n2", "n10")


def test_digits_and_text_mix__R5():
    assert_order("", "1", "1a", "2", "10", "a", "a1", "b")
    assert_order("a", "a1", "a1b", "ab")
    assert_order("9-", "10", "-1")


def test_other_digits_are_text__R6():
    assert_order("x9", "x²", "x٣")
    assert_order("x10", "x²")
    assert_order("٢1", "٢2", "٢10")
    assert_order("a٣", "a٣٠", "a٤")


def test_input_is_left__R7():
    names = ["b", "a10", "a2", "b"]
    result = natural_sort(names)
    assert result == ["a2", "a10", "b", "b"]
    assert result is not names
    assert names == ["b", "a10", "a2", "b"]


def test_empty__R7():
    assert natural_sort([]) == []


@pytest.mark.parametrize(("names", "index"), [([3], 0), (["a", None], 1), (["a", "b", b"c", 4], 2)])
def test_other_types_are_refused__R8(names, index):
    with pytest.raises(TypeError, match=rf"\b{index}\b"):
        natural_sort(names)
