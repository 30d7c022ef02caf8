import math
from decimal import Decimal
from fractions import Fraction

import pytest

from running_stats import RunningStats

ORDINARY = [2, 4, 4, 4, 5, 5, 7, 9]
OF_ORDINARY = (8, 2, 9, 5, 4)
EMPTY = (0, None, None, None, None, None)


def of(*values):
    return RunningStats(values)


def merged(*parts):
    stats = RunningStats()
    for part in parts:
        stats.merge(part)
    return stats


def everything(stats):
    return (
        stats.count,
        stats.minimum,
        stats.maximum,
        stats.mean,
        stats.population_variance,
        stats.sample_variance,
    )


def check(stats, expected, relative=1e-12):
    """Compare with count, minimum, maximum, mean and population variance."""
    count, minimum, maximum, mean, variance = expected
    assert (stats.count, stats.minimum, stats.maximum) == (count, minimum, maximum)
    assert math.isclose(stats.mean, mean, rel_tol=min(relative, 1e-12))
    assert math.isclose(stats.population_variance, variance, rel_tol=relative)
    if count == 1:
        assert stats.sample_variance is None
    else:
        assert math.isclose(stats.sample_variance, variance / (count - 1) * count, rel_tol=relative)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (ORDINARY, OF_ORDINARY),
        (ORDINARY[::-1], OF_ORDINARY),
        ([-1.5, 3.25, 0, -7], (4, -7, 3.25, -1.3125, 13.73046875)),
        ([Fraction(1, 2), 1], (2, 0.5, 1, 0.75, 0.0625)),
    ],
)
def test_statistics_of_ordinary_values__R1(values, expected):
    check(RunningStats(iter(values)), expected)


def test_sample_variance__R1():
    assert math.isclose(of(*ORDINARY).sample_variance, 32 / 7, rel_tol=1e-12)


def test_statistics_are_floats__R1():
    statistics = everything(of(1, 2))
    assert statistics == (2, 1.0, 2.0, 1.5, 0.25, 0.5)
    assert all(type(statistic) is float for statistic in statistics[1:])


def test_asked_between_additions__R1():
    stats = of(3, 1)
    check(stats, (2, 1, 3, 2, 1))
    check(stats, (2, 1, 3, 2, 1))
    stats.add(8)
    check(stats, (3, 1, 8, 4, 26 / 3))


@pytest.mark.parametrize("value", [5.5, -3.0, 0.0, 1e300])
def test_no_value_and_one_value__R2(value):
    stats = RunningStats()
    assert everything(stats) == EMPTY
    stats.add(value)
    assert everything(stats) == (1, value, value, value, 0, None)


@pytest.mark.parametrize("value", [0.1, -1e9 / 3, 5e-324])
def test_equal_values_have_no_variance__R3(value):
    stats = RunningStats([value] * 1000)
    assert everything(stats) == (1000, value, value, value, 0, 0)
    stats.merge(stats)
    assert everything(stats) == (2000, value, value, value, 0, 0)


@pytest.mark.parametrize("sign", [1, -1])
def test_large_offset__R4(sign):
    values = sorted(sign * (1e9 + deviation) for deviation in (4, 7, 13, 16))
    check(RunningStats(values), (4, values[0], values[-1], sign * (1e9 + 10), 22.5), 1e-6)


def test_many_values_at_a_large_offset__R4():
    part = [1e9 + i % 10 for i in range(1000)]
    expected = (100_000, 1e9, 1e9 + 9, 1e9 + 4.5, 8.25)
    check(RunningStats(part * 100), expected, 1e-6)
    check(merged(*[RunningStats(part)] * 100), expected, 1e-6)


@pytest.mark.parametrize("cut", range(1, len(ORDINARY)))
def test_merged_wherever_it_was_cut__R5(cut):
    first, second = RunningStats(ORDINARY[:cut]), RunningStats(ORDINARY[cut:])
    check(merged(first, second), OF_ORDINARY)
    check(merged(second, first), OF_ORDINARY)
    first.merge(second)
    check(first, OF_ORDINARY)


def test_other_is_left_alone__R5():
    stats, other = of(1, 3), of(10, 20, 30)
    stats.merge(other)
    stats.add(1000)
    assert stats.maximum == 1000
    check(other, (3, 10, 30, 20, 200 / 3))
    taken = merged(other)
    other.add(40)
    check(taken, (3, 10, 30, 20, 200 / 3))
    check(other, (4, 10, 40, 25, 125))


@pytest.mark.parametrize("values", [(0.1, 0.2, 0.7), (1e200,), (-1e200,)])
def test_merges_with_empty_collectors__R6(values):
    filled, empty = RunningStats(values), RunningStats()
    filled.merge(empty)
    assert filled.count == len(values)
    assert everything(filled) == everything(RunningStats(values))
    assert everything(empty) == EMPTY
    empty.merge(RunningStats())
    assert everything(empty) == EMPTY
    empty.merge(filled)
    assert everything(empty) == everything(filled)


def test_merged_with_itself__R6():
    stats = of(1, 2, 6)
    stats.merge(stats)
    check(stats, (6, 1, 6, 3, 14 / 3))
    stats.add(10)
    check(stats, (7, 1, 10, 4, 10))


@pytest.mark.parametrize(
    ("refused", "error"),
    [
        (math.nan, ValueError),
        (math.inf, ValueError),
        (-math.inf, ValueError),
        (10**400, OverflowError),
        ("1.5", TypeError),
        ("", TypeError),
        (b"1", TypeError),
        (True, TypeError),
        (False, TypeError),
        (None, TypeError),
        ([], TypeError),
        (1j, TypeError),
        (Decimal("sNaN"), TypeError),
    ],
)
def test_refused_values__R7(refused, error):
    stats = RunningStats()
    with pytest.raises(error):
        stats.add(refused)
    assert everything(stats) == EMPTY
    stats.add(1)
    stats.add(2)
    with pytest.raises(error):
        stats.add(refused)
    check(stats, (2, 1, 2, 1.5, 0.25))
    stats.add(3)
    check(stats, (3, 1, 3, 2, 2 / 3))


@pytest.mark.parametrize(("first", "second"), [(1e200, -1e200), (1.7e308, -1.7e308), (-1e160, 1e160), (0.0, 1.7e308)])
def test_overflow__R8(first, second):
    stats = of(first)
    with pytest.raises(OverflowError):
        stats.add(second)
    with pytest.raises(OverflowError):
        stats.merge(of(second))
    assert everything(stats) == (1, first, first, first, 0, None)
    stats.add(first)
    assert everything(stats) == (2, first, first, first, 0, 0)


def test_overflow_of_the_sum_of_both__R8():
    stats = of(9e153, -9e153)
    with pytest.raises(OverflowError):
        stats.merge(stats)
    check(stats, (2, -9e153, 9e153, 0, 81e306))


def test_large_values_are_no_error__R8():
    stats = of(1.7e308, 1.7e308)
    assert everything(stats) == (2, 1.7e308, 1.7e308, 1.7e308, 0, 0)
    stats.merge(stats)
    assert everything(stats) == (4, 1.7e308, 1.7e308, 1.7e308, 0, 0)
    check(of(1e150, -1e150), (2, -1e150, 1e150, 0, 1e300))
    check(of(0, 1.8e154), (2, 0, 1.8e154, 9e153, 81e306))
    check(merged(of(0), of(1.8e154)), (2, 0, 1.8e154, 9e153, 81e306))
