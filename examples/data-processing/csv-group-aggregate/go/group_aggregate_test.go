package groupaggregate

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

var (
	countRows = Aggregate{Func: Count}
	sumOfV    = Aggregate{Func: Sum, Column: "v"}
	allOfV    = []Aggregate{
		sumOfV,
		{Func: Min, Column: "v"},
		{Func: Max, Column: "v"},
		{Func: Mean, Column: "v"},
		{Func: Count, Column: "v"},
	}
)

// query groups by k and counts rows, unless changed.
func query(changes ...func(*Query)) Query {
	q := Query{GroupBy: []string{"k"}, Aggregates: []Aggregate{countRows}, MeanScale: 2, MaxBadRows: 100}
	for _, change := range changes {
		change(&q)
	}
	return q
}

func groupBy(columns ...string) func(*Query) {
	return func(q *Query) { q.GroupBy = columns }
}

func computing(aggregates ...Aggregate) func(*Query) {
	return func(q *Query) { q.Aggregates = aggregates }
}

func meanScale(scale int) func(*Query) {
	return func(q *Query) { q.MeanScale = scale }
}

func maxBadRows(limit int) func(*Query) {
	return func(q *Query) { q.MaxBadRows = limit }
}

// aGroup makes a Group; a value of "null" is null.
func aGroup(key []string, values ...string) Group {
	g := Group{Key: key}
	for _, value := range values {
		if value == "null" {
			g.Values = append(g.Values, Value{})
		} else {
			g.Values = append(g.Values, Value{Text: value, Valid: true})
		}
	}
	return g
}

func key(parts ...string) []string {
	return parts
}

func quote(value string) string {
	return `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
}

func zeros(count int) string {
	return strings.Repeat("0", count)
}

func nines(count int) string {
	return strings.Repeat("9", count)
}

func mustRun(t *testing.T, text string, q Query) *Result {
	t.Helper()
	result, err := GroupAggregate(strings.NewReader(text), q)
	if err != nil {
		t.Fatalf("%.200q: unexpected error: %v", text, err)
	}
	if result == nil {
		t.Fatalf("%.200q: neither result nor error", text)
	}
	return result
}

// expect compares a whole result; it takes nil and empty slices for the same.
func expect(t *testing.T, text string, q Query, groups []Group, badRows []BadRow) {
	t.Helper()
	compare(t, fmt.Sprintf("%.200q", text), mustRun(t, text, q), groups, badRows)
}

func compare(t *testing.T, name string, result *Result, groups []Group, badRows []BadRow) {
	t.Helper()
	if !slices.EqualFunc(result.Groups, groups, func(a, b Group) bool { return reflect.DeepEqual(a, b) }) {
		t.Errorf("%s: got groups %.500v, want %.500v", name, result.Groups, groups)
	}
	if !slices.Equal(result.BadRows, badRows) {
		t.Errorf("%s: got bad rows %v, want %v", name, result.BadRows, badRows)
	}
}

// expectKeys compares the keys of the groups and wants no bad row.
func expectKeys(t *testing.T, text string, columns []string, want ...[]string) {
	t.Helper()
	result := mustRun(t, text, query(groupBy(columns...), maxBadRows(0)))
	var got [][]string
	for _, g := range result.Groups {
		got = append(got, g.Key)
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%q: got keys %q, want %q", text, got, want)
	}
}

// expectValue compares the value of one function over the fields of one column.
func expectValue(t *testing.T, f Func, scale int, fields []string, want string) {
	t.Helper()
	text := "k,v\nx," + strings.Join(fields, "\nx,") + "\n"
	q := query(computing(Aggregate{f, "v"}), meanScale(scale), maxBadRows(0))
	result := mustRun(t, text, q)
	if len(result.Groups) != 1 || len(result.Groups[0].Values) != 1 {
		t.Fatalf("%s of %.100q: got %.500v, want one group with one value", f, fields, result.Groups)
	}
	if got := result.Groups[0].Values[0]; got != (Value{want, true}) {
		t.Errorf("%s of %.100q to scale %d: got %.300v, want %.300s", f, fields, scale, got, want)
	}
}

func expectError(t *testing.T, r io.Reader, q Query, want error) {
	t.Helper()
	result, err := GroupAggregate(r, q)
	if !errors.Is(err, want) {
		t.Errorf("got error %v, want %v", err, want)
	}
	if result != nil {
		t.Errorf("got result %v with an error", result)
	}
}

func expectTooMany(t *testing.T, r io.Reader, q Query, line int) {
	t.Helper()
	result, err := GroupAggregate(r, q)
	var tooMany *TooManyBadRowsError
	if !errors.As(err, &tooMany) {
		t.Fatalf("got error %v, want too many bad rows", err)
	}
	if tooMany.Line != line {
		t.Errorf("got line %d, want %d", tooMany.Line, line)
	}
	if result != nil {
		t.Errorf("got result %v with an error", result)
	}
}

// endless is an input of which a run must not want all.
func endless(head, filler string) io.Reader {
	tail := strings.Repeat(filler, 4<<20/len(filler))
	failing := iotest.ErrReader(errors.New("the endless input was read on and on"))
	return io.MultiReader(strings.NewReader(head), strings.NewReader(tail), failing)
}

// chunkReader returns one chunk with each Read that has room for it.
type chunkReader struct {
	chunks []string
	err    error // at the end
}

func (r *chunkReader) Read(p []byte) (int, error) {
	if len(r.chunks) == 0 {
		return 0, r.err
	}
	n := copy(p, r.chunks[0])
	if n == len(r.chunks[0]) {
		r.chunks = r.chunks[1:]
	} else {
		r.chunks[0] = r.chunks[0][n:]
	}
	return n, nil
}

// --- R1: groups, keys and their order ---

func TestGroupsComeInOrderOfFirstRow_R1(t *testing.T) {
	expect(t, "k,v\nb,1\na,2\nb,3\nc,4\na,5\n", query(computing(sumOfV, countRows)), []Group{
		aGroup(key("b"), "4", "2"),
		aGroup(key("a"), "7", "2"),
		aGroup(key("c"), "4", "1"),
	}, nil)
}

func TestBadRowDoesNotPlaceItsGroup_R1_R8(t *testing.T) {
	expect(t, "k,v\nb,oops\na,1\nb,2\n", query(computing(sumOfV)),
		[]Group{aGroup(key("a"), "1"), aGroup(key("b"), "2")},
		[]BadRow{{2, NotANumber, "v"}})
}

func TestKeysThatLookLikeNumbers_R1(t *testing.T) {
	expectKeys(t, "k\n10\n2\n1\n01\n1.0\n2\n", key("k"), key("10"), key("2"), key("1"), key("01"), key("1.0"))
}

func TestManyGroupsKeepTheirOrder_R1(t *testing.T) {
	var text strings.Builder
	var want []Group
	text.WriteString("k\n")
	for i := range 200 {
		name := fmt.Sprint(i * 7919 % 200)
		text.WriteString(name + "\n")
		want = append(want, aGroup(key(name), "1"))
	}
	expect(t, text.String(), query(), want, nil)
}

func TestKeyAndValuesFollowTheQuery_R1(t *testing.T) {
	aggregates := []Aggregate{{Max, "w"}, countRows, sumOfV, {Min, "w"}}
	expect(t, "v,b,w,a\n1,x,10,y\n2,x,20,y\n", query(groupBy("a", "b"), computing(aggregates...)),
		[]Group{aGroup(key("y", "x"), "20", "2", "3", "10")}, nil)
}

func TestKeysWithTheSameTextInOtherParts_R1(t *testing.T) {
	pairs := [][2][]string{
		{key("a", "b,c"), key("a,b", "c")},
		{key("a", ""), key("", "a")},
		{key("ab", "c"), key("a", "bc")},
		{key(`a","b`, ""), key("a", `b","`)},
		{key(`a" "b`, ""), key("a", `b" "`)},
		{key(`a\`, "b"), key("a", `\b`)},
		{key("a|b", "c"), key("a", "b|c")},
		{key("a b", "c"), key("a", "b c")},
		{key("a\x00b", "c"), key("a", "b\x00c")},
		{key("a\x1fb", "c"), key("a", "b\x1fc")},
		{key("a\nb", "c"), key("a", "b\nc")},
		{key("1:a", "b"), key("1", "a:b")},
	}
	for _, pair := range pairs {
		first := quote(pair[0][0]) + "," + quote(pair[0][1]) + "\n"
		second := quote(pair[1][0]) + "," + quote(pair[1][1]) + "\n"
		expect(t, "k,l\n"+first+second+first, query(groupBy("k", "l")),
			[]Group{aGroup(pair[0], "2"), aGroup(pair[1], "1")}, nil)
	}
}

func TestKeysAreComparedCharacterForCharacter_R1(t *testing.T) {
	var lines string
	var want []Group
	for _, value := range []string{"a", "A", " a", "a ", "\u00e9", "e\u0301", "\U0001f600", "\U0001f601", ""} {
		lines += value + ",\n"
		want = append(want, aGroup(key(value), "2"))
	}
	expect(t, "k,l\n"+lines+lines, query(), want, nil)
}

func TestEmptyKeyPartsAreOrdinary_R1(t *testing.T) {
	expect(t, "k,l\n,\n,x\nx,\n,\n", query(groupBy("k", "l")), []Group{
		aGroup(key("", ""), "2"),
		aGroup(key("", "x"), "1"),
		aGroup(key("x", ""), "1"),
	}, nil)
}

func TestSpecialNamesAreOrdinary_R1(t *testing.T) {
	text := "__proto__,constructor\n__proto__,1\nconstructor,2\n__proto__,3\nnil,4\n"
	expect(t, text, query(groupBy("__proto__"), computing(Aggregate{Sum, "constructor"})), []Group{
		aGroup(key("__proto__"), "4"),
		aGroup(key("constructor"), "2"),
		aGroup(key("nil"), "4"),
	}, nil)
}

func TestSameAggregateTwiceAndGroupedColumnAggregated_R1(t *testing.T) {
	expect(t, "v\n2\n2.0\n2\n", query(groupBy("v"), computing(sumOfV, sumOfV, countRows, countRows)), []Group{
		aGroup(key("2"), "4", "4", "2", "2"),
		aGroup(key("2.0"), "2", "2", "1", "1"),
	}, nil)
}

func TestHeaderAloneGivesNoGroups_R1(t *testing.T) {
	for _, text := range []string{"k,v", "k,v\n", "k,v\r\n", "\nk,v\n\n\n"} {
		expect(t, text, query(computing(sumOfV)), nil, nil)
	}
}

func TestColumnsNotNamedMayBeRepeatedOrEmpty_R1(t *testing.T) {
	expect(t, "x,,k,x,\n1,2,a,4,5\n", query(), []Group{aGroup(key("a"), "1")}, nil)
}

func TestColumnNamesAreComparedExactly_R1(t *testing.T) {
	text := "K, k,k ,k\n1,2,3,4\n"
	expectKeys(t, text, key("k"), key("4"))
	expectKeys(t, text, key(" k", "K"), key("2", "1"))
}

func TestQueryIsLeftAsItWas_R1(t *testing.T) {
	q := query(groupBy("l", "k"), computing(sumOfV, countRows))
	mustRun(t, "k,l,v\na,b,1\n", q)
	if want := query(groupBy("l", "k"), computing(sumOfV, countRows)); !reflect.DeepEqual(q, want) {
		t.Errorf("got query %v, want %v", q, want)
	}
}

// --- R2: sum, min and max ---

func TestSumIsExact_R2(t *testing.T) {
	tests := []struct {
		fields []string
		want   string
	}{
		{[]string{"0.10", "0.20"}, "0.3"},
		{slices.Repeat([]string{"0.1"}, 10), "1"},
		{[]string{"1.5", "-1.50"}, "0"},
		{[]string{"-0.05", "0.0"}, "-0.05"},
		{[]string{"0.25", "0.5", "1"}, "1.75"},
		{[]string{"1", "0.5", "0.25"}, "1.75"},
		{[]string{"9223372036854775807", "1"}, "9223372036854775808"},
		{[]string{"9007199254740993", "9007199254740993"}, "18014398509481986"},
		{[]string{"1" + zeros(30), "0." + zeros(29) + "1"}, "1" + zeros(30) + "." + zeros(29) + "1"},
		{[]string{nines(1000), "1"}, "1" + zeros(1000)},
		{[]string{nines(1000), "0." + zeros(998) + "1"}, nines(1000) + "." + zeros(998) + "1"},
		{[]string{"-" + nines(1000), "-" + nines(1000)}, "-1" + nines(999) + "8"},
		{[]string{nines(1000), "0." + nines(999), "-" + nines(1000)}, "0." + nines(999)},
	}
	for _, test := range tests {
		expectValue(t, Sum, 2, test.fields, test.want)
	}
}

func TestNumbersAreWrittenInOneForm_R2(t *testing.T) {
	halves := "-" + strings.Repeat("1", 500) + "." + strings.Repeat("2", 500)
	tests := []struct{ field, want string }{
		{"-0.00", "0"},
		{"-0", "0"},
		{"+0", "0"},
		{"000", "0"},
		{"+007", "7"},
		{"-007.50", "-7.5"},
		{"00.50", "0.5"},
		{"-0.5", "-0.5"},
		{"-00.050", "-0.05"},
		{"100", "100"},
		{"1200.00", "1200"},
		{"100.010", "100.01"},
		{"1" + zeros(40), "1" + zeros(40)},
		{"0." + zeros(40) + "1", "0." + zeros(40) + "1"},
		{zeros(999) + "5", "5"},
		{"5." + zeros(999), "5"},
		{halves, halves},
	}
	for _, test := range tests {
		for _, f := range []Func{Sum, Min, Max} {
			expectValue(t, f, 2, []string{test.field}, test.want)
		}
	}
}

func TestMinAndMaxCompareByValue_R2(t *testing.T) {
	tests := []struct {
		fields          []string
		least, greatest string
	}{
		{[]string{"9", "10", "8"}, "8", "10"},
		{[]string{"10", "9"}, "9", "10"},
		{[]string{"-9", "-10"}, "-10", "-9"},
		{[]string{"1.5", "1.25", "1.75"}, "1.25", "1.75"},
		{[]string{"-1.5", "-1.25"}, "-1.5", "-1.25"},
		{[]string{"0.9", "1", "0.10"}, "0.1", "1"},
		{[]string{"5"}, "5", "5"},
		{[]string{"2", "3", "1"}, "1", "3"},
		{[]string{"-3", "-2"}, "-3", "-2"},
		{[]string{"3", "4"}, "3", "4"},
		{[]string{"1.0", "1.00", "+1"}, "1", "1"},
		{[]string{"-1", "0", "1"}, "-1", "1"},
		{[]string{"9007199254740993", "9007199254740992"}, "9007199254740992", "9007199254740993"},
		{[]string{"0.10000000000000000001", "0.1"}, "0.1", "0.10000000000000000001"},
		{[]string{nines(1000), nines(999) + "8"}, nines(999) + "8", nines(1000)},
	}
	for _, test := range tests {
		expectValue(t, Min, 2, test.fields, test.least)
		expectValue(t, Max, 2, test.fields, test.greatest)
	}
}

func TestGroupsDoNotShareValues_R2(t *testing.T) {
	expect(t, "k,v\na,1\nb,20\na,3\nb,10\n", query(computing(allOfV...)), []Group{
		aGroup(key("a"), "4", "1", "3", "2", "2"),
		aGroup(key("b"), "30", "10", "20", "15", "2"),
	}, nil)
}

// --- R3: mean ---

func TestMeanIsRoundedHalfToEven_R3(t *testing.T) {
	tests := []struct {
		fields []string
		scale  int
		want   string
	}{
		{[]string{"0", "1"}, 0, "0"},
		{[]string{"1", "2"}, 0, "2"},
		{[]string{"2", "3"}, 0, "2"},
		{[]string{"3", "4"}, 0, "4"},
		{[]string{"0", "-1"}, 0, "0"},
		{[]string{"-1", "-2"}, 0, "-2"},
		{[]string{"-2", "-3"}, 0, "-2"},
		{[]string{"1", "0", "0"}, 2, "0.33"},
		{[]string{"-1", "0", "0"}, 2, "-0.33"},
		{[]string{"1", "1", "0"}, 2, "0.67"},
		{[]string{"-1", "-1", "0"}, 2, "-0.67"},
		{[]string{"1", "1", "0"}, 0, "1"},
		{[]string{"-1", "0", "0"}, 0, "0"},
		{[]string{"0.25"}, 1, "0.2"},
		{[]string{"0.35"}, 1, "0.4"},
		{[]string{"-0.25"}, 1, "-0.2"},
		{[]string{"0.125"}, 2, "0.12"},
		{[]string{"0.375"}, 2, "0.38"},
		{[]string{"1.005"}, 2, "1"},
		{[]string{"1.015"}, 2, "1.02"},
		{[]string{"0.1", "0.1", "0.1"}, 2, "0.1"},
		{[]string{"1.50"}, 2, "1.5"},
		{[]string{"100", "300"}, 2, "200"},
		{[]string{"0.004"}, 2, "0"},
		{[]string{"-0.005"}, 2, "0"},
		{[]string{"1.234"}, 5, "1.234"},
	}
	for _, test := range tests {
		expectValue(t, Mean, test.scale, test.fields, test.want)
	}
}

func TestMeanIsRoundedOnlyOnce_R3(t *testing.T) {
	tests := []struct{ field, want string }{
		{"1.45", "1"},
		{"1.4999999999999999999999999999999999999999", "1"},
		{"0.5" + zeros(900) + "1", "1"},
		{"-0.5" + zeros(900) + "1", "-1"},
		{"0.4" + nines(990), "0"},
		{"2.5" + zeros(990), "2"},
	}
	for _, test := range tests {
		expectValue(t, Mean, 0, []string{test.field}, test.want)
	}
}

func TestMeanOfManyDigits_R3(t *testing.T) {
	almost := nines(999) + "8"
	threes := func(count int) string { return strings.Repeat("3", count) }
	expectValue(t, Mean, 100, []string{"1", "0", "0"}, "0."+threes(100))
	expectValue(t, Mean, 100, []string{"2", "0", "0"}, "0."+strings.Repeat("6", 99)+"7")
	expectValue(t, Mean, 1, []string{nines(1000), almost}, almost+".5")
	expectValue(t, Mean, 0, []string{nines(1000), almost}, almost)
	expectValue(t, Mean, 100, []string{"1" + zeros(999), "0", "0"}, threes(999)+"."+threes(100))
}

func TestMeanRoundsTheExactSum_R3(t *testing.T) {
	expectValue(t, Mean, 0, []string{"0.4", "0.4", "0.4", "0.4"}, "0")
	expectValue(t, Mean, 0, []string{"0.3", "0.3", "1"}, "1")
	expectValue(t, Mean, 0, []string{"0.5", "0.5", "0.5"}, "0")
}

func TestMeanScaleIsForMeanAlone_R3_R2(t *testing.T) {
	expect(t, "k,v\nx,1.25\nx,1.26\n", query(computing(allOfV...), meanScale(0)),
		[]Group{aGroup(key("x"), "2.51", "1.25", "1.26", "1", "2")}, nil)
}

func TestMeanDividesByTheValuesPresent_R3_R6(t *testing.T) {
	expectValue(t, Mean, 1, []string{"1", "", "2", ""}, "1.5")
}

// --- R4: quoted fields ---

func TestValueOfQuotedField_R4(t *testing.T) {
	fields := map[string]string{
		`"a"`:        "a",
		`"a,b"`:      "a,b",
		"\"a\nb\"":   "a\nb",
		"\"a\r\nb\"": "a\r\nb",
		"\"a\rb\"":   "a\rb",
		"\"\r\n\"":   "\r\n",
		"\"\n\n\"":   "\n\n",
		`"a""b"`:     `a"b`,
		`""""`:       `"`,
		`""""""`:     `""`,
		`""","""`:    `","`,
		`"a"""`:      `a"`,
		`" a "`:      " a ",
		`""`:         "",
		`","`:        ",",
	}
	templates := []string{"k,l\n%s,x\n", "l,k\nx,%s\n", "l,k\r\nx,%s\r\n", "l,k\nx,%s", "k\n%s\n", "k\n%s"}
	for field, value := range fields {
		for _, template := range templates {
			expectKeys(t, fmt.Sprintf(template, field), key("k"), key(value))
		}
	}
}

func TestQuotedHeader_R4(t *testing.T) {
	for _, name := range []string{"a,b", "a\nb", "a\r\nb", `a"b`, `"`, " ", "\ufeff"} {
		expectKeys(t, "x,"+quote(name)+"\r\n1,a\r\n2,b\r\n", key(name), key("a"), key("b"))
	}
}

func TestQuotedNumbersAreNumbers_R4_R2(t *testing.T) {
	expectValue(t, Sum, 2, []string{`"1.5"`, `"-0.5"`, "2", `""`}, "3")
}

func TestQuotedAndPlainKeysAreTheSame_R4_R1(t *testing.T) {
	expect(t, "k\na\n\"a\"\na\n", query(), []Group{aGroup(key("a"), "3")}, nil)
}

func TestRowGoesOnAfterQuotedLineBreak_R4(t *testing.T) {
	expectKeys(t, "k,l,m\n\"1\n2\",\"3\r\n4\",5\n6,7,8\n", key("k", "l", "m"),
		key("1\n2", "3\r\n4", "5"), key("6", "7", "8"))
}

// --- R5: byte order mark, row ends, empty lines, spaces ---

func TestMarkAtTheStartIsDropped_R5(t *testing.T) {
	for _, head := range []string{"\ufeffk,v\n", "\ufeff\"k\",v\n", "\ufeff\nk,v\n", "\ufeff\r\n\n\"k\",v\n"} {
		expect(t, head+"a,1\n", query(computing(sumOfV)), []Group{aGroup(key("a"), "1")}, nil)
	}
}

func TestOnlyOneMarkIsDropped_R5(t *testing.T) {
	expectKeys(t, "\ufeff\ufeffk\na\n", key("\ufeffk"), key("a"))
	expectError(t, strings.NewReader("\ufeff\ufeff\"k\"\na\n"), query(groupBy("\ufeffk")), ErrHeader)
}

func TestMarkElsewhereIsOrdinary_R5(t *testing.T) {
	expectKeys(t, "k,l\n\ufeffa,\na\ufeff,\n\ufeff,\n", key("k"), key("\ufeffa"), key("a\ufeff"), key("\ufeff"))
	expectKeys(t, "\n\ufeffk\na\n", key("\ufeffk"), key("a"))
	expectKeys(t, "k,\ufeffl\na,b\n", key("\ufeffl"), key("b"))
}

func TestOtherCharactersAtTheStartAreKept_R5(t *testing.T) {
	for _, name := range []string{"\ufefe", "\uf900", "\u00ef", "\ufffd"} {
		expectKeys(t, name+"\na\n", key(name), key("a"))
	}
}

func TestRowEnds_R5(t *testing.T) {
	texts := []string{
		"k,v\na,1\nb,2\n",
		"k,v\na,1\nb,2",
		"k,v\r\na,1\r\nb,2\r\n",
		"k,v\r\na,1\r\nb,2",
		"k,v\na,1\r\nb,2\n",
		"k,v\r\na,1\nb,2",
	}
	for _, text := range texts {
		expect(t, text, query(computing(sumOfV)), []Group{aGroup(key("a"), "1"), aGroup(key("b"), "2")}, nil)
	}
}

func TestRowEndsAfterQuotedAndEmptyFields_R5(t *testing.T) {
	text := "l,k\r\n1,\"a\"\r\n2,\"b\"\n3,\r\n4,\n5,\"c\""
	expectKeys(t, text, key("k"), key("a"), key("b"), key(""), key("c"))
	expectKeys(t, "l,k\n1,", key("k"), key(""))
}

func TestEmptyLinesAreSkippedAnywhere_R5(t *testing.T) {
	expect(t, "\n\r\n\nk\n\na\r\n\r\n\n\r\nb\n\n\r\n", query(),
		[]Group{aGroup(key("a"), "1"), aGroup(key("b"), "1")}, nil)
}

func TestOnlyALineWithoutCharactersIsEmpty_R5(t *testing.T) {
	expect(t, "k\n\"\"\n \n\"\"\r\n", query(), []Group{aGroup(key(""), "2"), aGroup(key(" "), "1")}, nil)
	expect(t, "k\n\"\"", query(), []Group{aGroup(key(""), "1")}, nil)
	expect(t, "k,l\n,\n", query(), []Group{aGroup(key(""), "1")}, nil)
	expect(t, "k,l\n \n\n", query(), nil, []BadRow{{2, FieldCount, ""}})
}

func TestOtherCRIsOrdinary_R5(t *testing.T) {
	tests := []struct{ text, want string }{
		{"k,l\na\rb,1\n", "a\rb"},
		{"k,l\na\r,1\n", "a\r"},
		{"k,l\n\ra,1\n", "\ra"},
		{"k,l\n\r,1\n", "\r"},
		{"l,k\n1,a\r\r\n", "a\r"},
		{"l,k\n1,a\r\r\r\n", "a\r\r"},
		{"l,k\n1,a\r", "a\r"},
		{"l,k\n1,\r\r\n", "\r"},
		{"k\n\r\r\n", "\r"},
		{"k\n\r", "\r"},
	}
	for _, test := range tests {
		expect(t, test.text, query(), []Group{aGroup(key(test.want), "1")}, nil)
	}
	expectKeys(t, "a\rb,k\r\r\n1,2\n", key("a\rb", "k\r"), key("1", "2"))
}

func TestSpacesAreKept_R5(t *testing.T) {
	expectKeys(t, "k,l\n a ,x\n\ta,x\n\u00a0,x\n", key("k"), key(" a "), key("\ta"), key("\u00a0"))
}

// --- R6: missing values ---

func TestEmptyFieldsAreIgnored_R6(t *testing.T) {
	expect(t, "k,v\nx,\nx,5\nx,\"\"\nx,-7\n", query(computing(append(slices.Clone(allOfV), countRows)...)),
		[]Group{aGroup(key("x"), "-2", "-7", "5", "-1", "2", "4")}, nil)
}

func TestGroupWithoutAValue_R6(t *testing.T) {
	expect(t, "k,v\nx,\ny,1\nx,\"\"\n", query(computing(append(slices.Clone(allOfV), countRows)...)), []Group{
		aGroup(key("x"), "0", "null", "null", "null", "0", "2"),
		aGroup(key("y"), "1", "1", "1", "1", "1", "1"),
	}, nil)
}

func TestCountTakesAnyFieldThatIsNotEmpty_R6(t *testing.T) {
	aggregates := []Aggregate{{Count, "v"}, {Count, "w"}, countRows, {Count, "k"}}
	expect(t, "k,v,w\nx,abc,\nx,,1\nx, ,\nx,0,\n", query(computing(aggregates...)),
		[]Group{aGroup(key("x"), "3", "1", "4", "4")}, nil)
}

func TestZeroIsAValue_R6(t *testing.T) {
	expectValue(t, Min, 2, []string{"", "0", "3"}, "0")
	expectValue(t, Max, 2, []string{"-3", "", "0"}, "0")
	expectValue(t, Count, 2, []string{"0", ""}, "1")
	expectValue(t, Mean, 2, []string{"0", ""}, "0")
}

// --- R7: chunks and errors of the source ---

const tricky = "\ufeff\"k\",v,\"a \"\"b\"\"\"\r\n" +
	"\"x,\"\"1\"\"\",0.5,\r\n" +
	"\r\n" +
	"\"x,\"\"1\"\"\",12.25,\U0001f600\n" +
	"\"line\r\nbreak\",-3,\"\u00e9\"\r\n" +
	"cr\rcr\r,7,\r\r\n" +
	"fault\"y,1,\"\r\n" +
	"\"fault\"\r,1,\r\n" +
	"many,1,2,3\n" +
	"bad,1e3,\r\n" +
	"\U0001f600,1,z\r\n" +
	"\"x,\"\"1\"\"\",1000,z\r\n" +
	"\"open\r\n,1"

func expectTricky(t *testing.T, name string, r io.Reader) {
	t.Helper()
	result, err := GroupAggregate(r, query(computing(sumOfV, Aggregate{Count, `a "b"`}, countRows)))
	if err != nil || result == nil {
		t.Fatalf("%s: got result %v and error %v", name, result, err)
	}
	compare(t, name, result, []Group{
		aGroup(key(`x,"1"`), "1012.75", "2", "3"),
		aGroup(key("line\r\nbreak"), "-3", "1", "1"),
		aGroup(key("cr\rcr\r"), "7", "1", "1"),
		aGroup(key("\U0001f600"), "1", "1", "1"),
	}, []BadRow{
		{8, BadQuoting, ""},
		{9, BadQuoting, ""},
		{10, FieldCount, ""},
		{11, NotANumber, "v"},
		{14, BadQuoting, ""},
	})
}

func TestOneChunk_R7(t *testing.T) {
	expectTricky(t, "one chunk", strings.NewReader(tricky))
	expectTricky(t, "end told with the data", iotest.DataErrReader(strings.NewReader(tricky)))
}

func TestEveryCutInTwo_R7(t *testing.T) {
	for cut := range len(tricky) + 1 {
		r := &chunkReader{chunks: []string{tricky[:cut], tricky[cut:]}, err: io.EOF}
		expectTricky(t, fmt.Sprintf("cut at %d", cut), r)
	}
}

func TestSingleBytes_R7(t *testing.T) {
	expectTricky(t, "single bytes", iotest.OneByteReader(strings.NewReader(tricky)))
}

func TestEmptyChunksAnywhere_R7(t *testing.T) {
	var chunks []string
	for _, c := range []byte(tricky) {
		chunks = append(chunks, "", string([]byte{c}), "")
	}
	expectTricky(t, "empty chunks", &chunkReader{chunks: chunks, err: io.EOF})
}

func TestInputLargerThanAnyBuffer_R7(t *testing.T) {
	const rows = 30_000
	text := "k,v\r\n" + strings.Repeat("\"a \"\"\u00e9\"\"\",0.01\r\n", rows)
	expect(t, text, query(computing(sumOfV, countRows)), []Group{aGroup(key("a \"\u00e9\""), "300", "30000")}, nil)
}

func TestSourceErrorIsPassedOn_R7(t *testing.T) {
	heads := []string{"", "k,v", "k,v\n", "k,v\na", "k,v\na,1\n", "k,v\n\"a", "k,v\na,1\nb,x\n", "k,v\na\"", "\n"}
	for _, head := range heads {
		for _, want := range []error{errors.New("broken"), io.ErrUnexpectedEOF} {
			r := &chunkReader{chunks: []string{head}, err: want}
			expectError(t, r, query(computing(sumOfV)), want)
			together := iotest.DataErrReader(&chunkReader{chunks: []string{head}, err: want})
			expectError(t, together, query(computing(sumOfV)), want)
		}
	}
}

// --- R8: bad rows ---

func TestNotANumber_R8(t *testing.T) {
	fields := strings.Fields("1e3 1E3 .5 5. -.5 -5. . + - --1 +-1 1- 1.2.3 0x10 1_000 NaN nan Infinity inf abc 1a a1 1/2")
	fields = append(fields, `"1,000"`, "- 1", " 1", "1 ", " ", "\t1", "1\u00a0", "\"1\n\"", "\"\n1\"", "\"1\r\n\"",
		"1\r", "\"1\u2028\"", "\u0663", "\uff11", "1\u0663", "\u22121", "\ufeff1", "\u00b2",
		strings.Repeat("1", 1001), zeros(1001), "-"+strings.Repeat("1", 1001), "0."+zeros(1000),
		strings.Repeat("1", 501)+"."+strings.Repeat("1", 500))
	for _, field := range fields {
		expect(t, "k,v,w\na,1,\na,"+field+",\na,2,\n", query(computing(sumOfV, countRows)),
			[]Group{aGroup(key("a"), "3", "2")}, []BadRow{{3, NotANumber, "v"}})
	}
}

func TestFunctionsThatWantNumbers_R8(t *testing.T) {
	for f, value := range map[Func]string{Sum: "3", Min: "1", Max: "2", Mean: "1.5"} {
		expect(t, "k,v\na,1\na,1e3\na,2\n", query(computing(Aggregate{f, "v"}, countRows)),
			[]Group{aGroup(key("a"), value, "2")}, []BadRow{{3, NotANumber, "v"}})
	}
}

func TestNumberIsNotBad_R8(t *testing.T) {
	ones := strings.Repeat("1", 1000)
	halves := "-" + ones[:500] + "." + ones[:500]
	for _, field := range []string{"0", "+1", "-1", "007", "1.50", "-0.0", ones, "+" + ones, halves} {
		result := mustRun(t, "k,v\na,"+field+"\n", query(computing(Aggregate{Mean, "v"})))
		if len(result.Groups) != 1 || len(result.BadRows) != 0 {
			t.Errorf("%.50s: got %d groups and bad rows %v", field, len(result.Groups), result.BadRows)
		}
	}
}

func TestQuotingFaultEndsWithItsLine_R8(t *testing.T) {
	rows := []string{
		`a"b,1`, `a",1`, ` "a",1`, `a""b,1`, `a,1"`, `"a"b,1`, `"a" ,1`, "\"a\"\r,1", "\"a\"\rb,1", "a,\"1\"\r\r",
		`""a,1`, `"a""b"c,1`, `a"b,"1`, `"a"b",1`, `"a"b,"1`, `"a"b,"1""`, `"a"b,1,2,x`, `a"b`, "\ufeff\"a\",1",
		"a\"b,1\rd,2", "\"a\"b,1\rd,2",
	}
	for _, row := range rows {
		for _, end := range []string{"\n", "\r\n"} {
			text := strings.Join([]string{"k,v", "c,1", row, "b,2", ""}, end)
			expect(t, text, query(computing(sumOfV)),
				[]Group{aGroup(key("c"), "1"), aGroup(key("b"), "2")}, []BadRow{{3, BadQuoting, ""}})
		}
	}
}

func TestQuotingFaultAtTheEndOfTheInput_R8(t *testing.T) {
	rows := []string{
		`"a`, "\"a,1\nb,2\n", `a,"`, `a,"1""`, `a,1"`, "\"a\"\r", "a,\"1\"\r", `a"`, `"a"b`,
	}
	for _, row := range rows {
		expect(t, "k,v\nc,1\n"+row, query(computing(sumOfV)),
			[]Group{aGroup(key("c"), "1")}, []BadRow{{3, BadQuoting, ""}})
	}
}

func TestQuotingFaultAfterQuotedLineBreak_R8(t *testing.T) {
	expect(t, "k,v\n\"a\nb\"c,1\nd,2\n\"e\n\nf\",g\",\n\"h\",3\n", query(computing(sumOfV)),
		[]Group{aGroup(key("d"), "2"), aGroup(key("h"), "3")},
		[]BadRow{{2, BadQuoting, ""}, {5, BadQuoting, ""}})
}

func TestWrongNumberOfFields_R8(t *testing.T) {
	expect(t, "k,v\na\na,1\na,1,\n,\n,,\na,1,2,3\n", query(computing(sumOfV)),
		[]Group{aGroup(key("a"), "1"), aGroup(key(""), "0")},
		[]BadRow{{2, FieldCount, ""}, {4, FieldCount, ""}, {6, FieldCount, ""}, {7, FieldCount, ""}})
}

func TestFirstReasonApplies_R8(t *testing.T) {
	expect(t, "k,v\nx,y,z\"\nx,y,z\nx,y\nx\"\n\"x\"y\n", query(computing(sumOfV)), nil, []BadRow{
		{2, BadQuoting, ""},
		{3, FieldCount, ""},
		{4, NotANumber, "v"},
		{5, BadQuoting, ""},
		{6, BadQuoting, ""},
	})
}

func TestLeftmostColumnAtFault_R8(t *testing.T) {
	aggregates := []Aggregate{{Sum, "a"}, {Max, "b"}, {Mean, "c"}, {Min, "a"}}
	text := "c,b,k,a\n1,x,k,y\n1,1,k,y\nx,x,k,x\n,x,k,\n1,1,k,1\n"
	expect(t, text, query(computing(aggregates...)), []Group{aGroup(key("k"), "1", "1", "1", "1")}, []BadRow{
		{2, NotANumber, "b"},
		{3, NotANumber, "a"},
		{4, NotANumber, "c"},
		{5, NotANumber, "b"},
	})
}

func TestOnlyColumnsUsedAsNumbersAreChecked_R8(t *testing.T) {
	bad := []BadRow{{3, NotANumber, "v"}}
	expect(t, "k,v,w,u\na,1,x,y\nb,x,x,y\n", query(computing(sumOfV, Aggregate{Count, "w"})),
		[]Group{aGroup(key("a"), "1", "1")}, bad)
	expect(t, "k,v\na,3\na,x\na,2\n", query(computing(Aggregate{Count, "v"}, sumOfV)),
		[]Group{aGroup(key("a"), "2", "5")}, bad)
	expect(t, "v\n1\nx\n", query(groupBy("v"), computing(sumOfV)), []Group{aGroup(key("1"), "1")}, bad)
}

func TestBadRowChangesNothing_R8(t *testing.T) {
	aggregates := append(slices.Clone(allOfV), Aggregate{Mean, "w"}, countRows)
	expect(t, "k,v,w\na,1,1\na,100,x\na,x,100\na,2,2,2\nb,5,x\na,3,3\n", query(computing(aggregates...)),
		[]Group{aGroup(key("a"), "4", "1", "3", "2", "2", "2", "2")},
		[]BadRow{{3, NotANumber, "w"}, {4, NotANumber, "v"}, {5, FieldCount, ""}, {6, NotANumber, "w"}})
}

func TestLinesCountEveryLF_R8(t *testing.T) {
	text := "\n\r\n\"k\n1\",\"v\r\n2\"\n" + // lines 3 to 5
		"\n\n" +
		"\"a\n\n\nb\",1\n" + // lines 8 to 11
		"x\r\r,1,1\r\n" + // line 12: CR alone ends no line
		"\r\n" +
		"\"c\n\r\nd\",x\n" + // lines 14 to 16
		"e\"\r\n" + // line 17
		"\n" +
		"f,\"" // line 19
	expect(t, text, query(groupBy("k\n1"), computing(Aggregate{Sum, "v\r\n2"})),
		[]Group{aGroup(key("a\n\n\nb"), "1")},
		[]BadRow{{12, FieldCount, ""}, {14, NotANumber, "v\r\n2"}, {17, BadQuoting, ""}, {19, BadQuoting, ""}})
}

func TestMarkDoesNotShiftLines_R8(t *testing.T) {
	expect(t, "\ufeffk\na,b\n", query(), nil, []BadRow{{2, FieldCount, ""}})
}

// --- R9: invalid queries and headers ---

func TestInvalidQuery_R9(t *testing.T) {
	errRead := errors.New("the source was read")
	tests := []func(*Query){
		groupBy(),
		groupBy(""),
		groupBy("k", ""),
		groupBy("k", "k"),
		groupBy("k", "l", "k"),
		computing(),
		computing(Aggregate{"median", "v"}),
		computing(countRows, Aggregate{"SUM", "v"}),
		computing(Aggregate{"", "v"}),
		computing(Aggregate{Func: Sum}),
		computing(Aggregate{Func: Min}),
		computing(Aggregate{Func: Max}),
		computing(countRows, Aggregate{Func: Mean}),
		meanScale(-1),
		meanScale(101),
		maxBadRows(-1),
	}
	for i, change := range tests {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			expectError(t, iotest.ErrReader(errRead), query(change), ErrInvalidQuery)
		})
	}
}

func TestLimitsOfAValidQuery_R9(t *testing.T) {
	aggregates := []Aggregate{countRows, countRows, {Count, "k"}, {Mean, "v"}}
	for _, scale := range []int{0, 100} {
		expect(t, "k,v\na,3\n", query(computing(aggregates...), meanScale(scale), maxBadRows(0)),
			[]Group{aGroup(key("a"), "1", "1", "1", "3")}, nil)
	}
}

func TestNoHeaderRow_R9(t *testing.T) {
	for _, text := range []string{"", "\ufeff", "\n", "\r\n\n", "\ufeff\r\n"} {
		expectError(t, strings.NewReader(text), query(), ErrHeader)
	}
}

func TestQuotingFaultInTheHeader_R9(t *testing.T) {
	for _, header := range []string{`k"`, `k,a"b`, `"k"a`, `"k" ,a`, "\"k\"\ra", `k,"a"b"`} {
		for _, end := range []string{"", "\n", "\r\na,b\nk,a\n", "\nk,v\na,1\n"} {
			expectError(t, strings.NewReader(header+end), query(), ErrHeader)
		}
	}
	for _, text := range []string{`"k`, "k,\"\n", "\"k\"\r", "k,\"a\nb,c\n"} {
		expectError(t, strings.NewReader(text), query(), ErrHeader)
	}
}

var badHeaders = []struct {
	header     string
	groupBy    []string
	aggregates []Aggregate
}{
	{"l", key("k"), []Aggregate{countRows}},
	{"K", key("k"), []Aggregate{countRows}},
	{" k", key("k"), []Aggregate{countRows}},
	{"k", key("k", "l"), []Aggregate{countRows}},
	{"k,w", key("k"), []Aggregate{sumOfV}},
	{"k,w", key("k"), []Aggregate{countRows, {Count, "v"}}},
	{"k,k", key("k"), []Aggregate{countRows}},
	{"k,l,m,l", key("k", "l"), []Aggregate{countRows}},
	{"v,k,v", key("k"), []Aggregate{sumOfV}},
	{"k,v,v", key("k"), []Aggregate{{Count, "v"}}},
	{`k,"k"`, key("k"), []Aggregate{countRows}},
}

func TestColumnMissingOrRepeated_R9(t *testing.T) {
	for _, test := range badHeaders {
		for _, end := range []string{"", "\n", "\r\n1,2\n"} {
			q := query(groupBy(test.groupBy...), computing(test.aggregates...))
			expectError(t, strings.NewReader(test.header+end), q, ErrHeader)
		}
	}
}

func TestHeaderErrorDoesNotNeedTheRest_R9(t *testing.T) {
	for _, test := range badHeaders {
		q := query(groupBy(test.groupBy...), computing(test.aggregates...))
		expectError(t, endless(test.header+"\n", "a,b\n"), q, ErrHeader)
	}
	expectError(t, endless("k\"\n", "a,b\n"), query(), ErrHeader)
}

// --- R10: the bad-row limit ---

const threeBad = "k,v\na,1\na,x\nb\na,2\n\n\"c\nd\"e\na,3\n"

func TestBadRowsUpToTheLimit_R10(t *testing.T) {
	for _, limit := range []int{3, 4, 1_000_000_000} {
		expect(t, threeBad, query(computing(sumOfV), maxBadRows(limit)),
			[]Group{aGroup(key("a"), "6")},
			[]BadRow{{3, NotANumber, "v"}, {4, FieldCount, ""}, {7, BadQuoting, ""}})
	}
}

func TestFirstBadRowOverTheLimit_R10(t *testing.T) {
	for limit, line := range []int{3, 4, 7} {
		expectTooMany(t, strings.NewReader(threeBad), query(computing(sumOfV), maxBadRows(limit)), line)
	}
}

func TestLimitOfZeroAllowsGoodRows_R10(t *testing.T) {
	expect(t, "k\na\n", query(maxBadRows(0)), []Group{aGroup(key("a"), "1")}, nil)
}

func TestBadRowOverTheLimitAtTheEndOfTheInput_R10(t *testing.T) {
	expectTooMany(t, strings.NewReader("k\na,b\nc\n\"d\n\n"), query(maxBadRows(1)), 4)
}

func TestErrorDoesNotNeedTheRest_R10(t *testing.T) {
	for _, filler := range []string{"a,1\n", "a,x\n", "a\n", "a\",1\n"} {
		r := endless("k,v\na,x\na,1\na,1,2\n", filler)
		expectTooMany(t, r, query(computing(sumOfV), maxBadRows(1)), 4)
	}
}

func TestStopsInAnEndlessStreamOfBadRows_R10(t *testing.T) {
	expectTooMany(t, endless("k,v\n", "a\n"), query(maxBadRows(5)), 7)
}
