import math
from collections import defaultdict
from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

import pytest

from expression import (
    ArgumentCountError,
    DivisionByZeroError,
    DomainError,
    Expression,
    ExpressionError,
    ExpressionSyntaxError,
    InvalidVariableError,
    NestingError,
    ResultOverflowError,
    UnknownFunctionError,
    UnknownVariableError,
    evaluate,
    parse,
)


def assert_value(text, expected, variables=None):
    result = evaluate(text, variables)
    assert type(result) is float
    assert result == expected
    assert math.copysign(1, result) == math.copysign(1, expected)


def assert_near(text, expected):
    assert evaluate(text) == pytest.approx(expected, rel=1e-12, abs=0)


def assert_parse_error(text, kind, position):
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert (type(caught.value), caught.value.position) == (kind, position)


def assert_evaluation_error(text, kind, position, variables=None):
    expression = parse(text)
    with pytest.raises(ExpressionError) as caught:
        expression.evaluate(variables)
    assert (type(caught.value), caught.value.position) == (kind, position)


# R1: precedence and grouping


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2+3*4", 14),
        ("2*3+4", 10),
        ("2-6/4", 0.5),
        ("1+7%4", 4),
        ("(2+3)*4", 20),
        ("2*(3+4)", 14),
        ("((7))", 7),
        (" 1\t+\r\n2 ", 3),
    ],
)
def test_products_bind_tighter_than_sums__R1(text, expected):
    assert_value(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10-4-3", 3),
        ("10-4+3", 9),
        ("10-(4-3)", 9),
        ("8/4/2", 1),
        ("8/(4/2)", 4),
        ("8/4*2", 4),
        ("2*7%4", 2),
        ("7%4*2", 6),
        ("20%7%4", 2),
    ],
)
def test_sums_and_products_group_from_the_left__R1(text, expected):
    assert_value(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2^3^2", 512),
        ("(2^3)^2", 64),
        ("2*3^2", 18),
        ("2^3*2", 16),
        ("2^2+1", 5),
        ("18/3^2", 2),
    ],
)
def test_power_binds_tightest_and_groups_from_the_right__R1(text, expected):
    assert_near(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-2^2", -4),
        ("(-2)^2", 4),
        ("+2^2", 4),
        ("-2^-2", -0.25),
        ("--2^2", 4),
        ("2^-1", 0.5),
        ("2^+2", 4),
        ("2^--2", 4),
        ("2^-3^2", 2**-9),
        ("2^-1*4", 2),
        ("2^-1+4", 4.5),
    ],
)
def test_sign_binds_looser_than_power_but_may_begin_its_right_operand__R1(
    text, expected
):
    assert_near(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2*-3", -6),
        ("1--1", 2),
        ("1-+1", 0),
        ("1+-1", 0),
        ("-1-1", -2),
        ("-3+5", 2),
        ("-2*3", -6),
        ("6/-2", -3),
        ("--3", 3),
        ("---3", -3),
        ("-+-+3", 3),
        ("+3", 3),
        ("- -\n3", 3),
        ("-(1+2)", -3),
        ("-abs(-4)", -4),
        ("-7%4", -3),
    ],
)
def test_signs_before_operands__R1(text, expected):
    assert_value(text, expected)


def test_arguments_are_whole_expressions__R1():
    assert_value("max(1+2*3, 2*(1+1)) - min(4, 3-1)", 5)
    assert_value("sqrt ( abs(-16) )", 4)
    assert_value("max\n(max(1,5),max(2,3))", 5)


# R2: the same values in every language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("round(2.5)", 3),
        ("round(-2.5)", -3),
        ("round(1.5)", 2),
        ("round(0.5)", 1),
        ("round(-0.5)", -1),
        ("round(2.4)", 2),
        ("round(-2.4)", -2),
        ("round(2.6)", 3),
        ("round(-2.6)", -3),
        ("round(7)", 7),
        ("round(0.49999999999999994)", 0),
        ("round(1.4999999999999998)", 1),
        ("round(4503599627370495.5)", 4503599627370496),
        ("round(4503599627370497)", 4503599627370497),
        ("round(-9007199254740991)", -9007199254740991),
        ("round(1e300)", 1e300),
    ],
)
def test_round_takes_halves_away_from_zero__R2(text, expected):
    assert_value(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("floor(-1.5)", -2),
        ("floor(1.5)", 1),
        ("floor(-2)", -2),
        ("ceil(-1.5)", -1),
        ("ceil(1.2)", 2),
        ("ceil(3)", 3),
        ("floor(1e300)", 1e300),
        ("abs(-3.5)", 3.5),
        ("abs(3.5)", 3.5),
        ("sqrt(2.25)", 1.5),
        ("sqrt(2)", 1.4142135623730951),
        ("sqrt(0)", 0),
    ],
)
def test_functions_of_one_argument__R2(text, expected):
    assert_value(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("min(3,1,2)", 1),
        ("max(5)", 5),
        ("min(5)", 5),
        ("max(3,10,2)", 10),
        ("max(-3,-1,-2)", -1),
        ("min(-1,-10)", -10),
        ("max(1,2,3)", 3),
    ],
)
def test_min_and_max__R2(text, expected):
    assert_value(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-7%3", -1),
        ("7%-3", 1),
        ("(-7)%-3", -1),
        ("7%3", 1),
        ("6%3", 0),
        ("2%3", 2),
        ("5.5%2", 1.5),
        ("-5.5%2", -1.5),
        ("0.3%0.1", 0.09999999999999998),
        ("1e300%7", 1),
    ],
)
def test_remainder_takes_the_sign_of_the_dividend_and_is_exact__R2(text, expected):
    assert_value(text, expected)


@pytest.mark.parametrize(
    "text", ["0^0", "0^-0", "5^0", "(-5)^0", "1e308^0", "0.5^(1-1)"]
)
def test_power_of_zero_is_one__R2(text):
    assert_near(text, 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2^0.5", 1.4142135623730951),
        ("(-2)^3", -8),
        ("(-2)^-3", -0.125),
        ("1.5^-2", 0.4444444444444444),
        ("10^308", 1e308),
        ("2^-1000", 2.0**-1000),
        ("1.0001^100000", 22015.456048527954),
        ("1.0001^-100000", 4.542263388937901e-05),
        ("(-1.0001)^100000", 22015.456048527954),
        ("(-1.0001)^100001", -22017.65759413281),
        ("1.00000001^1000000000", 22026.463354831518),
        ("(-1)^1e300", 1),
    ],
)
def test_power_is_right_to_twelve_digits__R2(text, expected):
    assert_near(text, expected)


@pytest.mark.parametrize(
    "text",
    [
        "-0",
        "-0.0",
        "ceil(-0.5)",
        "round(-0.4)",
        "floor(-0)",
        "0*-1",
        "-6%3",
        "0/-5",
        "-0-0",
        "sqrt(-0)",
        "min(-0,-0)",
        "-(1-1)",
    ],
)
def test_negative_zero_is_returned_as_zero__R2(text):
    assert_value(text, 0.0)


def test_negative_zero_of_a_variable_is_returned_as_zero__R2():
    assert_value("x", 0.0, {"x": -0.0})


def test_arithmetic_is_double_precision__R2():
    assert_value("0.1+0.2", 0.30000000000000004)
    assert_value("1/3", 0.3333333333333333)
    assert_value("9007199254740992+1", 9007199254740992)
    assert_value("7/2", 3.5)
    assert_value("1e-300*1e-300", 0)


def test_int_variable_is_taken_as_a_double__R2():
    assert_value("x", 3.0, {"x": 3})
    assert_value("x - 9007199254740992", 0.0, {"x": 2**53 + 1})


# R3: variables


def test_evaluates_repeatedly_with_different_values__R3():
    expression = parse("x + y*x")
    assert isinstance(expression, Expression)
    assert expression.evaluate({"x": 1, "y": 2}) == 3
    assert expression.evaluate({"x": 2, "y": 5}) == 12
    assert expression.evaluate({"x": 1, "y": 2}) == 3


def test_each_evaluation_uses_only_its_own_values__R3():
    expression = parse("x + y")
    assert expression.evaluate({"x": 1, "y": 2}) == 3
    with pytest.raises(UnknownVariableError):
        expression.evaluate({"x": 1})
    with pytest.raises(UnknownVariableError):
        expression.evaluate()
    assert expression.evaluate({"x": 4, "y": 5}) == 9


def test_expressions_do_not_share_state__R3():
    first, second = parse("a*2"), parse("b*3")
    assert second.evaluate({"b": 5}) == 15
    assert first.evaluate({"a": 5}) == 10
    assert (first.variables, second.variables) == (["a"], ["b"])


def test_values_are_not_altered__R3():
    variables = {"x": 2, "y": 0.5, "unused": None}
    assert evaluate("-x + round(y)", variables) == -1
    assert variables == {"x": 2, "y": 0.5, "unused": None}
    assert type(variables["x"]) is int


def test_missing_name_is_not_added_to_the_values__R3():
    variables = defaultdict(float)
    with suppress(ExpressionError):
        evaluate("x", variables)
    assert dict(variables) == {}


def test_any_mapping_gives_values__R3():
    assert evaluate("x*y", MappingProxyType({"x": 6, "y": 7})) == 42


def test_names_are_case_sensitive__R3():
    assert evaluate("x - X*10", {"x": 1, "X": 2}) == -19
    assert parse("Ab+aB+ab+AB").variables == ["AB", "Ab", "aB", "ab"]


def test_variable_may_be_named_like_a_function__R3():
    assert evaluate("max(max, 2) + abs*min(3, 4)", {"max": 5, "abs": 10}) == 35


def test_names_of_letters_digits_and_underscores__R3():
    variables = {"_": 1, "_1": 10, "a_b2": 100, "Zz9": 1000, "e": 10000}
    assert evaluate("_+_1+a_b2+Zz9+e", variables) == 11111


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("1+2", []),
        ("x", ["x"]),
        ("b+a*b-a", ["a", "b"]),
        ("b + B + _a + a1 + a + a10 + a2", ["B", "_a", "a", "a1", "a10", "a2", "b"]),
        ("max(y, sqrt(x))", ["x", "y"]),
        ("min(max, 1)", ["max"]),
        ("1/0 + z", ["z"]),
    ],
)
def test_lists_each_variable_once_in_ascii_order__R3(text, names):
    assert parse(text).variables == names


# R4: syntax errors


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1+*2", 2),
        ("1-/2", 2),
        ("2**3", 2),
        ("2^^2", 2),
        ("2^*2", 2),
        ("*1", 0),
        ("^2", 0),
        (",1", 0),
        ("-*1", 1),
        ("2x", 1),
        ("2 x", 2),
        ("x 2", 2),
        ("x y", 2),
        ("1\n2", 2),
        ("max 1", 4),
        ("1,2", 1),
        ("5!", 1),
    ],
)
def test_token_out_of_place__R4(text, position):
    assert_parse_error(text, ExpressionSyntaxError, position)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("(1)(2)", 3),
        ("(1)2", 3),
        ("(1)x", 3),
        ("2(3)", 1),
        ("()", 1),
        (")", 0),
        ("1)", 1),
        ("1+ )", 3),
        ("(1+)", 3),
        ("(-)", 2),
        ("(1,2)", 2),
        ("(max(1,2),3)", 9),
        ("max(1)(2)", 6),
    ],
)
def test_misplaced_parentheses__R4(text, position):
    assert_parse_error(text, ExpressionSyntaxError, position)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("max(1,)", 6),
        ("max(,1)", 4),
        ("max(,)", 4),
        ("max(1,,2)", 6),
        ("max(1 2)", 6),
        ("max(1))", 6),
        ("max(1,2),3", 8),
    ],
)
def test_wrong_argument_lists__R4(text, position):
    assert_parse_error(text, ExpressionSyntaxError, position)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        " \t\r\n",
        "(",
        "(1",
        "(1 + 2 ",
        "((1)",
        "1 + ",
        "1+",
        "1--",
        "x*",
        "2^",
        "5%",
        "-",
        "max(",
        "max( ",
        "max(1",
        "max(1,",
    ],
)
def test_text_that_ends_too_early_gives_its_length__R4(text):
    assert_parse_error(text, ExpressionSyntaxError, len(text))


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1)+$", 1),
        ("1 $ + *", 2),
        ("$)", 0),
        ("(1 2 $", 3),
        ("1+$(", 2),
        ("x @ (", 2),
    ],
)
def test_leftmost_misfit_is_reported__R4(text, position):
    assert_parse_error(text, ExpressionSyntaxError, position)


@pytest.mark.parametrize("character", ["\v", "\f", "\0", "\x1c", "\x1f", "\x7f"])
def test_only_four_characters_are_white_space__R4(character):
    assert_parse_error(f"1 {character}+1", ExpressionSyntaxError, 2)
    assert_parse_error(f"1{character}", ExpressionSyntaxError, 1)
    assert_parse_error(character, ExpressionSyntaxError, 0)


def test_evaluate_reports_what_parse_reports__R4():
    with pytest.raises(ExpressionSyntaxError) as caught:
        evaluate("1+*2", {"x": 1})
    assert caught.value.position == 2


# R5: numbers and characters


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.5e-3", 0.0015),
        ("007", 7),
        ("00.50", 0.5),
        ("10.25", 10.25),
        ("0", 0),
        ("1E3", 1000),
        ("1e+2", 100),
        ("2e-2", 0.02),
        ("1e0005", 100000),
        ("9007199254740993", 9007199254740992),
        ("123456789012345678901234567890", 1.2345678901234568e29),
        ("1.7976931348623157e308", 1.7976931348623157e308),
        ("1.7976931348623158e308", 1.7976931348623157e308),
        ("5e-324", 5e-324),
        ("1e-999", 0),
        ("0." + "0" * 400 + "1", 0),
        ("0e999", 0),
    ],
)
def test_numbers__R5(text, expected):
    assert_value(text, expected)


def test_e_after_an_operator_is_a_name__R5():
    assert_value("2*e-1", 5, {"e": 3})


@pytest.mark.parametrize(
    ("text", "position"),
    [
        (".5", 0),
        ("- .5", 2),
        ("1+.5", 2),
        ("5.", 1),
        ("5.+1", 1),
        ("1..2", 1),
        ("1.e5", 1),
        ("1.2.3", 3),
        ("1e5.2", 3),
        ("1 .5", 2),
        ("1. 5", 1),
    ],
)
def test_point_needs_digits_on_both_sides__R5(text, position):
    assert_parse_error(text, ExpressionSyntaxError, position)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("2e", 1),
        ("2E", 1),
        ("2e+", 1),
        ("2e-x", 1),
        ("2e--1", 1),
        ("2e 3", 1),
        ("1 e5", 2),
        ("1e5e5", 3),
        ("1.5e", 3),
        ("0x10", 1),
        ("0b1", 1),
        ("1_000", 1),
        ("1j", 1),
        ("1n", 1),
        ("1,000", 1),
    ],
)
def test_number_takes_the_longest_fit_and_no_more__R5(text, position):
    assert_parse_error(text, ExpressionSyntaxError, position)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1+1e999", 2),
        ("1e309", 0),
        ("1.7976931348623159e308", 0),
        ("-1e999", 1),
        ("1" + "0" * 400, 0),
        ("0*1e999", 2),
        ("1e999 $", 0),
        ("max(1, 1e999", 7),
    ],
)
def test_too_large_number_is_a_syntax_error__R5(text, position):
    assert_parse_error(text, ExpressionSyntaxError, position)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("\uff11", 0),  # fullwidth digit one
        ("1+\uff12", 2),
        ("1\u0663", 1),  # Arabic-Indic digit three
        ("x\u00b2", 1),  # superscript two
        ("\u00e9", 0),
        ("x\u00e9", 1),
        ("x+\u03b1*$", 2),
        ("\u0438+\u0438", 0),
        ("\u212a", 0),  # Kelvin sign, which lower-cases to k
        ("\u017f", 0),  # long s, which upper-cases to S
        ("2\u00d73", 1),
        ("\u22121", 0),  # minus sign
        ("1\u00a0+1", 1),  # no-break space
        ("1\u2003", 1),  # em space
        ("1\u2028", 1),  # line separator
        ("1\u0085", 1),  # next line
        ("1\u200b+1", 1),  # zero width space
        ("\ufeff1", 0),  # byte order mark
        ("1+\U0001f600", 2),
        ("x\U0001d7d9", 1),  # mathematical double-struck one
    ],
)
def test_character_outside_ascii_is_a_syntax_error__R5(text, position):
    assert_parse_error(text, ExpressionSyntaxError, position)


# R6: errors in calls


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("foo(1)", 0),
        ("foo()", 0),
        ("1 + foo(1, 2)", 4),
        ("foo (1)", 0),
        ("foo\n\t(1)", 0),
        ("MAX(1)", 0),
        ("Abs(1)", 0),
        ("pow(2, 3)", 0),
        ("maxx(1)", 0),
        ("abs(foo(1))", 4),
    ],
)
def test_unknown_function__R6(text, position):
    assert_parse_error(text, UnknownFunctionError, position)


@pytest.mark.parametrize("name", ["abs", "sqrt", "floor", "ceil", "round"])
def test_functions_of_exactly_one_argument__R6(name):
    assert_parse_error(f"1+{name}()", ArgumentCountError, 2)
    assert_parse_error(f"1+{name}(1, 2)", ArgumentCountError, 2)
    assert_parse_error(f"1+{name}(1, 2, 3)", ArgumentCountError, 2)


@pytest.mark.parametrize("name", ["min", "max"])
def test_functions_of_at_least_one_argument__R6(name):
    assert_parse_error(f"2*{name}()", ArgumentCountError, 2)
    assert_parse_error(f"{name}( )", ArgumentCountError, 0)


@pytest.mark.parametrize(
    ("text", "kind", "position"),
    [
        ("foo(bar(1))", UnknownFunctionError, 0),
        ("sqrt(foo(1), 2)", ArgumentCountError, 0),
        ("foo(sqrt())", UnknownFunctionError, 0),
        ("max(foo(1)) + bar()", UnknownFunctionError, 4),
        ("max(sqrt(), foo())", ArgumentCountError, 4),
        ("sqrt() + foo()", ArgumentCountError, 0),
        ("foo() + sqrt()", UnknownFunctionError, 0),
        ("1 + abs(1, 2) + a(b(c()))", ArgumentCountError, 4),
    ],
)
def test_leftmost_wrong_call_is_reported__R6(text, kind, position):
    assert_parse_error(text, kind, position)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("foo(1", 5),
        ("foo(1)+", 7),
        ("foo()$", 5),
        ("foo()+1e999", 6),
        ("sqrt(1,2) 3", 10),
        ("max() max()", 6),
        ("x(1)(2)", 4),
    ],
)
def test_syntax_error_comes_before_wrong_calls__R6(text, position):
    assert_parse_error(text, ExpressionSyntaxError, position)


def test_nesting_error_comes_before_wrong_calls__R6():
    assert_parse_error("foo() + max() + " + "(" * 101, NestingError, 116)


def test_wrong_call_is_reported_though_evaluation_would_not_reach_it__R6():
    assert_parse_error("1/0 + foo(1)", UnknownFunctionError, 6)
    assert_parse_error("x + sqrt()", ArgumentCountError, 4)


def test_parsing_reports_no_evaluation_errors__R6():
    for text in ("1/0", "sqrt(-1)", "10^400", "x"):
        assert isinstance(parse(text), Expression)


# R7: errors of arithmetic


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1/0", 1),
        ("0/0", 1),
        ("1/-0", 1),
        ("1 / (2-2)", 2),
        ("5%0", 1),
        ("0%0", 1),
        ("5 % (0*-1)", 2),
        ("0^-1", 1),
        ("0^-0.5", 1),
        ("(-0)^-1", 4),
        ("(1-1)^-2", 5),
        ("6/2/0", 3),
        ("2+3*(4-1/0)", 8),
    ],
)
def test_division_by_zero__R7(text, position):
    assert_evaluation_error(text, DivisionByZeroError, position)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("(-8)^0.5", 4),
        ("(-8)^(1/3)", 4),
        ("(-2)^-0.5", 4),
        ("(-1)^1e-300", 4),
        ("sqrt(-1)", 0),
        ("2 + sqrt( -1e-300 )", 4),
        ("abs(sqrt(-4))", 4),
    ],
)
def test_domain_error__R7(text, position):
    assert_evaluation_error(text, DomainError, position)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1e308*10", 5),
        ("10^400", 2),
        ("(-10)^401", 5),
        ("0.1^-400", 3),
        ("1e308+1e308", 5),
        ("-1e308-1e308", 6),
        ("1e308/1e-10", 5),
        ("1/5e-324", 1),
        ("2^2^2^2^2^2", 3),
        ("10^1e308", 2),
    ],
)
def test_overflow__R7(text, position):
    assert_evaluation_error(text, ResultOverflowError, position)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("1/(1e308*10)", 8),
        ("1e308*10/10", 5),
        ("1e308*10-1e308*10", 5),
        ("min(1, 1e308*10)", 12),
        ("0*10^400", 4),
        ("-(10^400)", 4),
        ("10^400^0*10^400", 11),
    ],
)
def test_overflow_inside_an_expression_is_not_hidden__R7(text, position):
    assert_evaluation_error(text, ResultOverflowError, position)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0/5", 0),
        ("0%5", 0),
        ("0^2", 0),
        ("0^0.5", 0),
        ("(-0)^0.5", 0),
        ("(-8)^3", -512),
        ("(-2)^-1", -0.5),
        ("(-2)^(6/2)", -8),
        ("1e308*1", 1e308),
        ("1.5e308+-1e308", 5e307),
        ("10^-400", 0),
        ("(-10)^-401", 0),
    ],
)
def test_arithmetic_at_the_edge_of_an_error__R7(text, expected):
    assert_near(text, expected)


def test_overflow_of_variable_values__R7():
    values = {"x": 1e200, "y": -1e200}
    assert_evaluation_error("1 + x*y", ResultOverflowError, 5, values)


# R8: errors of variables


@pytest.mark.parametrize(
    ("text", "position"),
    [("x", 0), ("1 + x", 4), ("-(x)", 2), ("abs( x )", 5), ("abs", 0), ("X", 0)],
)
def test_variable_without_a_value__R8(text, position):
    assert_evaluation_error(text, UnknownVariableError, position)
    assert_evaluation_error(text, UnknownVariableError, position, {"y": 1, "xx": 2})


@pytest.mark.parametrize(
    "value",
    [
        "5",
        b"5",
        True,
        False,
        None,
        1j,
        Decimal(1),
        Fraction(1, 2),
        [1],
        math.nan,
        math.inf,
        -math.inf,
        pytest.param(10**400, id="10**400"),
        pytest.param(-(10**400), id="-10**400"),
    ],
)
def test_value_that_is_no_finite_number__R8(value):
    assert_evaluation_error("1 + x", InvalidVariableError, 4, {"x": value})


def test_largest_values_are_valid__R8():
    assert_value("x", 1e308, {"x": 10**308})
    assert_value("x", -1.7976931348623157e308, {"x": -1.7976931348623157e308})


@pytest.mark.parametrize(
    ("text", "kind", "position"),
    [
        ("1/0+x", DivisionByZeroError, 1),
        ("x/0", UnknownVariableError, 0),
        ("x + 1/0", UnknownVariableError, 0),
        ("y + x", UnknownVariableError, 0),
        ("1 + y*x", UnknownVariableError, 4),
        ("2^x^y", UnknownVariableError, 2),
        ("bad + x", InvalidVariableError, 0),
        ("x + bad", UnknownVariableError, 0),
        ("sqrt(-1) + bad", DomainError, 0),
        ("1e308*10 + x", ResultOverflowError, 5),
        ("max(1, 1/0, x)", DivisionByZeroError, 8),
        ("max(1, x, 1/0)", UnknownVariableError, 7),
        ("sqrt(x)", UnknownVariableError, 5),
        ("sqrt(1/0)", DivisionByZeroError, 6),
        ("1/0 + sqrt(-1)", DivisionByZeroError, 1),
        ("sqrt(-1)/0", DomainError, 0),
        ("0^-1 * (1/0)", DivisionByZeroError, 1),
        ("(1/0) ^ (-1)^0.5", DivisionByZeroError, 2),
        ("0 * x", UnknownVariableError, 4),
        ("x^0", UnknownVariableError, 0),
        ("1 / (0 * x)", UnknownVariableError, 9),
    ],
)
def test_first_failure_in_evaluation_order_is_reported__R8(text, kind, position):
    assert_evaluation_error(text, kind, position, {"bad": math.nan})


def test_bad_values_of_unused_names_are_ignored__R8():
    unused = {"bad": "text", "nan": math.nan, "none": None, "max": math.inf, "": []}
    assert evaluate("x + max(1, 2)", {"x": 1, **unused}) == 3


def test_same_expression_works_after_a_failure__R8():
    expression = parse("1/x")
    with pytest.raises(DivisionByZeroError):
        expression.evaluate({"x": 0})
    with pytest.raises(InvalidVariableError):
        expression.evaluate({"x": "1"})
    assert expression.evaluate({"x": 4}) == 0.25


# R9: nesting


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("(" * 100 + "7" + ")" * 100, 7, id="groups"),
        pytest.param("abs(" * 100 + "7" + ")" * 100, 7, id="calls"),
        pytest.param("-" * 100 + "7", 7, id="signs"),
        pytest.param("-+" * 50 + "7", 7, id="mixed signs"),
        pytest.param("1" + "^1" * 100, 1, id="powers"),
        pytest.param("1^-" * 50 + "1", 1, id="powers and signs"),
        pytest.param("-abs(1^(" * 25 + "2" + "))" * 25, -1, id="mixture"),
        pytest.param("1+1*max(" * 100 + "1" + ")" * 100, 101, id="calls in products"),
    ],
)
def test_hundred_levels__R9(text, expected):
    assert_near(text, expected)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        pytest.param("(" * 101 + "7" + ")" * 101, 100, id="groups"),
        pytest.param("abs(" * 101 + "7" + ")" * 101, 403, id="calls"),
        pytest.param("-" * 101 + "7", 100, id="signs"),
        pytest.param("+" * 101 + "7", 100, id="plus signs"),
        pytest.param("1" + "^1" * 101, 201, id="powers"),
        pytest.param("1^-" * 51 + "1", 151, id="powers and signs"),
        pytest.param("-abs(1^(" * 25 + "-2" + "))" * 25, 200, id="mixture"),
        pytest.param("(" * 100 + "abs (1)" + ")" * 100, 104, id="call in groups"),
        pytest.param("(" * 100 + "1^2" + ")" * 100, 101, id="power in groups"),
        pytest.param("(" * 100 + "1--1" + ")" * 100, 102, id="sign in groups"),
        pytest.param("-" * 100 + "(1)", 100, id="group after signs"),
        pytest.param("-" * 100 + "1^2", 101, id="power after signs"),
        pytest.param("1^" * 100 + "(1)", 200, id="group after powers"),
        pytest.param("1^" * 100 + "-1", 200, id="sign after powers"),
        pytest.param("(" * 99 + "-1^2" + ")" * 99, 101, id="sign and power"),
        pytest.param("(" * 99 + "1^1^1" + ")" * 99, 102, id="two powers"),
        pytest.param("(" * 99 + "--1" + ")" * 99, 100, id="two signs"),
    ],
)
def test_level_101_is_refused__R9(text, position):
    assert_parse_error(text, NestingError, position)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("(" * 99 + "(1)+(2)*(3)" + ")" * 99, 7, id="groups"),
        pytest.param("(" * 99 + "abs(1)+max(2,3)" + ")" * 99, 4, id="calls"),
        pytest.param("(" * 99 + "-1-+1--2" + ")" * 99, 0, id="signs"),
        pytest.param("(" * 99 + "2^2*2^3-1^4" + ")" * 99, 31, id="powers"),
        pytest.param("(" * 100 + "2" + ")" * 100 + "^-1", 0.5, id="power after groups"),
        pytest.param("-" * 100 + "2*-3", -6, id="sign after signs"),
        pytest.param("1^" * 100 + "1+2^3", 9, id="power after powers"),
    ],
)
def test_closed_levels_are_free_again__R9(text, expected):
    assert_near(text, expected)


@pytest.mark.parametrize(
    ("unit", "position"),
    [("(", 100), ("-", 100), ("abs(", 403), ("1^", 201), ("1+(", 302), ("-(", 100)],
)
def test_hundreds_of_thousands_of_levels__R9(unit, position):
    assert_parse_error(unit * 300_000, NestingError, position)


@pytest.mark.parametrize(
    ("text", "kind", "position"),
    [
        pytest.param(")" + "(" * 200, ExpressionSyntaxError, 0, id="before"),
        pytest.param("1 $ " + "(" * 200, ExpressionSyntaxError, 2, id="character"),
        pytest.param("(" * 100 + "1(", ExpressionSyntaxError, 101, id="misfit"),
        pytest.param("(" * 100 + ")", ExpressionSyntaxError, 100, id="empty group"),
        pytest.param("(" * 100, ExpressionSyntaxError, 100, id="early end"),
        pytest.param("(" * 101 + "$", NestingError, 100, id="after"),
        pytest.param("foo(" * 101, NestingError, 403, id="unknown functions"),
    ],
)
def test_leftmost_of_syntax_and_nesting_errors__R9(text, kind, position):
    assert_parse_error(text, kind, position)


def test_long_sum__R9():
    assert_value("+".join(["1"] * 100_000), 100_000)


def test_long_difference_groups_from_the_left__R9():
    assert_value("-".join(["1"] * 10_000), -9_998)


def test_long_mixed_chain__R9():
    text = "1" + "-3*4/6+2^1%5" * 16_667
    assert evaluate(text) == pytest.approx(1, abs=1e-6)


def test_many_groups_one_after_another__R9():
    assert_value("+".join(["(1)"] * 100_000), 100_000)


def test_many_signs_powers_and_calls_one_after_another__R9():
    assert_near("0" + "--1*abs(1)^1" * 2_000, 2_000)


def test_many_arguments__R9():
    assert_value("min(" + "2," * 10_000 + "1" + ",2" * 10_000 + ")", 1)


# R10: nothing but the listed functions and given variables

HOST_NAMES = [
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "__import__",
    "__builtins__",
    "__class__",
    "eval",
    "exec",
    "print",
    "self",
    "lambda",
    "None",
    "True",
    "import",
    "if",
    "not",
    "this",
    "undefined",
    "nil",
    "panic",
    "math",
    "pi",
    "e",
    "inf",
    "nan",
    "Infinity",
    "NaN",
]


@pytest.mark.parametrize("name", HOST_NAMES)
def test_host_name_is_a_plain_variable__R10(name):
    assert_evaluation_error(f"1+{name}", UnknownVariableError, 2)
    assert_evaluation_error(f"1+{name}", UnknownVariableError, 2, {"x": 1})
    assert_value(f"1+{name}", 43, {name: 42})
    assert parse(name).variables == [name]


@pytest.mark.parametrize("name", HOST_NAMES)
def test_host_name_is_an_unknown_function__R10(name):
    assert_parse_error(f"1+{name}(1)", UnknownFunctionError, 2)
    assert_parse_error(f"{name}()", UnknownFunctionError, 0)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("a.b", 1),
        ("a.constructor(1)", 1),
        ("(1).real", 3),
        ("'a'", 0),
        ('"a"', 0),
        ("`a`", 0),
        ("[1]", 0),
        ("a[0]", 1),
        ("{1}", 0),
        ("1;2", 1),
        ("a=1", 1),
        ("a==1", 1),
        ("a:=1", 1),
        ("1<2", 1),
        ("1&1", 1),
        ("1|1", 1),
        ("~1", 0),
        ("!1", 0),
        ("a?1:2", 1),
        ("1 if 1 else 2", 2),
        ("lambda: 1", 6),
        ("7//2", 2),
        ("1#", 1),
        ("\\", 0),
        ("$a", 0),
        ("__import__('os')", 11),
    ],
)
def test_host_syntax_is_a_syntax_error__R10(text, position):
    assert_parse_error(text, ExpressionSyntaxError, position)
