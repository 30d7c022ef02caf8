import random
from decimal import Decimal
from fractions import Fraction

import pytest

from allocate_cents import allocate


@pytest.mark.parametrize("seed", range(20))
def test_adds_up_and_is_near_the_exact_share__R1(seed):
    chance = random.Random(seed)
    weights = [chance.randint(0, 1000) for _ in range(chance.randint(1, 30))] + [1]
    cents = chance.randint(0, 10**chance.randint(1, 12))
    parts = allocate(cents, weights)
    assert sum(parts) == cents
    assert len(parts) == len(weights)
    for part, weight in zip(parts, weights):
        assert abs(part - Fraction(cents * weight, sum(weights))) < 1


@pytest.mark.parametrize(
    ("cents", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (100, [3, 2, 1], [50, 33, 17]),
        (101, [1, 1, 1], [34, 34, 33]),
        (5, [3, 7], [2, 3]),
        (10, [1, 1, 1, 1], [3, 3, 2, 2]),
        (1, [1, 2], [0, 1]),
        (1, [1, 1], [1, 0]),
        (7, [5], [7]),
        (100, [1, 6, 3], [10, 60, 30]),
        (10, [15, 15, 70], [2, 1, 7]),
    ],
)
def test_largest_remainders_first__R2(cents, weights, parts):
    assert allocate(cents, weights) == parts


@pytest.mark.parametrize(("cents", "weights"), [(100, [1, 1, 1]), (5, [3, 7]), (1, [1, 2]), (10**20 + 1, [1, 2, 4])])
def test_negative_amount_is_the_mirror_image__R3(cents, weights):
    assert allocate(-cents, weights) == [-part for part in allocate(cents, weights)]


def test_negative_amount__R3():
    assert allocate(-100, [1, 1, 1]) == [-34, -33, -33]


@pytest.mark.parametrize(
    ("cents", "weights", "parts"),
    [(2, [0, 1, 1, 1], [0, 1, 1, 0]), (100, [0, 1, 0], [0, 100, 0]), (1, [0, 0.0, Fraction(1, 9)], [0, 0, 1])],
)
def test_weight_zero_gets_nothing__R4(cents, weights, parts):
    assert allocate(cents, weights) == parts


def test_amount_zero__R4():
    assert allocate(0, [1, 2, 3]) == [0, 0, 0]


def test_kinds_of_weights__R5():
    assert allocate(10, [0.5, Decimal("0.25"), Fraction(1, 4), 1]) == [3, 1, 1, 5]


def test_large_amounts_are_exact__R5():
    assert allocate(10**30 + 1, [1, 1]) == [5 * 10**29 + 1, 5 * 10**29]
    assert allocate(10**40, [1, 10**30]) == [10**10, 10**40 - 10**10]


def test_weights_beyond_floats_are_exact__R5():
    assert allocate(10**6, [10**400, 10**400 * 3]) == [250_000, 750_000]
    assert allocate(10**6, [Decimal("1e400"), 10**400 * 3]) == [250_000, 750_000]
    assert allocate(3, [5e-324, 1e-323]) == [1, 2]
    assert allocate(10, [1e308, 1e308]) == [5, 5]
    assert allocate(10**20, [Decimal("0.1"), Decimal("0.2"), Decimal("0.7")]) == [10**19, 2 * 10**19, 7 * 10**19]


def test_floats_count_with_their_exact_values__R5():
    # 0.1 as a float is a little more than a tenth, so that against nine exact tenths it gets the odd cent.
    assert allocate(10**18, [0.1, Fraction(9, 10)]) == [100_000_000_000_000_005, 899_999_999_999_999_995]


@pytest.mark.parametrize(
    "weights",
    [[], [0], [0, 0.0, Decimal(0)], [1, -1], [-0.5, 2], [1, float("nan")], [float("inf")], [Decimal("NaN")], [Decimal("-Infinity"), 1]],
)
def test_weights_that_divide_nothing__R6(weights):
    with pytest.raises(ValueError):
        allocate(100, weights)


@pytest.mark.parametrize("cents", [1.0, "1", None, True, Decimal(1), Fraction(1)])
def test_other_amounts_are_refused__R7(cents):
    with pytest.raises(TypeError):
        allocate(cents, [1, 2])


@pytest.mark.parametrize("weight", ["1", None, True, False, 1j, [1]])
def test_other_weights_are_refused__R7(weight):
    with pytest.raises(TypeError):
        allocate(100, [1, weight])


def test_any_iterable__R8():
    weights = [1, 2]
    parts = allocate(9, weights)
    assert parts == [3, 6]
    assert weights == [1, 2]
    assert allocate(9, (weight for weight in weights)) == allocate(9, tuple(weights)) == [3, 6]
    assert all(type(part) is int for part in allocate(9, [0.5, Decimal(1)]))
