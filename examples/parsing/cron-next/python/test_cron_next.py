import os
import time
from datetime import datetime

import pytest

from cron_next import CronError, Schedule

MINUTE, HOUR, DAY_OF_MONTH, MONTH, DAY_OF_WEEK = FIELDS = (
    "minute",
    "hour",
    "day-of-month",
    "month",
    "day-of-week",
)

# An expression that shows the values of a field, and a span with each of them once.
VALUES_OF = {
    MINUTE: ("{} * * * *", datetime(2024, 1, 1, 0, 59), datetime(2024, 1, 1, 1, 59), "%M"),
    HOUR: ("0 {} * * *", datetime(2024, 1, 1, 23), datetime(2024, 1, 2, 23), "%H"),
    DAY_OF_MONTH: ("0 0 {} 1 *", datetime(2023, 12, 31), datetime(2024, 1, 31), "%d"),
    MONTH: ("0 0 1 {} *", datetime(2023, 12, 1), datetime(2024, 12, 1), "%m"),
    DAY_OF_WEEK: ("0 0 * * {}", datetime(2024, 1, 6), datetime(2024, 1, 13), "%w"),
}


def values(field, text):
    template, start, end, directive = VALUES_OF[field]
    schedule = Schedule.parse(template.format(text))
    found = []
    at = schedule.next_after(start)
    while at <= end and len(found) <= 60:  # a schedule that stands still must not hang the test
        found.append(int(at.strftime(directive)))
        at = schedule.next_after(at)
    return found


def run(expression, start, count):
    schedule = Schedule.parse(expression)
    found = []
    for _ in range(count):
        start = schedule.next_after(start)
        found.append(start)
    return found


def days(expression, start, count):
    return [at.strftime("%m-%d") for at in run(expression, start, count)]


def error(expression):
    with pytest.raises(CronError) as caught:
        Schedule.parse(expression)
    return caught.value.reason, caught.value.field, caught.value.item


def error_in(field, text):
    return error(" ".join(text if name == field else "*" for name in FIELDS))


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        (MINUTE, "*", list(range(60))),
        (MINUTE, "0", [0]),
        (MINUTE, "59", [59]),
        (MINUTE, "58-59", [58, 59]),
        (MINUTE, "3-3", [3]),
        (MINUTE, "10-40/15", [10, 25, 40]),
        (MINUTE, "10-39/15", [10, 25]),
        (MINUTE, "10-12/5", [10]),
        (MINUTE, "*/25", [0, 25, 50]),
        (MINUTE, "*/59", [0, 59]),
        (HOUR, "*", list(range(24))),
        (HOUR, "7-22/5", [7, 12, 17, 22]),
        (HOUR, "*/23", [0, 23]),
        (DAY_OF_MONTH, "*", list(range(1, 32))),
        (DAY_OF_MONTH, "*/10", [1, 11, 21, 31]),
        (DAY_OF_MONTH, "*/31", [1]),
        (MONTH, "*", list(range(1, 13))),
        (MONTH, "*/5", [1, 6, 11]),
        (MONTH, "*/12", [1]),
        (DAY_OF_WEEK, "*", list(range(7))),
        (DAY_OF_WEEK, "2-6/3", [2, 5]),
    ],
)
def test_ranges_and_steps__R1(field, text, expected):
    assert values(field, text) == expected


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        (MINUTE, "40,5,20", [5, 20, 40]),
        (MINUTE, "7,7,5-8,6-9", [5, 6, 7, 8, 9]),
        (MINUTE, "50-55/5,*/30,1", [0, 1, 30, 50, 55]),
        (HOUR, "22-23,0", [0, 22, 23]),
        (DAY_OF_MONTH, "31,1,15", [1, 15, 31]),
    ],
)
def test_lists_are_unions_in_any_order__R1(field, text, expected):
    assert values(field, text) == expected


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        (MONTH, "jan,Mar-MAY", [1, 3, 4, 5]),
        (MONTH, "feb-8/3", [2, 5, 8]),
        (MONTH, "11-Dec", [11, 12]),
        (DAY_OF_WEEK, "mon-FRI", [1, 2, 3, 4, 5]),
        (DAY_OF_WEEK, "Tue-6/2,SUN", [0, 2, 4, 6]),
    ],
)
def test_names_stand_for_values__R1(field, text, expected):
    assert values(field, text) == expected


def test_every_name__R1():
    months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
    assert [values(MONTH, name) for name in months] == [[n] for n in range(1, 13)]
    weekdays = "SUN MON TUE WED THU FRI SAT".split()
    assert [values(DAY_OF_WEEK, name) for name in weekdays] == [[n] for n in range(7)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("00", [0]),
        ("08", [8]),
        ("005-0010/005", [5, 10]),
        ("0" * 5000 + "7", [7]),
        ("*/" + "0" * 5000 + "30", [0, 30]),
    ],
)
def test_leading_zeros__R1(text, expected):
    assert values(MINUTE, text) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (datetime(2024, 5, 17, 0, 0), datetime(2024, 5, 17, 10, 0)),
        (datetime(2024, 5, 17, 9, 59), datetime(2024, 5, 17, 10, 0)),
        (datetime(2024, 5, 17, 9, 59, 30), datetime(2024, 5, 17, 10, 0)),
        (datetime(2024, 5, 17, 9, 59, 59, 999999), datetime(2024, 5, 17, 10, 0)),
        (datetime(2024, 5, 17, 10, 0), datetime(2024, 5, 18, 10, 0)),
        (datetime(2024, 5, 17, 10, 0, 0, 1), datetime(2024, 5, 18, 10, 0)),
        (datetime(2024, 5, 17, 10, 0, 59), datetime(2024, 5, 18, 10, 0)),
        (datetime(2024, 5, 17, 10, 1), datetime(2024, 5, 18, 10, 0)),
    ],
)
def test_first_minute_strictly_later__R2(given, expected):
    assert Schedule.parse("0 10 * * *").next_after(given) == expected


def test_every_minute_follows_the_last__R2():
    schedule = Schedule.parse("* * * * *")
    assert schedule.next_after(datetime(2024, 5, 17, 9, 30)) == datetime(2024, 5, 17, 9, 31)
    assert schedule.next_after(datetime(2024, 5, 17, 9, 30, 59)) == datetime(2024, 5, 17, 9, 31)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ((9, 14), (17, 9, 15)),
        ((9, 15), (17, 9, 45)),
        ((9, 45), (17, 17, 15)),
        ((10, 20), (17, 17, 15)),
        ((16, 59), (17, 17, 15)),
        ((17, 15), (17, 17, 45)),
        ((17, 45), (18, 9, 15)),
        ((18, 0), (18, 9, 15)),
    ],
)
def test_several_hours_and_minutes__R2(given, expected):
    schedule = Schedule.parse("15,45 9,17 * * *")
    assert schedule.next_after(datetime(2024, 5, 17, *given)) == datetime(2024, 5, *expected)


def test_questions_are_independent__R2():
    schedule = Schedule.parse("0 10 * * *")
    late, early = datetime(2030, 1, 1), datetime(2020, 1, 1)
    for _ in range(2):
        assert schedule.next_after(late) == datetime(2030, 1, 1, 10)
        assert schedule.next_after(early) == datetime(2020, 1, 1, 10)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a time zone of the process")
def test_time_zone_of_the_machine_has_no_influence__R2():
    before = os.environ.get("TZ")
    os.environ["TZ"] = "EST5EDT,M3.2.0,M11.1.0"
    time.tzset()
    try:
        # The night in which this zone has no 02:30, and the one in which it has 01:30 twice.
        spring = run("30 * * * *", datetime(2024, 3, 10, 0, 30), 3)
        autumn = run("30 * * * *", datetime(2024, 11, 3, 0, 30), 3)
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()
    assert spring == [datetime(2024, 3, 10, hour, 30) for hour in (1, 2, 3)]
    assert autumn == [datetime(2024, 11, 3, hour, 30) for hour in (1, 2, 3)]


def test_either_restricted_day_field_is_enough__R3():
    assert days("0 0 13 * FRI", datetime(2024, 9, 1), 8) == [
        "09-06", "09-13", "09-20", "09-27", "10-04", "10-11", "10-13", "10-18",
    ]  # fmt: skip


def test_unrestricted_day_field_leaves_the_other_alone__R3():
    start = datetime(2024, 9, 1)
    assert days("0 0 13 * *", start, 3) == ["09-13", "10-13", "11-13"]
    assert days("0 0 * * FRI", start, 3) == ["09-06", "09-13", "09-20"]
    assert days("0 0 * * *", start, 3) == ["09-02", "09-03", "09-04"]


@pytest.mark.parametrize(
    "fields",
    ["*/1 * FRI", "*,13 * FRI", "1-31 * FRI", "13 * */1", "13 * *,FRI", "13 * 0-6", "13 * 1-7"],
)
def test_all_values_still_restrict_unless_exactly_a_star__R3(fields):
    assert days(f"0 0 {fields}", datetime(2024, 9, 1), 4) == ["09-02", "09-03", "09-04", "09-05"]


def test_all_values_and_a_star_leave_the_other_alone__R3():
    assert days("0 0 */1 * *", datetime(2024, 9, 1), 2) == ["09-02", "09-03"]
    assert days("0 0 * * */1", datetime(2024, 9, 1), 2) == ["09-02", "09-03"]


def test_month_hour_and_minute_match_in_any_case__R3():
    assert run("30 6 13 9 FRI", datetime(2024, 9, 20), 3) == [
        datetime(2024, 9, 20, 6, 30),
        datetime(2024, 9, 27, 6, 30),
        datetime(2025, 9, 5, 6, 30),
    ]
    assert days("0 0 31 2 MON", datetime(2024, 2, 19), 2) == ["02-26", "02-03"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", [0]),
        ("7", [0]),
        ("SUN", [0]),
        ("0,7,sun", [0]),
        ("7-7", [0]),
        ("5-7", [0, 5, 6]),
        ("0-7", [0, 1, 2, 3, 4, 5, 6]),
        ("SUN-2", [0, 1, 2]),
        ("FRI-7", [0, 5, 6]),
        ("1-7/2", [0, 1, 3, 5]),
        ("2-7/5", [0, 2]),
        ("1-7/7", [1]),
        ("*/2", [0, 2, 4, 6]),
        ("*/3", [0, 3, 6]),
        ("*/7", [0]),
    ],
)
def test_sunday_is_0_and_7__R4(text, expected):
    assert values(DAY_OF_WEEK, text) == expected


@pytest.mark.parametrize("text", ["FRI-SUN", "6-0", "7-0", "7-sun", "SAT-MON"])
def test_ranges_of_weekdays_compare_numbers__R4(text):
    assert error_in(DAY_OF_WEEK, text) == ("range", DAY_OF_WEEK, text)


@pytest.mark.parametrize(
    ("expression", "given", "expected"),
    [
        ("5 * * * *", datetime(2024, 5, 17, 9, 5), datetime(2024, 5, 17, 10, 5)),
        ("5 * * * *", datetime(2024, 5, 17, 23, 30), datetime(2024, 5, 18, 0, 5)),
        ("* * * * *", datetime(2024, 2, 29, 23, 59), datetime(2024, 3, 1, 0, 0)),
        ("* * * * *", datetime(2023, 2, 28, 23, 59), datetime(2023, 3, 1, 0, 0)),
        ("* * * * *", datetime(2024, 12, 31, 23, 59, 59), datetime(2025, 1, 1, 0, 0)),
        ("0 0 1 1 *", datetime(2024, 1, 1), datetime(2025, 1, 1)),
        ("59 23 31 12 *", datetime(2024, 12, 31, 23, 58), datetime(2024, 12, 31, 23, 59)),
        ("59 23 31 12 *", datetime(2024, 12, 31, 23, 59), datetime(2025, 12, 31, 23, 59)),
        ("15 6 10 3 *", datetime(2024, 5, 17, 9, 30), datetime(2025, 3, 10, 6, 15)),
        ("* * * * *", datetime(1970, 1, 1), datetime(1970, 1, 1, 0, 1)),
        ("* * * * *", datetime(9990, 12, 31, 23, 59, 59), datetime(9991, 1, 1)),
        ("0 0 * * MON", datetime(2100, 2, 25), datetime(2100, 3, 1)),
    ],
)
def test_later_hour_day_month_or_year__R5(expression, given, expected):
    assert Schedule.parse(expression).next_after(given) == expected


def test_months_without_a_31st_are_left_out__R5():
    assert days("0 0 31 * *", datetime(2024, 1, 1), 8) == [
        "01-31", "03-31", "05-31", "07-31", "08-31", "10-31", "12-31", "01-31",
    ]  # fmt: skip
    assert days("0 0 30 * *", datetime(2024, 1, 30), 2) == ["03-30", "04-30"]


@pytest.mark.parametrize(
    ("given", "expected_year"),
    [
        (datetime(1996, 2, 29), 2000),
        (datetime(2023, 3, 1), 2024),
        (datetime(2024, 2, 28, 23, 59), 2024),
        (datetime(2024, 2, 29), 2028),
        (datetime(2096, 2, 29), 2104),
        (datetime(2096, 2, 29, 12, 30), 2104),
        (datetime(2099, 12, 31), 2104),
        (datetime(9990, 12, 31, 23, 59), 9992),
    ],
)
def test_leap_days__R5(given, expected_year):
    assert Schedule.parse("0 0 29 2 *").next_after(given) == datetime(expected_year, 2, 29)


@pytest.mark.parametrize("expression", ["0 0 30 2 *", "0 0 31 4,6 *", "* * 30-31 FEB *"])
@pytest.mark.parametrize(
    "given", [datetime(1970, 1, 1), datetime(2024, 2, 29), datetime(9990, 12, 31, 23, 59, 59)]
)
def test_days_of_no_year_give_no_time__R5(expression, given):
    assert Schedule.parse(expression).next_after(given) is None


@pytest.mark.parametrize(
    "expression",
    ["", " ", " \t ", "@daily", "* * * *", "* * * * * *", "60 ? 1- L", "x 99 , */0 -1 ?"],
)
def test_other_than_five_fields__R6(expression):
    assert error(expression) == ("field-count", None, "")


@pytest.mark.parametrize(
    "expression", ["0\t10\t*\t*\t*", "0   10 \t * \t\t* *", " \t0 10 * * *", "0 10 * * *\t "]
)
def test_spaces_and_tabs_separate__R6(expression):
    given = datetime(2024, 5, 17, 9)
    assert Schedule.parse(expression).next_after(given) == datetime(2024, 5, 17, 10)


@pytest.mark.parametrize("space", ["\n", "\r", "\v", "\f", "\u00a0", "\u2003"])
def test_other_white_space_belongs_to_the_field__R6(space):
    assert error(f"0 10 * * *{space}") == ("syntax", DAY_OF_WEEK, f"*{space}")
    assert error(f"{space}0 10 * * *") == ("syntax", MINUTE, f"{space}0")
    assert error(f"0 10{space} * * *") == ("syntax", HOUR, f"10{space}")
    assert error(f"0 10 * 1-5/2{space} *") == ("syntax", MONTH, f"1-5/2{space}")
    assert error(f"0{space}10 * * *") == ("field-count", None, "")


@pytest.mark.parametrize(
    "text",
    ["5/10", "1-", "-1", "1--3", "5L", "L5", "*-5", "5-*", "?", "**", "*5", "*/", "/5", "*/-1"]
    + ["*/MON", "1-5/", "1-5/x", "1-2-3", "*/2/3", "+1", "1.5", "1-5L", "JAN/2"]
    + ["\u0665", "\uff15", "1-\uff15", "*/\uff15", "\u00b2", "\u00c4PR", "\u017fun"],
)
@pytest.mark.parametrize("field", FIELDS)
def test_bad_shape__R7(field, text):
    assert error_in(field, text) == ("syntax", field, text)


@pytest.mark.parametrize("text", ["1,,2", ",1", "1,", ","])
def test_empty_item__R7(text):
    assert error_in(DAY_OF_MONTH, text) == ("syntax", DAY_OF_MONTH, "")


@pytest.mark.parametrize(
    ("field", "text"),
    [(MINUTE, "60"), (MINUTE, "50-60"), (MINUTE, "99999999999999999999"), (MINUTE, "9" * 5000)]
    + [(MINUTE, "256"), (MINUTE, "18446744073709551616"), (MINUTE, "4294967296-5")]
    + [(HOUR, "24"), (DAY_OF_MONTH, "0"), (DAY_OF_MONTH, "00-5"), (DAY_OF_MONTH, "32")]
    + [(MONTH, "0"), (MONTH, "13"), (DAY_OF_WEEK, "8"), (DAY_OF_WEEK, "1-8")]
    + [(MONTH, "MON"), (DAY_OF_WEEK, "Jan"), (MINUTE, "SUN"), (HOUR, "jan"), (DAY_OF_MONTH, "L")]
    + [(MONTH, "JANUARY"), (MONTH, "ja"), (DAY_OF_WEEK, "Sunday"), (DAY_OF_WEEK, "MON-L")],
)
def test_bad_value__R7(field, text):
    assert error_in(field, text) == ("value", field, text)


@pytest.mark.parametrize(
    ("field", "text"), [(MINUTE, "30-10"), (HOUR, "1-0/2"), (MONTH, "Mar-FEB"), (MONTH, "mar-2")]
)
def test_bad_range__R7(field, text):
    assert error_in(field, text) == ("range", field, text)


@pytest.mark.parametrize(
    ("field", "greatest"),
    [(MINUTE, 59), (HOUR, 23), (DAY_OF_MONTH, 31), (MONTH, 12), (DAY_OF_WEEK, 7)],
)
def test_bad_step__R7(field, greatest):
    steps = ["0", "000", str(greatest + 1), "256", "99999999999999999999", "18446744073709551617"]
    for text in [shape + step for step in steps for shape in ("*/", "1-5/")]:
        assert error_in(field, text) == ("step", field, text)
    assert values(field, f"1-2/{greatest}") == [1]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("0 24 ? */0 9", ("value", HOUR, "24")),
        ("0 0 5-1 ? 8", ("range", DAY_OF_MONTH, "5-1")),
        ("1,61,?,*/0 ? * * *", ("value", MINUTE, "61")),
        ("*/0,60 * * * *", ("step", MINUTE, "*/0")),
        ("* * * * 1,Mon-Fry,x-", ("value", DAY_OF_WEEK, "Mon-Fry")),
    ],
)
def test_first_bad_item_is_reported__R7(expression, expected):
    assert error(expression) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [("60-/0", "syntax"), ("60-50/0", "value"), ("5-x/0", "value"), ("40-10/0", "range")],
)
def test_first_reason_of_an_item_is_reported__R7(text, reason):
    assert error_in(MINUTE, text) == (reason, MINUTE, text)


def test_errors_are_value_errors__R7():
    with pytest.raises(ValueError):
        Schedule.parse("60 * * * *")


def test_hundreds_of_questions__R8():
    started = time.perf_counter()
    for year in range(2000, 2100):
        leap_day = Schedule.parse("0 0 29 2 *").next_after(datetime(year, 2, 28))
        assert (leap_day.month, leap_day.day) == (2, 29)
        assert Schedule.parse("0 0 30 2 *").next_after(datetime(year, 2, 28)) is None
    assert time.perf_counter() - started < 2
