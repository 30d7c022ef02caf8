package cronnext;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import cronnext.CronException.Reason;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static LocalDateTime time(String text) {
        return LocalDateTime.parse(text.length() == 10 ? text + "T00:00" : text.replace(' ', 'T'));
    }

    private static Optional<LocalDateTime> next(String expression, String given) {
        return Schedule.parse(expression).nextAfter(time(given));
    }

    private static void assertNext(String expression, String given, String expected) {
        assertEquals(Optional.of(time(expected)), next(expression, given), expression + " after " + given);
    }

    /** The next days, as month and day. */
    private static String days(String expression, String start, int count) {
        Schedule schedule = Schedule.parse(expression);
        List<String> found = new ArrayList<>();
        LocalDateTime at = time(start);
        for (int i = 0; i < count; i++) {
            at = schedule.nextAfter(at).orElseThrow();
            found.add(at.toString().substring(5, 10));
        }
        return String.join(" ", found);
    }

    /** The minutes, or hours, or ... of a span in which each value of the field stands once. */
    private static String values(Field field, String text) {
        record Span(String template, String start, String end) {}
        Span span = switch (field) {
            case MINUTE -> new Span("V * * * *", "2024-01-01 00:59", "2024-01-01 01:59");
            case HOUR -> new Span("0 V * * *", "2024-01-01 23:00", "2024-01-02 23:00");
            case DAY_OF_MONTH -> new Span("0 0 V 1 *", "2023-12-31", "2024-01-31");
            case MONTH -> new Span("0 0 1 V *", "2023-12-01", "2024-12-01");
            case DAY_OF_WEEK -> new Span("0 0 * * V", "2024-01-06", "2024-01-13");
        };
        Schedule schedule = Schedule.parse(span.template().replace("V", text));
        List<Integer> found = new ArrayList<>();
        LocalDateTime at = schedule.nextAfter(time(span.start())).orElseThrow();
        while (!at.isAfter(time(span.end())) && found.size() <= 60) {
            found.add(switch (field) {
                case MINUTE -> at.getMinute();
                case HOUR -> at.getHour();
                case DAY_OF_MONTH -> at.getDayOfMonth();
                case MONTH -> at.getMonthValue();
                case DAY_OF_WEEK -> at.getDayOfWeek().getValue() % 7;
            });
            at = schedule.nextAfter(at).orElseThrow();
        }
        return found.stream().map(String::valueOf).collect(Collectors.joining(" "));
    }

    private static void assertError(String expression, Reason reason, Field field, String item) {
        CronException error = assertThrows(CronException.class, () -> Schedule.parse(expression), expression);
        assertEquals(reason, error.reason(), expression);
        assertEquals(Optional.ofNullable(field), error.field(), expression);
        assertEquals(item, error.item());
    }

    private static void assertErrorIn(Field field, String item, Reason reason) {
        String expression = Arrays.stream(Field.values())
                .map(other -> other == field ? item : "*")
                .collect(Collectors.joining(" "));
        assertError(expression, reason, field, item);
    }

    @ParameterizedTest
    @CsvSource({
        "MINUTE, 58-59, 58 59", "MINUTE, 3-3, 3", "MINUTE, 10-40/15, 10 25 40", "MINUTE, 10-39/15, 10 25",
        "MINUTE, 10-12/5, 10", "MINUTE, */25, 0 25 50", "MINUTE, */59, 0 59", "HOUR, 7-22/5, 7 12 17 22",
        "DAY_OF_MONTH, */10, 1 11 21 31", "MONTH, */5, 1 6 11", "MONTH, */12, 1", "MONTH, *, 1 2 3 4 5 6 7 8 9 10 11 12",
        "DAY_OF_WEEK, 2-6/3, 2 5", "DAY_OF_WEEK, *, 0 1 2 3 4 5 6",
    })
    @DisplayName("R1: ranges and steps")
    void rangesAndSteps(Field field, String text, String expected) {
        assertEquals(expected, values(field, text));
    }

    @Test
    @DisplayName("R1: lists are unions in any order")
    void lists() {
        assertEquals("5 20 40", values(Field.MINUTE, "40,5,20"));
        assertEquals("5 6 7 8 9", values(Field.MINUTE, "7,7,5-8,6-9"));
        assertEquals("0 1 30 50 55", values(Field.MINUTE, "50-55/5,*/30,1"));
        assertEquals("0 22 23", values(Field.HOUR, "22-23,0"));
    }

    @Test
    @DisplayName("R1: names stand for values, in any letter case and any locale")
    void names() {
        Locale before = Locale.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("tr")); // where the upper case of i is not I
            assertEquals("1 3 4 5", values(Field.MONTH, "jan,Mar-MAY"));
            assertEquals("2 5 8", values(Field.MONTH, "feb-8/3"));
            assertEquals("1 2 3 4 5", values(Field.DAY_OF_WEEK, "mon-fri"));
            assertEquals("0 2 4 6", values(Field.DAY_OF_WEEK, "Tue-6/2,SUN"));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    @DisplayName("R1: leading zeros")
    void leadingZeros() {
        assertEquals("0", values(Field.MINUTE, "00"));
        assertEquals("5 10", values(Field.MINUTE, "005-0010/005"));
        assertEquals("7", values(Field.MINUTE, "0".repeat(5000) + "7"));
        assertEquals("0 30", values(Field.MINUTE, "*/" + "0".repeat(5000) + "30"));
    }

    @ParameterizedTest
    @CsvSource({
        "2024-05-17 00:00:00, 2024-05-17", "2024-05-17 09:59:00, 2024-05-17", "2024-05-17 09:59:30, 2024-05-17",
        "2024-05-17 09:59:59.999999999, 2024-05-17", "2024-05-17 10:00:00, 2024-05-18",
        "2024-05-17 10:00:00.000000001, 2024-05-18", "2024-05-17 10:00:59, 2024-05-18", "2024-05-17 10:01:00, 2024-05-18",
    })
    @DisplayName("R2: the first minute strictly later")
    void strictlyLater(String given, String expected) {
        assertNext("0 10 * * *", given, expected + " 10:00");
    }

    @ParameterizedTest
    @CsvSource({
        "09:14, 17 09:15", "09:15, 17 09:45", "09:45, 17 17:15", "10:20, 17 17:15", "16:59, 17 17:15",
        "17:15, 17 17:45", "17:45, 18 09:15", "18:00, 18 09:15",
    })
    @DisplayName("R2: several hours and minutes")
    void severalHoursAndMinutes(String given, String expected) {
        assertNext("15,45 9,17 * * *", "2024-05-17 " + given, "2024-05-" + expected);
    }

    @Test
    @DisplayName("R2: questions are independent")
    void independentQuestions() {
        Schedule schedule = Schedule.parse("0 10 * * *");
        for (int round = 0; round < 2; round++) {
            assertEquals(Optional.of(time("2030-01-01 10:00")), schedule.nextAfter(time("2030-01-01")));
            assertEquals(Optional.of(time("2020-01-01 10:00")), schedule.nextAfter(time("2020-01-01")));
        }
    }

    @Test
    @DisplayName("R3: either restricted day field is enough")
    void eitherDay() {
        assertEquals("09-06 09-13 09-20 09-27 10-04 10-11 10-13 10-18", days("0 0 13 * FRI", "2024-09-01", 8));
        assertEquals("02-26 02-03", days("0 0 31 2 MON", "2024-02-19", 2));
    }

    @Test
    @DisplayName("R3: an unrestricted day field leaves the other alone")
    void unrestrictedDay() {
        assertEquals("09-13 10-13 11-13", days("0 0 13 * *", "2024-09-01", 3));
        assertEquals("09-06 09-13 09-20", days("0 0 * * FRI", "2024-09-01", 3));
        assertEquals("09-02 09-03", days("0 0 * * *", "2024-09-01", 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "*/1 * FRI", "*,13 * FRI", "1-31 * FRI", "13 * */1", "13 * *,FRI", "13 * 0-6", "13 * 1-7", "*/1 * *", "* * */1",
    })
    @DisplayName("R3: all values still restrict unless exactly a star")
    void allValuesRestrict(String fields) {
        assertEquals("09-02 09-03 09-04 09-05", days("0 0 " + fields, "2024-09-01", 4));
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0", "7, 0", "SUN, 0", "'0,7,sun', 0", "7-7, 0", "5-7, 0 5 6", "0-7, 0 1 2 3 4 5 6", "SUN-2, 0 1 2",
        "FRI-7, 0 5 6", "1-7/2, 0 1 3 5", "2-7/5, 0 2", "1-7/7, 1", "*/3, 0 3 6", "*/7, 0",
    })
    @DisplayName("R4: Sunday is 0 and 7")
    void sunday(String text, String expected) {
        assertEquals(expected, values(Field.DAY_OF_WEEK, text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"FRI-SUN", "6-0", "7-0", "7-sun", "SAT-MON"})
    @DisplayName("R4: ranges of weekdays compare numbers")
    void weekdayRanges(String item) {
        assertErrorIn(Field.DAY_OF_WEEK, item, Reason.RANGE);
    }

    @ParameterizedTest
    @CsvSource({
        "5 * * * *, 2024-05-17 23:30, 2024-05-18 00:05", "* * * * *, 2024-02-29 23:59, 2024-03-01",
        "* * * * *, 2023-02-28 23:59, 2023-03-01", "* * * * *, 2024-12-31 23:59:59, 2025-01-01",
        "0 0 1 1 *, 2024-01-01, 2025-01-01", "0 0 1 2 *, 2024-01-31, 2024-02-01",
        "59 23 31 12 *, 2024-12-31 23:58, 2024-12-31 23:59", "59 23 31 12 *, 2024-12-31 23:59, 2025-12-31 23:59",
        "15 6 10 3 *, 2024-05-17 09:30, 2025-03-10 06:15", "* * * * *, 9990-12-31 23:59:59, 9991-01-01",
        "0 0 * * MON, 2100-02-25, 2100-03-01",
    })
    @DisplayName("R5: a later hour, day, month or year")
    void later(String expression, String given, String expected) {
        assertNext(expression, given, expected);
    }

    @Test
    @DisplayName("R5: months without a 31st are left out")
    void shortMonths() {
        assertEquals("01-31 03-31 05-31 07-31 08-31 10-31 12-31 01-31", days("0 0 31 * *", "2024-01-01", 8));
    }

    @ParameterizedTest
    @CsvSource({
        "1996-02-29, 2000", "2023-03-01, 2024", "2024-02-28 23:59, 2024", "2024-02-29, 2028", "2096-02-29, 2104",
        "2096-02-29 12:30, 2104", "2099-12-31, 2104", "9990-12-31 23:59, 9992",
    })
    @DisplayName("R5: leap days")
    void leapDays(String given, int year) {
        assertNext("0 0 29 2 *", given, year + "-02-29");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0 0 30 2 *", "0 0 31 4,6 *", "* * 30-31 FEB *"})
    @DisplayName("R5: days of no year give no time")
    void never(String expression) {
        for (String given : List.of("1970-01-01", "2024-02-29", "9990-12-31 23:59:59")) {
            assertEquals(Optional.empty(), next(expression, given));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " \t ", "@daily", "* * * *", "* * * * * *", "60 ? 1- L", "x 99 , */0 -1 ?"})
    @DisplayName("R6: other than five fields")
    void fieldCount(String expression) {
        assertError(expression, Reason.FIELD_COUNT, null, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0\t10\t*\t*\t*", "0   10 \t * \t\t* *", " \t0 10 * * *", "0 10 * * *\t "})
    @DisplayName("R6: spaces and tabs separate")
    void separators(String expression) {
        assertNext(expression, "2024-05-17 09:00", "2024-05-17 10:00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\u000b", "\f", "\u00a0", "\u2003", "\ufeff"})
    @DisplayName("R6: other white space belongs to the field")
    void otherWhiteSpace(String space) {
        assertError("0 10 * * *" + space, Reason.SYNTAX, Field.DAY_OF_WEEK, "*" + space);
        assertError(space + "0 10 * * *", Reason.SYNTAX, Field.MINUTE, space + "0");
        assertError("0" + space + "10 * * *", Reason.FIELD_COUNT, null, "");
    }

    @ParameterizedTest
    @EnumSource(Field.class)
    @DisplayName("R7: bad shapes")
    void badShapes(Field field) {
        Stream.of("5/10", "1-", "-1", "1--3", "5L", "L5", "*-5", "5-*", "?", "**", "*5", "*/", "/5", "*/-1", "*/MON",
                        "1-5/", "1-5/x", "1-2-3", "*/2/3", "+1", "1.5", "1e1", "1-5L", "JAN/2", "\u0665", "\uff15",
                        "1-\uff15", "*/\uff15", "\u00b2", "\u00c4PR", "\u017fun")
                .forEach(item -> assertErrorIn(field, item, Reason.SYNTAX));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1,,2", ",1", "1,", ","})
    @DisplayName("R7: empty items")
    void emptyItems(String list) {
        assertError("* * " + list + " * *", Reason.SYNTAX, Field.DAY_OF_MONTH, "");
    }

    @ParameterizedTest
    @CsvSource({
        "MINUTE, 60", "MINUTE, 50-60", "MINUTE, 256", "MINUTE, 4294967296-5", "MINUTE, 18446744073709551616",
        "HOUR, 24", "DAY_OF_MONTH, 0", "DAY_OF_MONTH, 00-5", "DAY_OF_MONTH, 32", "MONTH, 0", "MONTH, 13",
        "DAY_OF_WEEK, 8", "DAY_OF_WEEK, 1-8", "MONTH, MON", "DAY_OF_WEEK, Jan", "MINUTE, SUN", "HOUR, jan",
        "MONTH, JANUARY", "MONTH, ja", "DAY_OF_WEEK, MON-L",
    })
    @DisplayName("R7: bad values")
    void badValues(Field field, String item) {
        assertErrorIn(field, item, Reason.VALUE);
    }

    @Test
    @DisplayName("R7: bad ranges")
    void badRanges() {
        assertErrorIn(Field.MINUTE, "30-10", Reason.RANGE);
        assertErrorIn(Field.HOUR, "1-0/2", Reason.RANGE);
        assertErrorIn(Field.MONTH, "mar-2", Reason.RANGE);
    }

    @ParameterizedTest
    @CsvSource({"MINUTE, 59", "HOUR, 23", "DAY_OF_MONTH, 31", "MONTH, 12", "DAY_OF_WEEK, 7"})
    @DisplayName("R7: bad steps")
    void badSteps(Field field, int greatest) {
        for (String step : List.of("0", "000", "" + (greatest + 1), "256", "99999999999999999999", "18446744073709551617")) {
            assertErrorIn(field, "*/" + step, Reason.STEP);
            assertErrorIn(field, "1-5/" + step, Reason.STEP);
        }
        assertEquals("1", values(field, "1-2/" + greatest));
    }

    @Test
    @DisplayName("R7: the first bad item is reported, with its first reason")
    void firstError() {
        assertError("0 24 ? */0 9", Reason.VALUE, Field.HOUR, "24");
        assertError("1,61,?,*/0 ? * * *", Reason.VALUE, Field.MINUTE, "61");
        assertError("*/0,60 * * * *", Reason.STEP, Field.MINUTE, "*/0");
        assertErrorIn(Field.MINUTE, "60-/0", Reason.SYNTAX);
        assertErrorIn(Field.MINUTE, "60-50/0", Reason.VALUE);
        assertErrorIn(Field.MINUTE, "5-x/0", Reason.VALUE);
        assertErrorIn(Field.MINUTE, "40-10/0", Reason.RANGE);
    }

    @Test
    @DisplayName("R7: errors name the field as people write it")
    void labels() {
        CronException error = assertThrows(CronException.class, () -> Schedule.parse("* * 0 * *"));
        assertEquals("day-of-month", error.field().orElseThrow().label());
        assertInstanceOf(IllegalArgumentException.class, error);
    }

    @Test
    @DisplayName("R8: hundreds of questions")
    void quick() {
        assertTimeout(Duration.ofSeconds(2), () -> {
            for (int year = 2000; year < 2100; year++) {
                LocalDateTime leapDay = next("0 0 29 2 *", year + "-02-28").orElseThrow();
                assertEquals("02-29", leapDay.toString().substring(5, 10));
                assertEquals(Optional.empty(), next("0 0 30 2 *", year + "-02-28"));
            }
        });
    }
}
