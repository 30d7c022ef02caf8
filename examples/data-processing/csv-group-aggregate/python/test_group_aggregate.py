from __future__ import annotations

import pytest

from group_aggregate import Aggregate
from group_aggregate import BadRow
from group_aggregate import Group
from group_aggregate import HeaderError
from group_aggregate import InvalidQueryError
from group_aggregate import Result
from group_aggregate import TooManyBadRowsError
from group_aggregate import group_aggregate

COUNT = Aggregate("count")
SUM_V = Aggregate("sum", "v")


def run(source, *, group_by=("k",), aggregates=(COUNT,), mean_scale=2, max_bad_rows=100):
    if isinstance(source, str):
        source = [source]
    return group_aggregate(
        source, group_by=group_by, aggregates=aggregates, mean_scale=mean_scale, max_bad_rows=max_bad_rows
    )


def groups(source, **query):
    """The groups as pairs; the input must have no bad rows."""
    return [(group.key, group.values) for group in run(source, max_bad_rows=0, **query).groups]


def keys(source, group_by=("k",)):
    return [key for key, _ in groups(source, group_by=group_by)]


def aggregate(function, fields, mean_scale=2):
    """The value of one function over the fields of one column."""
    text = "k,v\n" + "".join(f"x,{field}\n" for field in fields)
    [(key, [value])] = groups(text, aggregates=[Aggregate(function, "v")], mean_scale=mean_scale)
    assert key == ("x",)
    return value


def bad_rows(text, **query):
    return [(bad.line, bad.reason, bad.column) for bad in run(text, **query).bad_rows]


def endless(*head, filler):
    """Chunks that a run must not want all of."""
    yield from head
    for _ in range(20_000):
        yield filler
    raise AssertionError("the endless input was read on and on")


class Untouched:
    """A source that must not be read."""

    def __iter__(self):
        return self

    def __next__(self):
        raise AssertionError("the source was read")


def cases(names, values):
    """Parametrize a test, with short ASCII ids for texts."""

    def label(value):
        return ascii(value)[:30] if isinstance(value, str) else None

    return pytest.mark.parametrize(names, values, ids=label)


# --- R1: groups, keys and their order ---


def test_groups_come_in_order_of_first_row__R1():
    text = "k,v\nb,1\na,2\nb,3\nc,4\na,5\n"
    assert run(text, aggregates=[SUM_V, COUNT]) == Result(
        [Group(("b",), ("4", "2")), Group(("a",), ("7", "2")), Group(("c",), ("4", "1"))], []
    )


def test_a_bad_row_does_not_place_its_group__R1_R8():
    result = run("k,v\nb,oops\na,1\nb,2\n", aggregates=[SUM_V])
    assert result.groups == [Group(("a",), ("1",)), Group(("b",), ("2",))]


def test_keys_that_look_like_numbers_keep_their_order__R1():
    assert keys("k\n10\n2\n1\n01\n1.0\n2\n") == [("10",), ("2",), ("1",), ("01",), ("1.0",)]


def test_key_and_values_follow_the_query_not_the_file__R1():
    text = "v,b,w,a\n1,x,10,y\n2,x,20,y\n"
    aggregates = [Aggregate("max", "w"), COUNT, Aggregate("sum", "v"), Aggregate("min", "w")]
    assert groups(text, group_by=["a", "b"], aggregates=aggregates) == [(("y", "x"), ("20", "2", "3", "10"))]


@cases(
    ("first", "second"),
    [
        (("a", "b,c"), ("a,b", "c")),
        (("a", ""), ("", "a")),
        (("ab", "c"), ("a", "bc")),
        (('a","b', ""), ("a", 'b","')),
        (("a\\", "b"), ("a", "\\b")),
        (("a|b", "c"), ("a", "b|c")),
        (("a\x00b", "c"), ("a", "b\x00c")),
        (("a\x1fb", "c"), ("a", "b\x1fc")),
        (("a\nb", "c"), ("a", "b\nc")),
        (("1:a", "b"), ("1", "a:b")),
    ],
)
def test_keys_with_the_same_text_in_other_parts_are_two_groups__R1(first, second):
    def line(key):
        return ",".join('"' + part.replace('"', '""') + '"' for part in key) + "\n"

    text = "k,l\n" + line(first) + line(second) + line(first)
    assert groups(text, group_by=["k", "l"]) == [(first, ("2",)), (second, ("1",))]


def test_keys_are_compared_character_for_character__R1():
    values = ["a", "A", " a", "a ", "\u00e9", "e\u0301", "\U0001f600", "\U0001f601", ""]
    text = "k,l\n" + "".join(f"{value},\n" for value in values) * 2
    assert groups(text) == [((value,), ("2",)) for value in values]


def test_empty_key_parts_are_ordinary__R1():
    text = "k,l\n,\n,x\nx,\n,\n"
    assert groups(text, group_by=["k", "l"]) == [(("", ""), ("2",)), (("", "x"), ("1",)), (("x", ""), ("1",))]


def test_special_names_are_ordinary__R1():
    text = "__proto__,constructor\n__proto__,1\nconstructor,2\n__proto__,3\ntoString,4\n"
    assert groups(text, group_by=["__proto__"], aggregates=[Aggregate("sum", "constructor")]) == [
        (("__proto__",), ("4",)),
        (("constructor",), ("2",)),
        (("toString",), ("4",)),
    ]


def test_same_aggregate_twice_and_grouped_column_aggregated__R1():
    text = "v\n2\n2.0\n2\n"
    assert groups(text, group_by=["v"], aggregates=[SUM_V, SUM_V, COUNT, COUNT]) == [
        (("2",), ("4", "4", "2", "2")),
        (("2.0",), ("2", "2", "1", "1")),
    ]


@cases("text", ["k,v", "k,v\n", "k,v\r\n", "\nk,v\n\n\n"])
def test_header_alone_gives_no_groups__R1(text):
    assert run(text, aggregates=[SUM_V]) == Result([], [])


def test_columns_not_named_may_be_repeated_or_empty__R1():
    assert groups("x,,k,x,\n1,2,a,4,5\n") == [(("a",), ("1",))]


def test_column_names_are_compared_exactly__R1():
    text = "K, k,k ,k\n1,2,3,4\n"
    assert keys(text) == [("4",)]
    assert keys(text, group_by=[" k", "K"]) == [("2", "1")]


def test_query_is_left_as_it_was__R1():
    group_by, aggregates = ["k", "l"], [SUM_V, COUNT]
    groups("k,l,v\na,b,1\n", group_by=group_by, aggregates=aggregates)
    assert group_by == ["k", "l"]
    assert aggregates == [SUM_V, COUNT]


# --- R2: sum, min and max ---


@cases(
    ("fields", "total"),
    [
        (["0.10", "0.20"], "0.3"),
        (["0.1"] * 10, "1"),
        (["1.5", "-1.50"], "0"),
        (["-0.05", "0.0"], "-0.05"),
        (["0.25", "0.5", "1"], "1.75"),
        (["1", "0.5", "0.25"], "1.75"),
        (["9007199254740993", "9007199254740993"], "18014398509481986"),
        (["1" + "0" * 30, "0." + "0" * 29 + "1"], "1" + "0" * 30 + "." + "0" * 29 + "1"),
        (["9" * 1000, "1"], "1" + "0" * 1000),
        (["9" * 1000, "0." + "0" * 998 + "1"], "9" * 1000 + "." + "0" * 998 + "1"),
        (["-" + "9" * 1000, "-" + "9" * 1000], "-1" + "9" * 999 + "8"),
        (["9" * 1000, "0." + "9" * 999, "-" + "9" * 1000], "0." + "9" * 999),
    ],
)
def test_sum_is_exact__R2(fields, total):
    assert aggregate("sum", fields) == total


@cases(
    ("field", "written"),
    [
        ("-0.00", "0"),
        ("-0", "0"),
        ("+0", "0"),
        ("000", "0"),
        ("+007", "7"),
        ("-007.50", "-7.5"),
        ("00.50", "0.5"),
        ("-0.5", "-0.5"),
        ("-00.050", "-0.05"),
        ("100", "100"),
        ("1200.00", "1200"),
        ("100.010", "100.01"),
        ("1" + "0" * 40, "1" + "0" * 40),
        ("0." + "0" * 40 + "1", "0." + "0" * 40 + "1"),
        ("0" * 999 + "5", "5"),
        ("5." + "0" * 999, "5"),
        ("-" + "1" * 500 + "." + "2" * 500, "-" + "1" * 500 + "." + "2" * 500),
    ],
)
def test_numbers_are_written_in_one_form__R2(field, written):
    text = f"k,v\nx,{field}\n"
    aggregates = [SUM_V, Aggregate("min", "v"), Aggregate("max", "v")]
    assert groups(text, aggregates=aggregates) == [(("x",), (written,) * 3)]


@cases(
    ("fields", "least", "greatest"),
    [
        (["9", "10", "8"], "8", "10"),
        (["10", "9"], "9", "10"),
        (["-9", "-10"], "-10", "-9"),
        (["1.5", "1.25", "1.75"], "1.25", "1.75"),
        (["-1.5", "-1.25"], "-1.5", "-1.25"),
        (["0.9", "1", "0.10"], "0.1", "1"),
        (["5"], "5", "5"),
        (["2", "3", "1"], "1", "3"),
        (["-3", "-2"], "-3", "-2"),
        (["3", "4"], "3", "4"),
        (["1.0", "1.00", "+1"], "1", "1"),
        (["-1", "0", "1"], "-1", "1"),
        (["9007199254740993", "9007199254740992"], "9007199254740992", "9007199254740993"),
        (["0.10000000000000000001", "0.1"], "0.1", "0.10000000000000000001"),
        (["9" * 1000, "9" * 999 + "8"], "9" * 999 + "8", "9" * 1000),
    ],
)
def test_min_and_max_compare_by_value__R2(fields, least, greatest):
    assert aggregate("min", fields) == least
    assert aggregate("max", fields) == greatest


def test_groups_do_not_share_values__R2():
    text = "k,v\na,1\nb,20\na,3\nb,10\n"
    aggregates = [SUM_V, Aggregate("min", "v"), Aggregate("max", "v"), Aggregate("mean", "v"), Aggregate("count", "v")]
    assert groups(text, aggregates=aggregates) == [
        (("a",), ("4", "1", "3", "2", "2")),
        (("b",), ("30", "10", "20", "15", "2")),
    ]


# --- R3: mean ---


@cases(
    ("fields", "scale", "mean"),
    [
        (["0", "1"], 0, "0"),
        (["1", "2"], 0, "2"),
        (["2", "3"], 0, "2"),
        (["3", "4"], 0, "4"),
        (["0", "-1"], 0, "0"),
        (["-1", "-2"], 0, "-2"),
        (["-2", "-3"], 0, "-2"),
        (["1", "0", "0"], 2, "0.33"),
        (["-1", "0", "0"], 2, "-0.33"),
        (["1", "1", "0"], 2, "0.67"),
        (["-1", "-1", "0"], 2, "-0.67"),
        (["1", "1", "0"], 0, "1"),
        (["-1", "0", "0"], 0, "0"),
        (["0.25"], 1, "0.2"),
        (["0.35"], 1, "0.4"),
        (["-0.25"], 1, "-0.2"),
        (["0.125"], 2, "0.12"),
        (["0.375"], 2, "0.38"),
        (["1.005"], 2, "1"),
        (["1.015"], 2, "1.02"),
        (["0.1", "0.1", "0.1"], 2, "0.1"),
        (["1.50"], 2, "1.5"),
        (["100", "300"], 2, "200"),
        (["0.004"], 2, "0"),
        (["-0.005"], 2, "0"),
        (["1.234"], 5, "1.234"),
    ],
)
def test_mean_is_rounded_half_to_even__R3(fields, scale, mean):
    assert aggregate("mean", fields, mean_scale=scale) == mean


@cases(
    ("field", "mean"),
    [
        ("1.45", "1"),
        ("1.4999999999999999999999999999999999999999", "1"),
        ("0.5" + "0" * 900 + "1", "1"),
        ("-0.5" + "0" * 900 + "1", "-1"),
        ("0.4" + "9" * 990, "0"),
        ("2.5" + "0" * 990, "2"),
    ],
)
def test_mean_is_rounded_only_once__R3(field, mean):
    assert aggregate("mean", [field], mean_scale=0) == mean


def test_mean_of_many_digits__R3():
    assert aggregate("mean", ["1", "0", "0"], mean_scale=100) == "0." + "3" * 100
    assert aggregate("mean", ["2", "0", "0"], mean_scale=100) == "0." + "6" * 99 + "7"
    assert aggregate("mean", ["9" * 1000, "9" * 999 + "8"], mean_scale=1) == "9" * 999 + "8.5"
    assert aggregate("mean", ["9" * 1000, "9" * 999 + "8"], mean_scale=0) == "9" * 999 + "8"
    assert aggregate("mean", ["1" + "0" * 999, "0", "0"], mean_scale=100) == "3" * 999 + "." + "3" * 100


def test_mean_rounds_the_exact_sum_and_not_the_numbers__R3():
    assert aggregate("mean", ["0.4", "0.4", "0.4", "0.4"], mean_scale=0) == "0"
    assert aggregate("mean", ["0.3", "0.3", "1"], mean_scale=0) == "1"
    assert aggregate("mean", ["0.5"] * 3, mean_scale=0) == "0"


def test_mean_scale_is_for_mean_alone__R3_R2():
    text = "k,v\nx,1.25\nx,1.26\n"
    aggregates = [Aggregate(name, "v") for name in ("sum", "min", "max", "mean")]
    assert groups(text, aggregates=aggregates, mean_scale=0) == [(("x",), ("2.51", "1.25", "1.26", "1"))]


def test_mean_divides_by_the_values_present__R3_R6():
    assert aggregate("mean", ["1", "", "2", ""], mean_scale=1) == "1.5"


# --- R4: quoted fields ---


@cases(
    ("field", "value"),
    [
        ('"a"', "a"),
        ('"a,b"', "a,b"),
        ('"a\nb"', "a\nb"),
        ('"a\r\nb"', "a\r\nb"),
        ('"a\rb"', "a\rb"),
        ('"\r\n"', "\r\n"),
        ('"\n\n"', "\n\n"),
        ('"a""b"', 'a"b'),
        ('""""', '"'),
        ('""""""', '""'),
        ('""","""', '","'),
        ('"a"""', 'a"'),
        ('" a "', " a "),
        ('""', ""),
        ('","', ","),
    ],
)
@cases("template", ["k,l\n{},x\n", "l,k\nx,{}\n", "l,k\r\nx,{}\r\n", "l,k\nx,{}", "k\n{}\n", "k\n{}"])
def test_value_of_a_quoted_field__R4(field, value, template):
    assert keys(template.format(field)) == [(value,)]


@cases("name", ["a,b", "a\nb", "a\r\nb", 'a"b', '"', " ", "\ufeff"])
def test_quoted_header__R4(name):
    quoted = '"' + name.replace('"', '""') + '"'
    text = f"x,{quoted}\r\n1,a\r\n2,b\r\n"
    assert keys(text, group_by=[name]) == [("a",), ("b",)]


def test_quoted_numbers_are_numbers__R4_R2():
    assert aggregate("sum", ['"1.5"', '"-0.5"', "2", '""']) == "3"


def test_quoted_and_plain_keys_are_the_same__R4_R1():
    assert groups('k\na\n"a"\na\n') == [(("a",), ("3",))]


def test_row_goes_on_after_a_quoted_line_break__R4():
    text = 'k,l,m\n"1\n2","3\r\n4",5\n6,7,8\n'
    assert keys(text, group_by=["k", "l", "m"]) == [("1\n2", "3\r\n4", "5"), ("6", "7", "8")]


# --- R5: byte order mark, row ends, empty lines, spaces ---


@cases("head", ["\ufeffk,v\n", '\ufeff"k",v\n', "\ufeff\nk,v\n", "\ufeff\r\n\n\"k\",v\n"])
def test_mark_at_the_start_is_dropped__R5(head):
    assert groups(head + "a,1\n", aggregates=[SUM_V]) == [(("a",), ("1",))]


def test_only_one_mark_is_dropped__R5():
    assert keys("\ufeff\ufeffk\na\n", group_by=["\ufeffk"]) == [("a",)]
    assert keys(["\ufeff", "\ufeffk\na\n"], group_by=["\ufeffk"]) == [("a",)]
    with pytest.raises(HeaderError):
        run('\ufeff\ufeff"k"\na\n', group_by=["\ufeffk"])


def test_mark_elsewhere_is_ordinary__R5():
    assert keys("k,l\n\ufeffa,\na\ufeff,\n\ufeff,\n") == [("\ufeffa",), ("a\ufeff",), ("\ufeff",)]
    assert keys("\n\ufeffk\na\n", group_by=["\ufeffk"]) == [("a",)]
    assert keys(["k\n", "\ufeffa\n"]) == [("\ufeffa",)]
    assert keys("k,\ufeffl\na,b\n", group_by=["\ufeffl"]) == [("b",)]


@cases(
    "text",
    [
        "k,v\na,1\nb,2\n",
        "k,v\na,1\nb,2",
        "k,v\r\na,1\r\nb,2\r\n",
        "k,v\r\na,1\r\nb,2",
        "k,v\na,1\r\nb,2\n",
        "k,v\r\na,1\nb,2",
    ],
)
def test_row_ends__R5(text):
    assert groups(text, aggregates=[SUM_V]) == [(("a",), ("1",)), (("b",), ("2",))]


def test_row_ends_after_quoted_and_empty_fields__R5():
    text = 'l,k\r\n1,"a"\r\n2,"b"\n3,\r\n4,\n5,"c"'
    assert keys(text) == [("a",), ("b",), ("",), ("c",)]
    assert keys("l,k\n1,") == [("",)]


def test_empty_lines_are_skipped_anywhere__R5():
    text = "\n\r\n\nk\n\na\r\n\r\n\n\r\nb\n\n\r\n"
    assert run(text) == Result([Group(("a",), ("1",)), Group(("b",), ("1",))], [])


def test_only_a_line_without_characters_is_empty__R5():
    assert groups('k\n""\n \n""\r\n') == [(("",), ("2",)), ((" ",), ("1",))]
    assert groups('k\n""') == [(("",), ("1",))]
    assert groups("k,l\n,\n") == [(("",), ("1",))]
    assert bad_rows("k,l\n \n\n") == [(2, "field_count", "")]


@cases(
    ("text", "key"),
    [
        ("k,l\na\rb,1\n", "a\rb"),
        ("k,l\na\r,1\n", "a\r"),
        ("k,l\n\ra,1\n", "\ra"),
        ("k,l\n\r,1\n", "\r"),
        ("l,k\n1,a\r\r\n", "a\r"),
        ("l,k\n1,a\r\r\r\n", "a\r\r"),
        ("l,k\n1,a\r", "a\r"),
        ("l,k\n1,\r\r\n", "\r"),
        ("k\n\r\r\n", "\r"),
        ("k\n\r", "\r"),
    ],
)
def test_other_cr_is_ordinary__R5(text, key):
    assert groups(text) == [((key,), ("1",))]


def test_cr_in_the_header_is_ordinary__R5():
    assert keys("a\rb,k\r\r\n1,2\n", group_by=["a\rb", "k\r"]) == [("1", "2")]


def test_spaces_are_kept__R5():
    assert keys("k,l\n a ,x\n\ta,x\n\u00a0,x\n") == [(" a ",), ("\ta",), ("\u00a0",)]


# --- R6: missing values ---


def test_empty_fields_are_ignored__R6():
    text = 'k,v\nx,\nx,5\nx,""\nx,-7\n'
    aggregates = [Aggregate(name, "v") for name in ("sum", "min", "max", "mean", "count")] + [COUNT]
    assert groups(text, aggregates=aggregates) == [(("x",), ("-2", "-7", "5", "-1", "2", "4"))]


def test_group_without_a_value__R6():
    text = 'k,v\nx,\ny,1\nx,""\n'
    aggregates = [Aggregate(name, "v") for name in ("sum", "min", "max", "mean", "count")] + [COUNT]
    assert groups(text, aggregates=aggregates) == [
        (("x",), ("0", None, None, None, "0", "2")),
        (("y",), ("1", "1", "1", "1", "1", "1")),
    ]


def test_count_takes_any_field_that_is_not_empty__R6():
    text = "k,v,w\nx,abc,\nx,,1\nx, ,\nx,0,\n"
    aggregates = [Aggregate("count", "v"), Aggregate("count", "w"), COUNT, Aggregate("count", "k")]
    assert groups(text, aggregates=aggregates) == [(("x",), ("3", "1", "4", "4"))]


def test_zero_is_a_value__R6():
    assert aggregate("min", ["", "0", "3"]) == "0"
    assert aggregate("max", ["-3", "", "0"]) == "0"
    assert aggregate("count", ["0", ""]) == "1"
    assert aggregate("mean", ["0", ""]) == "0"


# --- R7: chunks and errors of the source ---

TRICKY = (
    '\ufeff"k",v,"a ""b"""\r\n'
    '"x,""1""",0.5,\r\n'
    "\r\n"
    '"x,""1""",12.25,\U0001f600\n'
    '"line\r\nbreak",-3,"\u00e9"\r\n'
    "cr\rcr\r,7,\r\r\n"
    'fault"y,1,"\r\n'
    '"fault"\r,1,\r\n'
    "many,1,2,3\n"
    "bad,1e3,\r\n"
    '"x,""1""",1000,z\r\n'
    '"open\r\n,1'
)
TRICKY_RESULT = Result(
    [
        Group(('x,"1"',), ("1012.75", "2", "3")),
        Group(("line\r\nbreak",), ("-3", "1", "1")),
        Group(("cr\rcr\r",), ("7", "1", "1")),
    ],
    [
        BadRow(8, "bad_quoting"),
        BadRow(9, "bad_quoting"),
        BadRow(10, "field_count"),
        BadRow(11, "not_a_number", "v"),
        BadRow(13, "bad_quoting"),
    ],
)


def tricky(chunks):
    return run(chunks, aggregates=[SUM_V, Aggregate("count", 'a "b"'), COUNT])


def test_one_chunk__R7():
    assert tricky([TRICKY]) == TRICKY_RESULT


def test_every_cut_in_two__R7():
    for cut in range(len(TRICKY) + 1):
        assert tricky([TRICKY[:cut], TRICKY[cut:]]) == TRICKY_RESULT, cut


def test_single_characters__R7():
    assert tricky(list(TRICKY)) == TRICKY_RESULT


def test_empty_chunks_anywhere__R7():
    assert tricky(chunk for character in TRICKY for chunk in ("", character, "")) == TRICKY_RESULT


def test_empty_chunks_do_not_end_the_input__R7():
    assert keys(["", "", "k\n", *[""] * 1000, "a", "", "\n"]) == [("a",)]


class SourceError(Exception):
    pass


@cases(
    "read", ["", "k,v", "k,v\n", "k,v\na", "k,v\na,1\n", 'k,v\n"a', "k,v\na,1\nb,x\n", 'k,v\na"', "\n"]
)
def test_source_error_is_passed_on__R7(read):
    error = SourceError("broken")

    def source():
        yield read
        raise error

    with pytest.raises(SourceError) as caught:
        run(source(), aggregates=[SUM_V])
    assert caught.value is error


# --- R8: bad rows ---


@cases(
    "field",
    [
        "1e3",
        "1E3",
        '"1,000"',
        ".5",
        "5.",
        "-.5",
        "-5.",
        ".",
        "+",
        "-",
        "--1",
        "+-1",
        "- 1",
        "1-",
        "1.2.3",
        " 1",
        "1 ",
        " ",
        "\t1",
        "1\u00a0",
        '"1\n"',
        '"\n1"',
        '"1\r\n"',
        "1\r",
        '"1\u2028"',
        "0x10",
        "1_000",
        "1n",
        "NaN",
        "nan",
        "Infinity",
        "inf",
        "abc",
        "1a",
        "a1",
        "1/2",
        "\u0663",
        "\uff11",
        "1\u0663",
        "\u22121",
        "\ufeff1",
        "\u00b2",
        "1" * 1001,
        "0" * 1001,
        "-" + "1" * 1001,
        "0." + "0" * 1000,
        "1" * 501 + "." + "1" * 500,
    ],
)
def test_not_a_number__R8(field):
    result = run(f"k,v,w\na,1,\na,{field},\na,2,\n", aggregates=[SUM_V, COUNT])
    assert result == Result([Group(("a",), ("3", "2"))], [BadRow(3, "not_a_number", "v")])


@cases(("function", "value"), [("sum", "3"), ("min", "1"), ("max", "2"), ("mean", "1.5")])
def test_functions_that_want_numbers__R8(function, value):
    result = run("k,v\na,1\na,1e3\na,2\n", aggregates=[Aggregate(function, "v"), COUNT])
    assert result == Result([Group(("a",), (value, "2"))], [BadRow(3, "not_a_number", "v")])


@cases(
    "field", ["0", "+1", "-1", "007", "1.50", "-0.0", "1" * 1000, "+" + "1" * 1000, "-" + "1" * 500 + "." + "1" * 500]
)
def test_number_is_not_bad__R8(field):
    assert run(f"k,v\na,{field}\n", aggregates=[Aggregate("mean", "v")]).bad_rows == []


@cases(
    "row",
    [
        'a"b,1',
        'a",1',
        ' "a",1',
        'a""b,1',
        'a,1"',
        '"a"b,1',
        '"a" ,1',
        '"a"\r,1',
        '"a"\rb,1',
        'a,"1"\r\r',
        '""a,1',
        '"a""b"c,1',
        'a"b,"1',
        '"a"b",1',
        '"a"b,"1',
        '"a"b,"1""',
        '"a"b,1,2,x',
        'a"b,1\rd,2',
        '"a"b,1\rd,2',
        'a"b',
        '\ufeff"a",1',
    ],
)
@cases("row_end", ["\n", "\r\n"])
def test_quoting_fault_ends_with_its_line__R8(row, row_end):
    result = run(f"k,v{row_end}c,1{row_end}{row}{row_end}b,2{row_end}", aggregates=[SUM_V])
    assert result.groups == [Group(("c",), ("1",)), Group(("b",), ("2",))]
    assert result.bad_rows == [BadRow(3, "bad_quoting")]


@cases("row", ['"a', '"a,1\nb,2\n', 'a,"', 'a,"1""', 'a,1"', '"a"\r', 'a,"1"\r', 'a"', '"a"b'])
def test_quoting_fault_at_the_end_of_the_input__R8(row):
    result = run(f"k,v\nc,1\n{row}", aggregates=[SUM_V])
    assert result == Result([Group(("c",), ("1",))], [BadRow(3, "bad_quoting")])


def test_quoting_fault_after_a_quoted_line_break__R8():
    text = 'k,v\n"a\nb"c,1\nd,2\n"e\n\nf",g",\n"h",3\n'
    result = run(text, aggregates=[SUM_V])
    assert result == Result(
        [Group(("d",), ("2",)), Group(("h",), ("3",))], [BadRow(2, "bad_quoting"), BadRow(5, "bad_quoting")]
    )


def test_wrong_number_of_fields__R8():
    text = "k,v\na\na,1\na,1,\n,\n,,\na,1,2,3\n"
    assert run(text, aggregates=[SUM_V]) == Result(
        [Group(("a",), ("1",)), Group(("",), ("0",))],
        [BadRow(2, "field_count"), BadRow(4, "field_count"), BadRow(6, "field_count"), BadRow(7, "field_count")],
    )


def test_first_reason_applies__R8():
    text = 'k,v\nx,y,z"\nx,y,z\nx,y\nx"\n"x"y\n'
    assert bad_rows(text, aggregates=[SUM_V]) == [
        (2, "bad_quoting", ""),
        (3, "field_count", ""),
        (4, "not_a_number", "v"),
        (5, "bad_quoting", ""),
        (6, "bad_quoting", ""),
    ]


def test_leftmost_column_at_fault__R8():
    text = "c,b,k,a\n1,x,k,y\n1,1,k,y\nx,x,k,x\n,x,k,\n1,1,k,1\n"
    aggregates = [Aggregate("sum", "a"), Aggregate("max", "b"), Aggregate("mean", "c"), Aggregate("min", "a")]
    result = run(text, aggregates=aggregates)
    assert result == Result(
        [Group(("k",), ("1", "1", "1", "1"))],
        [
            BadRow(2, "not_a_number", "b"),
            BadRow(3, "not_a_number", "a"),
            BadRow(4, "not_a_number", "c"),
            BadRow(5, "not_a_number", "b"),
        ],
    )


def test_columns_are_looked_at_from_left_to_right__R8():
    names = [f"v{number}" for number in range(12)]
    text = f"k,{','.join(names)}\na{',x' * 12}\n"
    aggregates = [Aggregate("sum", column) for column in ("v8", "v2")]
    assert bad_rows(text, aggregates=aggregates) == [(2, "not_a_number", "v2")]


def test_only_columns_used_as_numbers_are_checked__R8():
    text = "k,v,w,u\na,1,x,y\nb,x,x,y\n"
    aggregates = [SUM_V, Aggregate("count", "w")]
    result = run(text, aggregates=aggregates)
    assert result == Result([Group(("a",), ("1", "1"))], [BadRow(3, "not_a_number", "v")])


def test_counted_column_that_is_summed_too_is_checked__R8():
    result = run("k,v\na,x\na,2\n", aggregates=[Aggregate("count", "v"), SUM_V])
    assert result == Result([Group(("a",), ("1", "2"))], [BadRow(2, "not_a_number", "v")])


def test_grouped_column_that_is_summed_is_checked__R8():
    result = run("v\nx\n1\n", group_by=["v"], aggregates=[SUM_V])
    assert result == Result([Group(("1",), ("1",))], [BadRow(2, "not_a_number", "v")])


def test_bad_row_changes_nothing__R8():
    text = "k,v,w\na,1,1\na,100,x\na,x,100\na,2,2,2\nb,5,x\na,3,3\n"
    aggregates = [SUM_V, Aggregate("max", "v"), Aggregate("count", "v"), Aggregate("mean", "w"), COUNT]
    result = run(text, aggregates=aggregates)
    assert result.groups == [Group(("a",), ("4", "3", "2", "2", "2"))]
    assert [bad.line for bad in result.bad_rows] == [3, 4, 5, 6]


def test_lines_count_every_lf__R8():
    text = (
        '\n\r\n"k\n1","v\r\n2"\n'  # lines 3 to 5
        "\n\n"
        '"a\n\n\nb",1\n'  # lines 8 to 11
        "x\r\r,1,1\r\n"  # line 12: CR alone ends no line
        "\r\n"
        '"c\n\r\nd",x\n'  # lines 14 to 16
        'e"\r\n'  # line 17
        "\n"
        'f,"'  # line 19
    )
    assert bad_rows(text, group_by=["k\n1"], aggregates=[Aggregate("sum", "v\r\n2")]) == [
        (12, "field_count", ""),
        (14, "not_a_number", "v\r\n2"),
        (17, "bad_quoting", ""),
        (19, "bad_quoting", ""),
    ]


def test_mark_does_not_shift_lines__R8():
    assert bad_rows("\ufeffk\na,b\n") == [(2, "field_count", "")]


# --- R9: invalid queries and headers ---


@cases(
    "query",
    [
        {"group_by": []},
        {"group_by": [""]},
        {"group_by": ["k", ""]},
        {"group_by": ["k", "k"]},
        {"group_by": ["k", "l", "k"]},
        {"aggregates": []},
        {"aggregates": [Aggregate("median", "v")]},
        {"aggregates": [COUNT, Aggregate("SUM", "v")]},
        {"aggregates": [Aggregate("", "v")]},
        {"aggregates": [Aggregate("constructor", "v")]},
        {"aggregates": [Aggregate("sum")]},
        {"aggregates": [Aggregate("min")]},
        {"aggregates": [Aggregate("max")]},
        {"aggregates": [COUNT, Aggregate("mean", "")]},
        {"mean_scale": -1},
        {"mean_scale": 101},
        {"mean_scale": 1.5},
        {"max_bad_rows": -1},
        {"max_bad_rows": 0.5},
    ],
)
def test_invalid_query__R9(query):
    with pytest.raises(InvalidQueryError):
        run(Untouched(), **query)


@cases("mean_scale", [0, 100])
def test_limits_of_a_valid_query__R9(mean_scale):
    aggregates = [COUNT, COUNT, Aggregate("count", "k"), Aggregate("mean", "v")]
    result = run("k,v\na,3\n", aggregates=aggregates, mean_scale=mean_scale, max_bad_rows=0)
    assert result.groups == [Group(("a",), ("1", "1", "1", "3"))]


@cases("text", ["", "\ufeff", "\n", "\r\n\n", "\ufeff\r\n"])
def test_no_header_row__R9(text):
    with pytest.raises(HeaderError):
        run(text)


def test_no_chunks__R9():
    with pytest.raises(HeaderError):
        run([])


@cases("header", ['k"', 'k,a"b', '"k"a', '"k" ,a', '"k"\ra', 'k,"a"b"'])
def test_quoting_fault_in_the_header__R9(header):
    for text in (header, f"{header}\n", f"{header}\r\na,b\nk,a\n", f"{header}\nk,v\na,1\n"):
        with pytest.raises(HeaderError):
            run(text)


@cases("text", ['"k', 'k,"\n', '"k"\r', 'k,"a\nb,c\n'])
def test_header_that_ends_in_quotes__R9(text):
    with pytest.raises(HeaderError):
        run(text)


BAD_HEADERS = [
    ("l", ["k"], [COUNT]),
    ("K", ["k"], [COUNT]),
    (" k", ["k"], [COUNT]),
    ("k", ["k", "l"], [COUNT]),
    ("k,w", ["k"], [SUM_V]),
    ("k,w", ["k"], [COUNT, Aggregate("count", "v")]),
    ("k,k", ["k"], [COUNT]),
    ("k,l,m,l", ["k", "l"], [COUNT]),
    ("v,k,v", ["k"], [SUM_V]),
    ("k,v,v", ["k"], [Aggregate("count", "v")]),
    ('k,"k"', ["k"], [COUNT]),
]


@cases(("header", "group_by", "aggregates"), BAD_HEADERS)
def test_column_missing_or_repeated__R9(header, group_by, aggregates):
    for text in (header, f"{header}\n", f"{header}\r\n1,2\n"):
        with pytest.raises(HeaderError):
            run(text, group_by=group_by, aggregates=aggregates)


@cases(("header", "group_by", "aggregates"), [*BAD_HEADERS, ('k"', ["k"], [COUNT])])
def test_header_error_does_not_need_the_rest__R9(header, group_by, aggregates):
    with pytest.raises(HeaderError):
        run(endless(f"{header}\n", filler="a,b\n"), group_by=group_by, aggregates=aggregates)


# --- R10: the bad-row limit ---

THREE_BAD = 'k,v\na,1\na,x\nb\na,2\n\n"c\nd"e\na,3\n'


@cases("limit", [3, 4, 10**9])
def test_bad_rows_up_to_the_limit__R10(limit):
    assert run(THREE_BAD, aggregates=[SUM_V], max_bad_rows=limit) == Result(
        [Group(("a",), ("6",))],
        [BadRow(3, "not_a_number", "v"), BadRow(4, "field_count"), BadRow(7, "bad_quoting")],
    )


@cases(("limit", "line"), [(0, 3), (1, 4), (2, 7)])
def test_first_bad_row_over_the_limit__R10(limit, line):
    with pytest.raises(TooManyBadRowsError) as caught:
        run(THREE_BAD, aggregates=[SUM_V], max_bad_rows=limit)
    assert caught.value.line == line


def test_limit_of_zero_allows_good_rows__R10():
    assert run("k\na\n", max_bad_rows=0) == Result([Group(("a",), ("1",))], [])


def test_bad_row_over_the_limit_at_the_end_of_the_input__R10():
    with pytest.raises(TooManyBadRowsError) as caught:
        run('k\na,b\nc\n"d\n\n', max_bad_rows=1)
    assert caught.value.line == 4


@cases("filler", ["a,1\n", "a,x\n", "a\n", 'a",1\n'])
def test_error_does_not_need_the_rest__R10(filler):
    with pytest.raises(TooManyBadRowsError) as caught:
        run(endless("k,v\na,x\na,1\n", "a,1,2\n", filler=filler), aggregates=[SUM_V], max_bad_rows=1)
    assert caught.value.line == 4


def test_stops_in_an_endless_stream_of_bad_rows__R10():
    with pytest.raises(TooManyBadRowsError) as caught:
        run(endless("k,v\n", filler="a\n"), max_bad_rows=5)
    assert caught.value.line == 7
