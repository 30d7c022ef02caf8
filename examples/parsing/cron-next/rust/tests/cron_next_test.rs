#![allow(non_snake_case)] // R1, R2: the requirements that a test proves

use std::time::{Duration, Instant};

use cron_next::{CivilMinute, CronError, Field, Reason, Schedule};

const FIELDS: [Field; 5] = [
    Field::Minute,
    Field::Hour,
    Field::DayOfMonth,
    Field::Month,
    Field::DayOfWeek,
];

fn at(year: i32, month: u8, day: u8, hour: u8, minute: u8) -> CivilMinute {
    CivilMinute {
        year,
        month,
        day,
        hour,
        minute,
    }
}

fn midnight(year: i32, month: u8, day: u8) -> CivilMinute {
    at(year, month, day, 0, 0)
}

fn schedule(expression: &str) -> Schedule {
    expression.parse().unwrap()
}

fn next(expression: &str, given: CivilMinute) -> Option<CivilMinute> {
    schedule(expression).next_after(given)
}

fn series(expression: &str, start: CivilMinute, count: usize) -> Vec<CivilMinute> {
    let schedule = schedule(expression);
    std::iter::successors(Some(start), |&time| schedule.next_after(time))
        .skip(1)
        .take(count)
        .collect()
}

/// The months and days of the first matches, of which there are as many as are wanted.
fn assert_days(expression: &str, start: CivilMinute, wanted: &[(u8, u8)]) {
    let found = series(expression, start, wanted.len());
    let days: Vec<_> = found.iter().map(|time| (time.month, time.day)).collect();
    assert_eq!(days, wanted, "{expression}");
}

/// Sees the values of a field in a span of time that has each of them once.
fn values(field: Field, text: &str) -> Vec<u8> {
    let (expression, start, end, read): (_, _, _, fn(CivilMinute) -> u8) = match field {
        Field::Minute => (
            format!("{text} * * * *"),
            at(2024, 1, 1, 0, 59),
            at(2024, 1, 1, 1, 59),
            |time| time.minute,
        ),
        Field::Hour => (
            format!("0 {text} * * *"),
            at(2024, 1, 1, 23, 0),
            at(2024, 1, 2, 23, 0),
            |time| time.hour,
        ),
        Field::DayOfMonth => (
            format!("0 0 {text} 1 *"),
            midnight(2023, 12, 31),
            midnight(2024, 1, 31),
            |time| time.day,
        ),
        Field::Month => (
            format!("0 0 1 {text} *"),
            midnight(2023, 12, 1),
            midnight(2024, 12, 1),
            |time| time.month,
        ),
        // 2024-01-07 is a Sunday.
        Field::DayOfWeek => (
            format!("0 0 * * {text}"),
            midnight(2024, 1, 6),
            midnight(2024, 1, 13),
            |time| time.day - 7,
        ),
    };
    let schedule = schedule(&expression);
    std::iter::successors(schedule.next_after(start), |&time| {
        schedule.next_after(time)
    })
    .take_while(|&time| time <= end)
    .take(61) // a schedule that stands still must not hang the test
    .map(read)
    .collect()
}

fn assert_values(cases: &[(Field, &str, &[u8])]) {
    for &(field, text, expected) in cases {
        assert_eq!(
            values(field, text),
            expected,
            "{} {text:.60}",
            field.label()
        );
    }
}

fn assert_error(expression: &str, reason: Reason, field: Option<Field>, item: &str) {
    let error = expression.parse::<Schedule>().expect_err(expression);
    assert_eq!(
        error,
        CronError {
            reason,
            field,
            item: item.to_owned()
        }
    );
}

fn assert_error_in(field: Field, item: &str, reason: Reason) {
    let texts = FIELDS.map(|other| if other == field { item } else { "*" });
    assert_error(&texts.join(" "), reason, Some(field), item);
}

#[test]
fn ranges_and_steps__R1() {
    let all: Vec<u8> = (0..60).collect();
    assert_values(&[
        (Field::Minute, "*", &all),
        (Field::Minute, "0", &[0]),
        (Field::Minute, "59", &[59]),
        (Field::Minute, "58-59", &[58, 59]),
        (Field::Minute, "3-3", &[3]),
        (Field::Minute, "10-40/15", &[10, 25, 40]),
        (Field::Minute, "10-39/15", &[10, 25]),
        (Field::Minute, "10-12/5", &[10]),
        (Field::Minute, "*/25", &[0, 25, 50]),
        (Field::Minute, "*/59", &[0, 59]),
        (Field::Hour, "*", &all[..24]),
        (Field::Hour, "7-22/5", &[7, 12, 17, 22]),
        (Field::Hour, "*/23", &[0, 23]),
        (Field::DayOfMonth, "*", &all[1..=31]),
        (Field::DayOfMonth, "*/10", &[1, 11, 21, 31]),
        (Field::DayOfMonth, "*/31", &[1]),
        (Field::Month, "*", &all[1..=12]),
        (Field::Month, "*/5", &[1, 6, 11]),
        (Field::Month, "*/12", &[1]),
        (Field::DayOfWeek, "*", &all[..7]),
        (Field::DayOfWeek, "2-6/3", &[2, 5]),
    ]);
}

#[test]
fn lists_are_unions_in_any_order__R1() {
    assert_values(&[
        (Field::Minute, "40,5,20", &[5, 20, 40]),
        (Field::Minute, "7,7,5-8,6-9", &[5, 6, 7, 8, 9]),
        (Field::Minute, "50-55/5,*/30,1", &[0, 1, 30, 50, 55]),
        (Field::Hour, "22-23,0", &[0, 22, 23]),
        (Field::DayOfMonth, "31,1,15", &[1, 15, 31]),
    ]);
}

#[test]
fn unordered_lists_are_visited_in_the_order_of_time__R1() {
    assert_eq!(
        series("40,5 17,9 * * *", midnight(2024, 5, 17), 4),
        [
            at(2024, 5, 17, 9, 5),
            at(2024, 5, 17, 9, 40),
            at(2024, 5, 17, 17, 5),
            at(2024, 5, 17, 17, 40)
        ]
    );
}

#[test]
fn names_stand_for_values__R1() {
    assert_values(&[
        (Field::Month, "jan,Mar-MAY", &[1, 3, 4, 5]),
        (Field::Month, "feb-8/3", &[2, 5, 8]),
        (Field::Month, "11-Dec", &[11, 12]),
        (Field::DayOfWeek, "mon-FRI", &[1, 2, 3, 4, 5]),
        (Field::DayOfWeek, "Tue-6/2,SUN", &[0, 2, 4, 6]),
    ]);
}

#[test]
fn every_name__R1() {
    for (month, name) in (1..).zip("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(' ')) {
        assert_eq!(values(Field::Month, name), [month], "{name}");
    }
    for (weekday, name) in (0..).zip("SUN MON TUE WED THU FRI SAT".split(' ')) {
        assert_eq!(values(Field::DayOfWeek, name), [weekday], "{name}");
    }
}

#[test]
fn leading_zeros__R1() {
    let zeros = "0".repeat(5000);
    assert_values(&[
        (Field::Minute, "00", &[0]),
        (Field::Minute, "08", &[8]),
        (Field::Minute, "005-0010/005", &[5, 10]),
        (Field::Minute, &format!("{zeros}7"), &[7]),
        (Field::Minute, &format!("*/{zeros}30"), &[0, 30]),
    ]);
}

#[test]
fn first_minute_strictly_later__R2() {
    for ((hour, minute), day) in [
        ((0, 0), 17),
        ((9, 59), 17),
        ((10, 0), 18),
        ((10, 1), 18),
        ((23, 59), 18),
    ] {
        let given = at(2024, 5, 17, hour, minute);
        assert_eq!(
            next("0 10 * * *", given),
            Some(at(2024, 5, day, 10, 0)),
            "{given:?}"
        );
    }
}

#[test]
fn every_minute_follows_the_last__R2() {
    assert_eq!(
        next("* * * * *", at(2024, 5, 17, 9, 30)),
        Some(at(2024, 5, 17, 9, 31))
    );
    assert_eq!(
        next("* * * * *", at(2024, 5, 17, 9, 59)),
        Some(at(2024, 5, 17, 10, 0))
    );
}

#[test]
fn several_hours_and_minutes__R2() {
    for ((hour, minute), (day, next_hour, next_minute)) in [
        ((9, 14), (17, 9, 15)),
        ((9, 15), (17, 9, 45)),
        ((9, 45), (17, 17, 15)),
        ((9, 59), (17, 17, 15)),
        ((10, 20), (17, 17, 15)),
        ((16, 59), (17, 17, 15)),
        ((17, 15), (17, 17, 45)),
        ((17, 45), (18, 9, 15)),
        ((18, 0), (18, 9, 15)),
        ((23, 59), (18, 9, 15)),
    ] {
        let given = at(2024, 5, 17, hour, minute);
        let expected = at(2024, 5, day, next_hour, next_minute);
        assert_eq!(next("15,45 9,17 * * *", given), Some(expected), "{given:?}");
    }
}

#[test]
fn questions_are_independent__R2() {
    let schedule = schedule("0 10 * * *");
    for _ in 0..2 {
        assert_eq!(
            schedule.next_after(midnight(2030, 1, 1)),
            Some(at(2030, 1, 1, 10, 0))
        );
        assert_eq!(
            schedule.next_after(midnight(2020, 1, 1)),
            Some(at(2020, 1, 1, 10, 0))
        );
    }
    assert_eq!(
        schedule.clone().next_after(midnight(2030, 1, 1)),
        Some(at(2030, 1, 1, 10, 0))
    );
}

#[test]
fn either_restricted_day_field_is_enough__R3() {
    assert_days(
        "0 0 13 * FRI",
        midnight(2024, 9, 1),
        &[
            (9, 6),
            (9, 13),
            (9, 20),
            (9, 27),
            (10, 4),
            (10, 11),
            (10, 13),
            (10, 18),
        ],
    );
}

#[test]
fn unrestricted_day_field_leaves_the_other_alone__R3() {
    assert_days(
        "0 0 13 * *",
        midnight(2024, 9, 1),
        &[(9, 13), (10, 13), (11, 13)],
    );
    assert_days(
        "0 0 * * FRI",
        midnight(2024, 9, 1),
        &[(9, 6), (9, 13), (9, 20)],
    );
    assert_days("0 0 * * *", midnight(2024, 9, 1), &[(9, 2), (9, 3), (9, 4)]);
}

#[test]
fn all_values_still_restrict_unless_exactly_a_star__R3() {
    for fields in [
        "*/1 * FRI",
        "*,13 * FRI",
        "1-31 * FRI",
        "13 * */1",
        "13 * *,FRI",
        "13 * 0-6",
        "13 * 1-7",
    ] {
        assert_days(
            &format!("0 0 {fields}"),
            midnight(2024, 9, 1),
            &[(9, 2), (9, 3), (9, 4), (9, 5)],
        );
    }
    assert_days("0 0 */1 * *", midnight(2024, 9, 1), &[(9, 2), (9, 3)]);
    assert_days("0 0 * * */1", midnight(2024, 9, 1), &[(9, 2), (9, 3)]);
}

#[test]
fn month_hour_and_minute_match_in_any_case__R3() {
    assert_eq!(
        series("30 6 13 9 FRI", midnight(2024, 9, 20), 3),
        [
            at(2024, 9, 20, 6, 30),
            at(2024, 9, 27, 6, 30),
            at(2025, 9, 5, 6, 30)
        ]
    );
    assert_days("0 0 31 2 MON", midnight(2024, 2, 19), &[(2, 26), (2, 3)]);
}

#[test]
fn sunday_is_0_and_7__R4() {
    assert_values(&[
        (Field::DayOfWeek, "0", &[0]),
        (Field::DayOfWeek, "7", &[0]),
        (Field::DayOfWeek, "SUN", &[0]),
        (Field::DayOfWeek, "0,7,sun", &[0]),
        (Field::DayOfWeek, "7-7", &[0]),
        (Field::DayOfWeek, "5-7", &[0, 5, 6]),
        (Field::DayOfWeek, "0-7", &[0, 1, 2, 3, 4, 5, 6]),
        (Field::DayOfWeek, "SUN-2", &[0, 1, 2]),
        (Field::DayOfWeek, "FRI-7", &[0, 5, 6]),
        (Field::DayOfWeek, "1-7/2", &[0, 1, 3, 5]),
        (Field::DayOfWeek, "2-7/5", &[0, 2]),
        (Field::DayOfWeek, "1-7/7", &[1]),
        (Field::DayOfWeek, "*/2", &[0, 2, 4, 6]),
        (Field::DayOfWeek, "*/3", &[0, 3, 6]),
        (Field::DayOfWeek, "*/7", &[0]),
    ]);
}

#[test]
fn ranges_of_weekdays_compare_numbers__R4() {
    for item in ["FRI-SUN", "6-0", "7-0", "7-sun", "SAT-MON"] {
        assert_error_in(Field::DayOfWeek, item, Reason::Range);
    }
}

#[test]
fn later_hour_day_month_or_year__R5() {
    for (expression, given, expected) in [
        ("5 * * * *", at(2024, 5, 17, 9, 5), at(2024, 5, 17, 10, 5)),
        ("5 * * * *", at(2024, 5, 17, 23, 30), at(2024, 5, 18, 0, 5)),
        ("* * * * *", at(2024, 2, 29, 23, 59), midnight(2024, 3, 1)),
        ("* * * * *", at(2023, 2, 28, 23, 59), midnight(2023, 3, 1)),
        ("* * * * *", at(2024, 4, 30, 23, 59), midnight(2024, 5, 1)),
        ("* * * * *", at(2024, 12, 31, 23, 59), midnight(2025, 1, 1)),
        ("0 0 1 1 *", midnight(2024, 1, 1), midnight(2025, 1, 1)),
        ("0 0 1 2 *", midnight(2024, 1, 31), midnight(2024, 2, 1)),
        (
            "59 23 31 12 *",
            at(2024, 12, 31, 23, 58),
            at(2024, 12, 31, 23, 59),
        ),
        (
            "59 23 31 12 *",
            at(2024, 12, 31, 23, 59),
            at(2025, 12, 31, 23, 59),
        ),
        (
            "15 6 10 3 *",
            at(2024, 5, 17, 9, 30),
            at(2025, 3, 10, 6, 15),
        ),
        ("* * * * *", midnight(1970, 1, 1), at(1970, 1, 1, 0, 1)),
        ("* * * * *", at(9990, 12, 31, 23, 59), midnight(9991, 1, 1)),
    ] {
        assert_eq!(
            next(expression, given),
            Some(expected),
            "{expression} after {given:?}"
        );
    }
}

#[test]
fn weekdays_of_all_times__R5() {
    for (weekday, given, expected) in [
        ("THU", midnight(1970, 1, 1), midnight(1970, 1, 8)),
        ("TUE", midnight(2000, 2, 28), midnight(2000, 2, 29)),
        ("WED", midnight(2000, 2, 29), midnight(2000, 3, 1)),
        ("MON", midnight(2100, 2, 25), midnight(2100, 3, 1)),
        ("FRI", midnight(2100, 12, 31), midnight(2101, 1, 7)),
        ("SUN", midnight(2400, 12, 30), midnight(2400, 12, 31)),
        ("MON", midnight(9990, 12, 30), midnight(9990, 12, 31)),
    ] {
        assert_eq!(
            next(&format!("0 0 * * {weekday}"), given),
            Some(expected),
            "{given:?}"
        );
    }
}

#[test]
fn months_without_a_31st_are_left_out__R5() {
    assert_days(
        "0 0 31 * *",
        midnight(2024, 1, 1),
        &[
            (1, 31),
            (3, 31),
            (5, 31),
            (7, 31),
            (8, 31),
            (10, 31),
            (12, 31),
            (1, 31),
        ],
    );
    assert_days("0 0 30 * *", midnight(2024, 1, 30), &[(3, 30), (4, 30)]);
}

#[test]
fn leap_days__R5() {
    for (given, year) in [
        (midnight(1996, 2, 29), 2000),
        (midnight(2023, 3, 1), 2024),
        (at(2024, 2, 28, 23, 59), 2024),
        (midnight(2024, 2, 29), 2028),
        (midnight(2096, 2, 29), 2104),
        (at(2096, 2, 29, 12, 30), 2104),
        (midnight(2099, 12, 31), 2104),
        (at(9990, 12, 31, 23, 59), 9992),
    ] {
        assert_eq!(
            next("0 0 29 2 *", given),
            Some(midnight(year, 2, 29)),
            "{given:?}"
        );
    }
}

#[test]
fn days_of_no_year_give_no_time__R5() {
    for expression in ["0 0 30 2 *", "0 0 31 4,6 *", "* * 30-31 FEB *"] {
        for given in [
            midnight(1970, 1, 1),
            midnight(2024, 2, 29),
            at(9990, 12, 31, 23, 59),
        ] {
            assert_eq!(
                next(expression, given),
                None,
                "{expression} after {given:?}"
            );
        }
    }
}

#[test]
fn other_than_five_fields__R6() {
    for expression in [
        "",
        " ",
        " \t ",
        "@daily",
        "* * * *",
        "* * * * * *",
        "60 ? 1- L",
        "x 99 , */0 -1 ?",
    ] {
        assert_error(expression, Reason::FieldCount, None, "");
    }
}

#[test]
fn spaces_and_tabs_separate__R6() {
    for expression in [
        "0\t10\t*\t*\t*",
        "0   10 \t * \t\t* *",
        " \t0 10 * * *",
        "0 10 * * *\t ",
    ] {
        assert_eq!(
            next(expression, at(2024, 5, 17, 9, 0)),
            Some(at(2024, 5, 17, 10, 0)),
            "{expression:?}"
        );
    }
}

#[test]
fn other_white_space_belongs_to_the_field__R6() {
    for space in ["\n", "\r", "\u{b}", "\u{c}", "\u{a0}", "\u{2003}"] {
        let in_field = |field, item: String, expression: String| {
            assert_error(&expression, Reason::Syntax, Some(field), &item);
        };
        in_field(
            Field::DayOfWeek,
            format!("*{space}"),
            format!("0 10 * * *{space}"),
        );
        in_field(
            Field::Minute,
            format!("{space}0"),
            format!("{space}0 10 * * *"),
        );
        in_field(
            Field::Hour,
            format!("10{space}"),
            format!("0 10{space} * * *"),
        );
        in_field(
            Field::Month,
            format!("1-5/2{space}"),
            format!("0 10 * 1-5/2{space} *"),
        );
        assert_error(&format!("0{space}10 * * *"), Reason::FieldCount, None, "");
    }
}

#[test]
fn bad_shape__R7() {
    for item in [
        "5/10",
        "1-",
        "-1",
        "1--3",
        "5L",
        "L5",
        "*-5",
        "5-*",
        "?",
        "**",
        "*5",
        "*/",
        "/5",
        "*/-1",
        "*/+1",
        "*/MON",
        "1-5/",
        "1-5/x",
        "1-2-3",
        "*/2/3",
        "+1",
        "+1-5",
        "1-+5",
        "1.5",
        "1e1",
        "1-5L",
        "JAN/2",
        "\u{665}",
        "\u{ff15}",
        "1-\u{ff15}",
        "*/\u{ff15}",
        "\u{b2}",
        "\u{c4}PR",
        "\u{17f}un",
    ] {
        for field in FIELDS {
            assert_error_in(field, item, Reason::Syntax);
        }
    }
}

#[test]
fn empty_item__R7() {
    for list in ["1,,2", ",1", "1,", ","] {
        assert_error(
            &format!("* * {list} * *"),
            Reason::Syntax,
            Some(Field::DayOfMonth),
            "",
        );
    }
}

#[test]
fn bad_value__R7() {
    for (field, item) in [
        (Field::Minute, "60"),
        (Field::Minute, "50-60"),
        (Field::Minute, "256"),
        (Field::Minute, "4294967296-5"),
        (Field::Minute, "18446744073709551616"),
        (Field::Minute, "99999999999999999999"),
        (Field::Minute, "9".repeat(5000).as_str()),
        (Field::Hour, "24"),
        (Field::DayOfMonth, "0"),
        (Field::DayOfMonth, "00-5"),
        (Field::DayOfMonth, "32"),
        (Field::Month, "0"),
        (Field::Month, "13"),
        (Field::DayOfWeek, "8"),
        (Field::DayOfWeek, "1-8"),
        (Field::Month, "MON"),
        (Field::DayOfWeek, "Jan"),
        (Field::Minute, "SUN"),
        (Field::Hour, "jan"),
        (Field::DayOfMonth, "L"),
        (Field::Month, "JANUARY"),
        (Field::Month, "ja"),
        (Field::DayOfWeek, "Sunday"),
        (Field::DayOfWeek, "MON-L"),
    ] {
        assert_error_in(field, item, Reason::Value);
    }
}

#[test]
fn bad_range__R7() {
    assert_error_in(Field::Minute, "30-10", Reason::Range);
    assert_error_in(Field::Hour, "1-0/2", Reason::Range);
    assert_error_in(Field::Month, "Mar-FEB", Reason::Range);
    assert_error_in(Field::Month, "mar-2", Reason::Range);
}

#[test]
fn bad_step__R7() {
    for (field, greatest) in FIELDS.into_iter().zip([59, 23, 31, 12, 7]) {
        let too_great = (greatest + 1).to_string();
        for step in [
            "0",
            "000",
            &too_great,
            "256",
            "99999999999999999999",
            "18446744073709551617",
        ] {
            assert_error_in(field, &format!("*/{step}"), Reason::Step);
            assert_error_in(field, &format!("1-5/{step}"), Reason::Step);
        }
        assert_values(&[(field, &format!("1-2/{greatest}"), &[1])]);
    }
}

#[test]
fn first_bad_item_is_reported__R7() {
    assert_error("0 24 ? */0 9", Reason::Value, Some(Field::Hour), "24");
    assert_error("0 0 5-1 ? 8", Reason::Range, Some(Field::DayOfMonth), "5-1");
    assert_error(
        "1,61,?,*/0 ? * * *",
        Reason::Value,
        Some(Field::Minute),
        "61",
    );
    assert_error("*/0,60 * * * *", Reason::Step, Some(Field::Minute), "*/0");
    assert_error(
        "* * * * 1,Mon-Fry,x-",
        Reason::Value,
        Some(Field::DayOfWeek),
        "Mon-Fry",
    );
}

#[test]
fn first_reason_of_an_item_is_reported__R7() {
    assert_error_in(Field::Minute, "60-/0", Reason::Syntax);
    assert_error_in(Field::Minute, "60-50/0", Reason::Value);
    assert_error_in(Field::Minute, "5-x/0", Reason::Value);
    assert_error_in(Field::Minute, "40-10/0", Reason::Range);
}

#[test]
fn labels_of_fields__R7() {
    assert_eq!(
        FIELDS.map(Field::label),
        ["minute", "hour", "day-of-month", "month", "day-of-week"]
    );
}

#[test]
fn errors_are_std_errors__R7() {
    let error: Box<dyn std::error::Error> = Box::new("60 * * * *".parse::<Schedule>().unwrap_err());
    assert!(error.is::<CronError>());
}

#[test]
fn hundreds_of_questions__R8() {
    let started = Instant::now();
    for year in 2000..2100 {
        let leap_day = next("0 0 29 2 *", midnight(year, 2, 28)).unwrap();
        assert_eq!((leap_day.month, leap_day.day), (2, 29));
        assert_eq!(next("0 0 30 2 *", midnight(year, 2, 28)), None);
    }
    assert!(started.elapsed() < Duration::from_secs(2));
}
