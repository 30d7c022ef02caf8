package cronnext

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	minute     = "minute"
	hour       = "hour"
	dayOfMonth = "day-of-month"
	month      = "month"
	dayOfWeek  = "day-of-week"
)

var fieldNames = []string{minute, hour, dayOfMonth, month, dayOfWeek}

// valuesOf has an expression that shows the values of a field, and a span with each of them once.
var valuesOf = map[string]struct {
	template, start, end string
	read                 func(time.Time) int
}{
	minute:     {"%s * * * *", "2024-01-01 00:59", "2024-01-01 01:59", time.Time.Minute},
	hour:       {"0 %s * * *", "2024-01-01 23:00", "2024-01-02 23:00", time.Time.Hour},
	dayOfMonth: {"0 0 %s 1 *", "2023-12-31", "2024-01-31", time.Time.Day},
	month:      {"0 0 1 %s *", "2023-12-01", "2024-12-01", func(t time.Time) int { return int(t.Month()) }},
	dayOfWeek:  {"0 0 * * %s", "2024-01-06", "2024-01-13", func(t time.Time) int { return int(t.Weekday()) }},
}

// utc reads a time of which the part after the day may be missing.
func utc(t *testing.T, text string) time.Time {
	t.Helper()
	for _, layout := range []string{time.DateOnly, "2006-01-02 15:04", time.DateTime} {
		if at, err := time.Parse(layout, text); err == nil {
			return at
		}
	}
	t.Fatalf("%q is not a time", text)
	return time.Time{}
}

func parse(t *testing.T, expression string) *Schedule {
	t.Helper()
	schedule, err := Parse(expression)
	if err != nil || schedule == nil {
		t.Fatalf("Parse(%.60q) = %v, %v; want a schedule", expression, schedule, err)
	}
	return schedule
}

// next returns the next time, which has to exist, to be in UTC and to be the start of a minute.
func next(t *testing.T, schedule *Schedule, given time.Time) time.Time {
	t.Helper()
	at, ok := schedule.NextAfter(given)
	if !ok {
		t.Fatalf("there is no time after %v", given)
	}
	if at.Location() != time.UTC || at.Second() != 0 || at.Nanosecond() != 0 {
		t.Fatalf("%v is not the start of a minute of UTC", at)
	}
	return at
}

func wantNext(t *testing.T, expression, given, want string) {
	t.Helper()
	if got := next(t, parse(t, expression), utc(t, given)); !got.Equal(utc(t, want)) {
		t.Errorf("%s after %s: got %v, want %s", expression, given, got, want)
	}
}

// wantSeries compares as many times after start as layouts of them are wanted.
func wantSeries(t *testing.T, expression, start, layout string, want ...string) {
	t.Helper()
	schedule := parse(t, expression)
	at := utc(t, start)
	var got []string
	for range want {
		at = next(t, schedule, at)
		got = append(got, at.Format(layout))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s after %s: got %v, want %v", expression, start, got, want)
	}
}

func wantDays(t *testing.T, expression, start string, want ...string) {
	t.Helper()
	wantSeries(t, expression, start, "01-02", want...)
}

func wantValues(t *testing.T, field, text string, want ...int) {
	t.Helper()
	of := valuesOf[field]
	schedule := parse(t, fmt.Sprintf(of.template, text))
	end := utc(t, of.end)
	var got []int
	// A schedule that stands still must not hang the test.
	for at := next(t, schedule, utc(t, of.start)); !at.After(end) && len(got) <= 60; at = next(t, schedule, at) {
		got = append(got, of.read(at))
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s %.60s: got %v, want %v", field, text, got, want)
	}
}

func wantError(t *testing.T, expression string, reason error, field, item string) {
	t.Helper()
	schedule, err := Parse(expression)
	var parseError *ParseError
	if !errors.As(err, &parseError) {
		t.Errorf("Parse(%.60q) = %v, %v; want a *ParseError", expression, schedule, err)
		return
	}
	if !errors.Is(err, reason) || *parseError != (ParseError{reason, field, item}) {
		t.Errorf("Parse(%.60q): got %v, want %v: %.60q in %s", expression, err, reason, item, field)
	}
	if err.Error() == "" {
		t.Errorf("Parse(%.60q): the error has no message", expression)
	}
}

func wantErrorIn(t *testing.T, field, item string, reason error) {
	t.Helper()
	var texts []string
	for _, name := range fieldNames {
		if name == field {
			texts = append(texts, item)
		} else {
			texts = append(texts, "*")
		}
	}
	wantError(t, strings.Join(texts, " "), reason, field, item)
}

func upTo(first, last int) []int {
	var values []int
	for value := first; value <= last; value++ {
		values = append(values, value)
	}
	return values
}

func TestRangesAndSteps_R1(t *testing.T) {
	wantValues(t, minute, "*", upTo(0, 59)...)
	wantValues(t, minute, "0", 0)
	wantValues(t, minute, "59", 59)
	wantValues(t, minute, "58-59", 58, 59)
	wantValues(t, minute, "3-3", 3)
	wantValues(t, minute, "10-40/15", 10, 25, 40)
	wantValues(t, minute, "10-39/15", 10, 25)
	wantValues(t, minute, "10-12/5", 10)
	wantValues(t, minute, "*/25", 0, 25, 50)
	wantValues(t, minute, "*/59", 0, 59)
	wantValues(t, hour, "*", upTo(0, 23)...)
	wantValues(t, hour, "7-22/5", 7, 12, 17, 22)
	wantValues(t, hour, "*/23", 0, 23)
	wantValues(t, dayOfMonth, "*", upTo(1, 31)...)
	wantValues(t, dayOfMonth, "*/10", 1, 11, 21, 31)
	wantValues(t, dayOfMonth, "*/31", 1)
	wantValues(t, month, "*", upTo(1, 12)...)
	wantValues(t, month, "*/5", 1, 6, 11)
	wantValues(t, month, "*/12", 1)
	wantValues(t, dayOfWeek, "*", upTo(0, 6)...)
	wantValues(t, dayOfWeek, "2-6/3", 2, 5)
}

func TestListsAreUnionsInAnyOrder_R1(t *testing.T) {
	wantValues(t, minute, "40,5,20", 5, 20, 40)
	wantValues(t, minute, "7,7,5-8,6-9", 5, 6, 7, 8, 9)
	wantValues(t, minute, "50-55/5,*/30,1", 0, 1, 30, 50, 55)
	wantValues(t, hour, "22-23,0", 0, 22, 23)
	wantValues(t, dayOfMonth, "31,1,15", 1, 15, 31)
	wantSeries(t, "40,5 17,9 * * *", "2024-05-17", "15:04", "09:05", "09:40", "17:05", "17:40")
}

func TestNamesStandForValues_R1(t *testing.T) {
	wantValues(t, month, "jan,Mar-MAY", 1, 3, 4, 5)
	wantValues(t, month, "feb-8/3", 2, 5, 8)
	wantValues(t, month, "11-Dec", 11, 12)
	wantValues(t, dayOfWeek, "mon-FRI", 1, 2, 3, 4, 5)
	wantValues(t, dayOfWeek, "Tue-6/2,SUN", 0, 2, 4, 6)
}

func TestEveryName_R1(t *testing.T) {
	for i, name := range strings.Fields("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC") {
		wantValues(t, month, name, i+1)
	}
	for i, name := range strings.Fields("SUN MON TUE WED THU FRI SAT") {
		wantValues(t, dayOfWeek, name, i)
	}
}

func TestLeadingZeros_R1(t *testing.T) {
	wantValues(t, minute, "00", 0)
	wantValues(t, minute, "08", 8)
	wantValues(t, minute, "005-0010/005", 5, 10)
	wantValues(t, minute, strings.Repeat("0", 5000)+"7", 7)
	wantValues(t, minute, "*/"+strings.Repeat("0", 5000)+"30", 0, 30)
}

func TestFirstMinuteStrictlyLater_R2(t *testing.T) {
	for given, want := range map[string]string{
		"2024-05-17 00:00:00":           "2024-05-17 10:00",
		"2024-05-17 09:59:00":           "2024-05-17 10:00",
		"2024-05-17 09:59:30":           "2024-05-17 10:00",
		"2024-05-17 09:59:59.999999999": "2024-05-17 10:00",
		"2024-05-17 10:00:00":           "2024-05-18 10:00",
		"2024-05-17 10:00:00.000000001": "2024-05-18 10:00",
		"2024-05-17 10:00:59":           "2024-05-18 10:00",
		"2024-05-17 10:01:00":           "2024-05-18 10:00",
	} {
		wantNext(t, "0 10 * * *", given, want)
	}
}

func TestEveryMinuteFollowsTheLast_R2(t *testing.T) {
	wantNext(t, "* * * * *", "2024-05-17 09:30", "2024-05-17 09:31")
	wantNext(t, "* * * * *", "2024-05-17 09:30:59.5", "2024-05-17 09:31")
}

func TestSeveralHoursAndMinutes_R2(t *testing.T) {
	for given, want := range map[string]string{
		"09:14": "17 09:15",
		"09:15": "17 09:45",
		"09:45": "17 17:15",
		"10:20": "17 17:15",
		"16:59": "17 17:15",
		"17:15": "17 17:45",
		"17:45": "18 09:15",
		"18:00": "18 09:15",
	} {
		wantNext(t, "15,45 9,17 * * *", "2024-05-17 "+given, "2024-05-"+want)
	}
}

func TestQuestionsAreIndependent_R2(t *testing.T) {
	schedule := parse(t, "0 10 * * *")
	for range 2 {
		for given, want := range map[string]string{
			"2030-01-01": "2030-01-01 10:00",
			"2020-01-01": "2020-01-01 10:00",
		} {
			if got := next(t, schedule, utc(t, given)); !got.Equal(utc(t, want)) {
				t.Errorf("after %s: got %v, want %s", given, got, want)
			}
		}
	}
}

func TestTimeOfAnotherLocationIsTakenAsInstant_R2(t *testing.T) {
	east, west := time.FixedZone("east", 14*3600), time.FixedZone("west", -10*3600)
	schedule := parse(t, "0 20 * * FRI") // 2024-05-17 is a Friday
	for _, c := range []struct {
		given time.Time
		want  string
	}{
		{time.Date(2024, 5, 18, 9, 59, 30, 0, east), "2024-05-17 20:00"},
		{time.Date(2024, 5, 18, 10, 0, 0, 0, east), "2024-05-24 20:00"},
		{time.Date(2024, 5, 17, 9, 59, 59, 0, west), "2024-05-17 20:00"},
		{time.Date(2024, 5, 16, 20, 0, 0, 0, west), "2024-05-17 20:00"},
		{time.Date(2024, 5, 17, 10, 0, 0, 0, west), "2024-05-24 20:00"},
	} {
		if got := next(t, schedule, c.given); !got.Equal(utc(t, c.want)) {
			t.Errorf("after %v: got %v, want %s", c.given, got, c.want)
		}
	}
}

func TestLocalTimeHasNoInfluence_R2(t *testing.T) {
	local := time.Local
	defer func() { time.Local = local }()
	time.Local = time.FixedZone("local", -5*3600)

	wantNext(t, "30 6 * * MON", "2024-09-01 23:59", "2024-09-02 06:30")
	wantNext(t, "30 22 * * SUN", "2024-09-01 22:29", "2024-09-01 22:30")
}

func TestEitherRestrictedDayFieldIsEnough_R3(t *testing.T) {
	wantDays(t, "0 0 13 * FRI", "2024-09-01",
		"09-06", "09-13", "09-20", "09-27", "10-04", "10-11", "10-13", "10-18")
}

func TestUnrestrictedDayFieldLeavesTheOtherAlone_R3(t *testing.T) {
	wantDays(t, "0 0 13 * *", "2024-09-01", "09-13", "10-13", "11-13")
	wantDays(t, "0 0 * * FRI", "2024-09-01", "09-06", "09-13", "09-20")
	wantDays(t, "0 0 * * *", "2024-09-01", "09-02", "09-03", "09-04")
}

func TestAllValuesStillRestrictUnlessExactlyAStar_R3(t *testing.T) {
	for _, days := range []string{
		"*/1 * FRI", "*,13 * FRI", "1-31 * FRI", "13 * */1", "13 * *,FRI", "13 * 0-6", "13 * 1-7",
	} {
		wantDays(t, "0 0 "+days, "2024-09-01", "09-02", "09-03", "09-04", "09-05")
	}
	wantDays(t, "0 0 */1 * *", "2024-09-01", "09-02", "09-03")
	wantDays(t, "0 0 * * */1", "2024-09-01", "09-02", "09-03")
}

func TestMonthHourAndMinuteMatchInAnyCase_R3(t *testing.T) {
	wantSeries(t, "30 6 13 9 FRI", "2024-09-20", "2006-01-02 15:04",
		"2024-09-20 06:30", "2024-09-27 06:30", "2025-09-05 06:30")
	wantDays(t, "0 0 31 2 MON", "2024-02-19", "02-26", "02-03")
}

func TestSundayIs0And7_R4(t *testing.T) {
	wantValues(t, dayOfWeek, "0", 0)
	wantValues(t, dayOfWeek, "7", 0)
	wantValues(t, dayOfWeek, "SUN", 0)
	wantValues(t, dayOfWeek, "0,7,sun", 0)
	wantValues(t, dayOfWeek, "7-7", 0)
	wantValues(t, dayOfWeek, "5-7", 0, 5, 6)
	wantValues(t, dayOfWeek, "0-7", 0, 1, 2, 3, 4, 5, 6)
	wantValues(t, dayOfWeek, "SUN-2", 0, 1, 2)
	wantValues(t, dayOfWeek, "FRI-7", 0, 5, 6)
	wantValues(t, dayOfWeek, "1-7/2", 0, 1, 3, 5)
	wantValues(t, dayOfWeek, "2-7/5", 0, 2)
	wantValues(t, dayOfWeek, "1-7/7", 1)
	wantValues(t, dayOfWeek, "*/2", 0, 2, 4, 6)
	wantValues(t, dayOfWeek, "*/3", 0, 3, 6)
	wantValues(t, dayOfWeek, "*/7", 0)
}

func TestRangesOfWeekdaysCompareNumbers_R4(t *testing.T) {
	for _, item := range []string{"FRI-SUN", "6-0", "7-0", "7-sun", "SAT-MON"} {
		wantErrorIn(t, dayOfWeek, item, ErrRange)
	}
}

func TestLaterHourDayMonthOrYear_R5(t *testing.T) {
	wantNext(t, "5 * * * *", "2024-05-17 09:05", "2024-05-17 10:05")
	wantNext(t, "5 * * * *", "2024-05-17 23:30", "2024-05-18 00:05")
	wantNext(t, "* * * * *", "2024-02-29 23:59", "2024-03-01")
	wantNext(t, "* * * * *", "2023-02-28 23:59", "2023-03-01")
	wantNext(t, "* * * * *", "2024-12-31 23:59:59", "2025-01-01")
	wantNext(t, "0 0 1 1 *", "2024-01-01", "2025-01-01")
	wantNext(t, "0 0 1 2 *", "2024-01-31", "2024-02-01")
	wantNext(t, "59 23 31 12 *", "2024-12-31 23:58", "2024-12-31 23:59")
	wantNext(t, "59 23 31 12 *", "2024-12-31 23:59", "2025-12-31 23:59")
	wantNext(t, "15 6 10 3 *", "2024-05-17 09:30", "2025-03-10 06:15")
	wantNext(t, "* * * * *", "1970-01-01", "1970-01-01 00:01")
	wantNext(t, "* * * * *", "9990-12-31 23:59:59", "9991-01-01")
	wantNext(t, "0 0 * * MON", "2100-02-25", "2100-03-01")
}

func TestMonthsWithoutA31stAreLeftOut_R5(t *testing.T) {
	wantDays(t, "0 0 31 * *", "2024-01-01",
		"01-31", "03-31", "05-31", "07-31", "08-31", "10-31", "12-31", "01-31")
	wantDays(t, "0 0 30 * *", "2024-01-30", "03-30", "04-30")
}

func TestLeapDays_R5(t *testing.T) {
	for given, year := range map[string]string{
		"1996-02-29":       "2000",
		"2023-03-01":       "2024",
		"2024-02-28 23:59": "2024",
		"2024-02-29":       "2028",
		"2096-02-29":       "2104",
		"2096-02-29 12:30": "2104",
		"2099-12-31":       "2104",
		"9990-12-31 23:59": "9992",
	} {
		wantNext(t, "0 0 29 2 *", given, year+"-02-29")
	}
}

func wantNone(t *testing.T, expression string, given time.Time) {
	t.Helper()
	if got, ok := parse(t, expression).NextAfter(given); ok || !got.IsZero() {
		t.Errorf("%s after %v: got %v, %v; want no time", expression, given, got, ok)
	}
}

func TestDaysOfNoYearGiveNoTime_R5(t *testing.T) {
	for _, expression := range []string{"0 0 30 2 *", "0 0 31 4,6 *", "* * 30-31 FEB *"} {
		for _, given := range []string{"1970-01-01", "2024-02-29", "9990-12-31 23:59:59"} {
			wantNone(t, expression, utc(t, given))
		}
	}
}

func TestOtherThanFiveFields_R6(t *testing.T) {
	for _, expression := range []string{
		"", " ", " \t ", "@daily", "* * * *", "* * * * * *", "60 ? 1- L", "x 99 , */0 -1 ?",
	} {
		wantError(t, expression, ErrFieldCount, "", "")
	}
}

func TestSpacesAndTabsSeparate_R6(t *testing.T) {
	for _, expression := range []string{
		"0\t10\t*\t*\t*", "0   10 \t * \t\t* *", " \t0 10 * * *", "0 10 * * *\t ",
	} {
		wantNext(t, expression, "2024-05-17 09:00", "2024-05-17 10:00")
	}
}

func TestOtherWhiteSpaceBelongsToTheField_R6(t *testing.T) {
	for _, space := range []string{"\n", "\r", "\v", "\f", "\u00a0", "\u2003"} {
		wantError(t, "0 10 * * *"+space, ErrSyntax, dayOfWeek, "*"+space)
		wantError(t, space+"0 10 * * *", ErrSyntax, minute, space+"0")
		wantError(t, "0 10"+space+" * * *", ErrSyntax, hour, "10"+space)
		wantError(t, "0 10 * 1-5/2"+space+" *", ErrSyntax, month, "1-5/2"+space)
		wantError(t, "0"+space+"10 * * *", ErrFieldCount, "", "")
	}
}

func TestBadShape_R7(t *testing.T) {
	for _, item := range []string{
		"5/10", "1-", "-1", "1--3", "5L", "L5", "*-5", "5-*", "?", "**", "*5", "*/", "/5", "*/-1",
		"*/MON", "1-5/", "1-5/x", "1-2-3", "*/2/3", "+1", "1.5", "1e1", "1_0", "1-5L", "JAN/2",
		"\u0665", "\uff15", "1-\uff15", "*/\uff15", "\u00b2", "\u00c4PR", "\u017fun", "1\xff",
	} {
		for _, field := range fieldNames {
			wantErrorIn(t, field, item, ErrSyntax)
		}
	}
}

func TestEmptyItem_R7(t *testing.T) {
	for _, list := range []string{"1,,2", ",1", "1,", ","} {
		wantError(t, "* * "+list+" * *", ErrSyntax, dayOfMonth, "")
	}
}

func TestBadValue_R7(t *testing.T) {
	for _, c := range []struct{ field, item string }{
		{minute, "60"},
		{minute, "50-60"},
		{minute, "256"},
		{minute, "4294967296-5"},
		{minute, "18446744073709551616"},
		{minute, "99999999999999999999"},
		{minute, strings.Repeat("9", 5000)},
		{hour, "24"},
		{dayOfMonth, "0"},
		{dayOfMonth, "00-5"},
		{dayOfMonth, "32"},
		{month, "0"},
		{month, "13"},
		{dayOfWeek, "8"},
		{dayOfWeek, "1-8"},
		{month, "MON"},
		{dayOfWeek, "Jan"},
		{minute, "SUN"},
		{hour, "jan"},
		{dayOfMonth, "L"},
		{month, "JANUARY"},
		{month, "ja"},
		{dayOfWeek, "Sunday"},
		{dayOfWeek, "MON-L"},
	} {
		wantErrorIn(t, c.field, c.item, ErrValue)
	}
}

func TestBadRange_R7(t *testing.T) {
	wantErrorIn(t, minute, "30-10", ErrRange)
	wantErrorIn(t, hour, "1-0/2", ErrRange)
	wantErrorIn(t, month, "Mar-FEB", ErrRange)
	wantErrorIn(t, month, "mar-2", ErrRange)
}

func TestBadStep_R7(t *testing.T) {
	for field, greatest := range map[string]int{minute: 59, hour: 23, dayOfMonth: 31, month: 12, dayOfWeek: 7} {
		for _, step := range []string{
			"0", "000", fmt.Sprint(greatest + 1), "256", "99999999999999999999", "18446744073709551617",
		} {
			wantErrorIn(t, field, "*/"+step, ErrStep)
			wantErrorIn(t, field, "1-5/"+step, ErrStep)
		}
		wantValues(t, field, fmt.Sprintf("1-2/%d", greatest), 1)
	}
}

func TestFirstBadItemIsReported_R7(t *testing.T) {
	wantError(t, "0 24 ? */0 9", ErrValue, hour, "24")
	wantError(t, "0 0 5-1 ? 8", ErrRange, dayOfMonth, "5-1")
	wantError(t, "1,61,?,*/0 ? * * *", ErrValue, minute, "61")
	wantError(t, "*/0,60 * * * *", ErrStep, minute, "*/0")
	wantError(t, "* * * * 1,Mon-Fry,x-", ErrValue, dayOfWeek, "Mon-Fry")
}

func TestFirstReasonOfAnItemIsReported_R7(t *testing.T) {
	wantErrorIn(t, minute, "60-/0", ErrSyntax)
	wantErrorIn(t, minute, "60-50/0", ErrValue)
	wantErrorIn(t, minute, "5-x/0", ErrValue)
	wantErrorIn(t, minute, "40-10/0", ErrRange)
}

func TestHundredsOfQuestions_R8(t *testing.T) {
	started := time.Now()
	for year := 2000; year < 2100; year++ {
		given := time.Date(year, 2, 28, 0, 0, 0, 0, time.UTC)
		leapDay := next(t, parse(t, "0 0 29 2 *"), given)
		if leapDay.Month() != time.February || leapDay.Day() != 29 {
			t.Errorf("after %v: got %v, want a leap day", given, leapDay)
		}
		wantNone(t, "0 0 30 2 *", given)
	}
	if elapsed := time.Since(started); elapsed >= 2*time.Second {
		t.Errorf("took %v", elapsed)
	}
}
