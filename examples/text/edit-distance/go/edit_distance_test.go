package editdistance

import (
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
)

type distances []struct {
	first, second string
	want          int
}

// check asks for each distance in both directions.
func (cases distances) check(t *testing.T) {
	t.Helper()
	for _, c := range cases {
		if got := Distance(c.first, c.second); got != c.want {
			t.Errorf("Distance(%.40q, %.40q) = %d, want %d", c.first, c.second, got, c.want)
		}
		if got := Distance(c.second, c.first); got != c.want {
			t.Errorf("Distance(%.40q, %.40q) = %d, want %d", c.second, c.first, got, c.want)
		}
	}
}

// someText returns the same text each time, in every language that these tests are written in.
func someText(seed, length int, alphabet string) string {
	characters := []rune(alphabet)
	text := make([]rune, length)
	for i := range text {
		seed = seed * 16807 % 2147483647
		text[i] = characters[seed%len(characters)]
	}
	return string(text)
}

func byWholeTable(first, second string) int {
	a, b := []rune(first), []rune(second)
	table := make([][]int, len(a)+1)
	for i := range table {
		table[i] = make([]int, len(b)+1)
		for j := range table[i] {
			switch {
			case i == 0 || j == 0:
				table[i][j] = i + j
			case a[i-1] == b[j-1]:
				table[i][j] = table[i-1][j-1]
			default:
				table[i][j] = 1 + min(table[i-1][j-1], table[i-1][j], table[i][j-1])
			}
		}
	}
	return table[len(a)][len(b)]
}

func TestFewestEdits_R1(t *testing.T) {
	distances{
		{"kitten", "sitting", 3},
		{"intention", "execution", 5},
		{"flaw", "lawn", 2},
		{"abcdef", "bcdefg", 2},
		{"saturday", "sunday", 3},
		{"abc", "xyz", 3},
		{"abcdefgh", "axcxexgx", 4},
		{"abcde", "xaxbxcxdxex", 6},
	}.check(t)
}

func TestAsByTheWholeTable_R1(t *testing.T) {
	for _, alphabet := range []string{"ab", "abcd", "aáé中😀🨀"} {
		for seed := 1; seed <= 12; seed++ {
			first := someText(seed, seed*37%150, alphabet)
			second := someText(seed+100, seed*61%150, alphabet)
			distances{{first, second, byWholeTable(first, second)}}.check(t)
		}
	}
}

func TestLengthsAroundWordsOfTheMachine_R1(t *testing.T) {
	for _, length := range []int{31, 32, 33, 63, 64, 65, 127, 128, 129} {
		first, second := someText(3, length, "abc"), someText(4, length, "abc")
		distances{
			{first, second, byWholeTable(first, second)},
			{strings.Repeat("a", length), strings.Repeat("b", length), length},
			{"x" + strings.Repeat("ab", length), strings.Repeat("ab", length) + "y", 2},
			{strings.Repeat("a", length) + "b", "b", length},
		}.check(t)
	}
}

func TestEachEditCostsOne_R2(t *testing.T) {
	distances{
		{"ab", "ba", 2},
		{"ca", "abc", 3},
		{"abc", "axc", 1},
		{"abc", "abxc", 1},
		{"abc", "ac", 1},
		{"abcd", "badc", 3},
		{"a", "b", 1},
		{"abc", "bca", 2},
	}.check(t)
}

func TestOnlyIdenticalTextsGiveZero_R3(t *testing.T) {
	for _, text := range []string{"a", "kitten", "日本語", "a😀b", strings.Repeat("ab", 100), " \n\x00\ufeff"} {
		characters := []rune(text)
		distances{
			{text, strings.Clone(text), 0},
			{text, text + "x", 1},
			{text, "x" + text, 1},
			{text, string(characters[:len(characters)-1]) + "x", 1},
		}.check(t)
	}
}

func TestCommonEnds_R3(t *testing.T) {
	distances{
		{"ab", "aab", 1},
		{"xay", "xaay", 1},
		{"aXbXa", "aXa", 2},
		{"aaaa", "aa", 2},
		{"prefix-one", "prefix-two", 3},
		{"one-suffix", "two-suffix", 3},
		{"abXYcd", "abZcd", 2},
		{"ababab", "abab", 2},
		{"abcabc", "abc", 3},
	}.check(t)
}

func TestCallsAreIndependent_R3(t *testing.T) {
	pairs := distances{
		{"kitten", "sitting", 3},
		{strings.Repeat("a", 200), strings.Repeat("b", 150), 200},
		{"", "abc", 3},
		{"flaw", "lawn", 2},
		{strings.Repeat("b", 150), strings.Repeat("ab", 75), 75},
		{"same", "same", 0},
	}
	pairs.check(t)
	slices.Reverse(pairs)
	pairs.check(t)
}

func TestEmptyText_R4(t *testing.T) {
	distances{
		{"", "", 0},
		{"a", "", 1},
		{"héllo😀", "", 6},
		{"kitten", "", 6},
		{"😀😁", "", 2},
		{"\x00", "", 1},
		{strings.Repeat("a", 3000), "", 3000},
	}.check(t)
}

func TestEveryCodePointIsOneCharacter_R5(t *testing.T) {
	distances{
		{"😀", "x", 1},
		{"a😀b", "a😁b", 1},
		{"😀😁", "😁", 1},
		{"\U0001f600", "\U0001fa00", 1},
		{"😀", "😁", 1},
		{"é", "è", 1},
		{"日本語", "日本", 1},
		{"\U0010ffff", "\uffff", 1},
		{"\uffffa", "\uffffb", 1},
		{"😀😁😂", "😂😀😁", 2},
		{"aé中😀", "😀中éa", 4},
		{"áa", "aá", 2},
	}.check(t)
}

func TestManyDifferentCodePoints_R5(t *testing.T) {
	// Multiples of a power of two are alike for whoever looks at the low bits only.
	for _, gap := range []rune{1, 2, 64, 128, 256, 1024, 4096} {
		points := make([]rune, 160)
		for i := range points {
			points[i] = 0x10000 + gap*rune(i)
		}
		spaced, others := string(points[:80]), string(points[80:])
		distances{
			{spaced, others, 80},
			{spaced, "x" + string(points[:79]), 2},
			{spaced, string(points[3:82]), 5},
		}.check(t)
	}
}

func TestNothingIsChangedBefore_R6(t *testing.T) {
	distances{
		{"\u00e9", "e\u0301", 2},
		{"A", "a", 1},
		{"ß", "ss", 2},
		{"a", "a\ufe0f", 1},
		{"a\x00b", "a\x00c", 1},
		{"ab", "a\x00b", 1},
		{"ab", "ab\x00", 1},
		{"ab", " ab ", 2},
		{"ab", "ab\n", 1},
		{"ab", "\r\nab", 2},
		{"ab", "\ufeffab", 1},
		{"\ufeff", "\u2060", 1},
		{"\U0001f468\u200d\U0001f469\u200d\U0001f467", "", 5},
		{"\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\U0001f469\U0001f467", 2},
		{"ﬁ", "fi", 2},
		{"Å", "\u212b", 1},
	}.check(t)
}

func TestLongTexts_R7(t *testing.T) {
	distances{{someText(1, 2000, "abcd"), someText(2, 2000, "abcd"), 1054}}.check(t)
}

func TestLongAndShortText_R7(t *testing.T) {
	var spread strings.Builder
	for _, letter := range "abcdefghij" {
		spread.WriteString(string(letter) + strings.Repeat("-", 9999))
	}
	distances{
		{spread.String(), "abcdefghij", 99_990},
		{spread.String(), "jihgfedcba", 99_999},
	}.check(t)
}

func TestDistancesAbove16Bits_R7(t *testing.T) {
	distances{
		{strings.Repeat("x", 70_000), strings.Repeat("y", 5), 70_000},
		{strings.Repeat("x", 65_535), "y", 65_535},
		{strings.Repeat("x", 65_536), "y", 65_536},
	}.check(t)
}

func TestMemoryIsLinear_R8(t *testing.T) {
	// A table of two bytes for each pair would be 69 MiB.
	first, second := someText(1, 6000, "abcd"), someText(2, 6000, "abcd")
	wantLinearMemory(t, first, second, 3137, 12_000)
}

func TestMemoryIsLinearWithManyDifferentCodePoints_R8(t *testing.T) {
	// A bit for each code point of the text in a set for each different one would be 107 MiB.
	many := make([]rune, 30_000)
	for i := range many {
		many[i] = 0x10000 + rune(i)
	}
	wantLinearMemory(t, string(many), "abcdefghij", 30_000, 30_010)
}

func wantLinearMemory(t *testing.T, first, second string, want, codePoints int) {
	t.Helper()
	// So little garbage may pile up that what the process has from the system is what is held.
	defer debug.SetGCPercent(debug.SetGCPercent(10))
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := Distance(first, second)
	runtime.ReadMemStats(&after)
	if got != want {
		t.Errorf("distance is %d, want %d", got, want)
	}
	// 8 MiB are for the runtime.
	if limit := uint64(9<<20 + 200*codePoints); after.Sys-before.Sys > limit {
		t.Errorf("%d more bytes from the system, want at most %d", after.Sys-before.Sys, limit)
	}
}
