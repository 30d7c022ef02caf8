package unifieddiff

import (
	"errors"
	"fmt"
	"math"
	"math/rand"
	"strings"
	"testing"
	"time"
)

const unended = "\n\\ No newline at end of file\n"

// lines is a text with a line for each character.
func lines(characters string) string {
	var text strings.Builder
	for _, character := range characters {
		text.WriteRune(character)
		text.WriteByte('\n')
	}
	return text.String()
}

func diff(t *testing.T, oldText, newText string, context int) string {
	t.Helper()
	result, err := Diff(oldText, newText, context)
	if err != nil {
		t.Fatalf("Diff(%q, %q, %d): %v", oldText, newText, context, err)
	}
	return result
}

type example struct {
	oldText, newText string
	context          int
	want             string
}

func check(t *testing.T, examples []example) {
	t.Helper()
	for _, e := range examples {
		if got := diff(t, e.oldText, e.newText, e.context); got != e.want {
			t.Errorf("Diff(%q, %q, %d) = %q, want %q", e.oldText, e.newText, e.context, got, e.want)
		}
	}
}

func TestContext_R1(t *testing.T) {
	all := "@@ -1,7 +1,7 @@\n a\n b\n c\n-d\n+D\n e\n f\n g\n"
	check(t, []example{
		{lines("abcde"), lines("aBcde"), 1, "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n"},
		{lines("abcdefg"), lines("abcDefg"), 0, "@@ -4 +4 @@\n-d\n+D\n"},
		{lines("abcdefg"), lines("abcDefg"), 2, "@@ -2,5 +2,5 @@\n b\n c\n-d\n+D\n e\n f\n"},
		{lines("abcdefg"), lines("abcDefg"), 3, all},
		{lines("abcdefg"), lines("abcDefg"), 4, all},
		{lines("abcdefg"), lines("abcDefg"), math.MaxInt, all},
		{lines("abc"), lines("AbC"), math.MaxInt, "@@ -1,3 +1,3 @@\n-a\n+A\n b\n-c\n+C\n"},
		{lines("axyb"), lines("aPQRb"), 1, "@@ -1,4 +1,5 @@\n a\n-x\n-y\n+P\n+Q\n+R\n b\n"},
		{lines("abc"), lines("Abc"), 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b\n"},
		{lines("abc"), lines("abC"), 1, "@@ -2,2 +2,2 @@\n b\n-c\n+C\n"},
	})
}

func TestNearChangesShareAHunk_R2(t *testing.T) {
	check(t, []example{
		{lines("abcd"), lines("AbcD"), 1, "@@ -1,4 +1,4 @@\n-a\n+A\n b\n c\n-d\n+D\n"},
		{lines("abcde"), lines("AbcdE"), 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b\n@@ -4,2 +4,2 @@\n d\n-e\n+E\n"},
		{lines("abc"), lines("AbC"), 0, "@@ -1 +1 @@\n-a\n+A\n@@ -3 +3 @@\n-c\n+C\n"},
		{lines("abcdefg"), lines("AbcDefG"), 1, "@@ -1,7 +1,7 @@\n-a\n+A\n b\n c\n-d\n+D\n e\n f\n-g\n+G\n"},
		{lines("abcde"), lines("AbcdE"), 2, "@@ -1,5 +1,5 @@\n-a\n+A\n b\n c\n d\n-e\n+E\n"},
	})
}

func TestHeaders_R3(t *testing.T) {
	check(t, []example{
		{lines("ab"), lines("aXb"), 0, "@@ -1,0 +2 @@\n+X\n"},
		{lines("ab"), lines("Xab"), 0, "@@ -0,0 +1 @@\n+X\n"},
		{lines("ab"), lines("abXY"), 0, "@@ -2,0 +3,2 @@\n+X\n+Y\n"},
		{lines("abc"), lines("ac"), 0, "@@ -2 +1,0 @@\n-b\n"},
		{lines("ab"), lines("b"), 0, "@@ -1 +0,0 @@\n-a\n"},
		{lines("abc"), lines("a"), 0, "@@ -2,2 +1,0 @@\n-b\n-c\n"},
		{lines("abcdefg"), lines("XYabcdeg"), 1, "@@ -1 +1,3 @@\n+X\n+Y\n a\n@@ -5,3 +7,2 @@\n e\n-f\n g\n"},
	})
}

// patch carries out a diff of lines of one character each and counts the lines that it removes and adds.
func patch(t *testing.T, characters, hunks string) (result string, changed int) {
	t.Helper()
	at := 0
	for _, line := range strings.SplitAfter(hunks, "\n") {
		if line == "" {
			continue
		}
		if line[0] == '@' {
			var start int
			if _, err := fmt.Sscanf(line, "@@ -%d", &start); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			if before, _, _ := strings.Cut(line, "+"); !strings.HasSuffix(before, ",0 ") {
				start--
			}
			result += characters[at:start]
			at = start
			continue
		}
		if line[0] != '+' {
			if at >= len(characters) || characters[at] != line[1] {
				t.Fatalf("%q is not in line %d of %q", line, at, characters)
			}
			at++
		}
		if line[0] != '-' {
			result += line[1:2]
		}
		if line[0] != ' ' {
			changed++
		}
	}
	return result + characters[at:], changed
}

func leastChanges(before, after string) int {
	common := make([][]int, len(before)+1)
	common[0] = make([]int, len(after)+1)
	for i := range before {
		common[i+1] = make([]int, len(after)+1)
		for j := range after {
			if before[i] == after[j] {
				common[i+1][j+1] = common[i][j] + 1
			} else {
				common[i+1][j+1] = max(common[i][j+1], common[i+1][j])
			}
		}
	}
	return len(before) + len(after) - 2*common[len(before)][len(after)]
}

func checkLeast(t *testing.T, before, after string, context int) {
	t.Helper()
	result, changed := patch(t, before, diff(t, lines(before), lines(after), context))
	if least := leastChanges(before, after); result != after || changed != least {
		t.Errorf("%q to %q: got %q with %d changes, %d are enough", before, after, result, changed, least)
	}
}

func TestAllShortTexts_R4(t *testing.T) {
	texts := []string{""}
	for i := 0; len(texts[i]) < 5; i++ {
		texts = append(texts, texts[i]+"a", texts[i]+"b")
	}
	for i, before := range texts {
		for j, after := range texts {
			checkLeast(t, before, after, (i+j)%3)
		}
	}
}

func TestLongerTexts_R4(t *testing.T) {
	random := rand.New(rand.NewSource(7))
	text := func(length, letters int) string {
		var text strings.Builder
		for range length {
			text.WriteByte(byte('a' + random.Intn(letters)))
		}
		return text.String()
	}
	for round := range 100 {
		letters := 2 + round%5
		checkLeast(t, text(10+round*3%50, letters), text(10+round*4%50, letters), round%4)
	}
}

func TestEqualAndEmptyTexts_R5(t *testing.T) {
	check(t, []example{
		{"", "", 3, ""},
		{lines("ab"), lines("ab"), 3, ""},
		{"a", "a", 0, ""},
		{"", lines("a"), 3, "@@ -0,0 +1 @@\n+a\n"},
		{"", lines("ab"), 3, "@@ -0,0 +1,2 @@\n+a\n+b\n"},
		{lines("a"), "", 3, "@@ -1 +0,0 @@\n-a\n"},
		{lines("ab"), "", 0, "@@ -1,2 +0,0 @@\n-a\n-b\n"},
		{"\n", "", 1, "@@ -1 +0,0 @@\n-\n"},
		{"a\n\nb\n", "a\nb\n", 1, "@@ -1,3 +1,2 @@\n a\n-\n b\n"},
		{"-a\n@@ -1 +1 @@\n", "-a\n+b\n", 1, "@@ -1,2 +1,2 @@\n -a\n-@@ -1 +1 @@\n++b\n"},
	})
}

func TestMissingNewline_R6(t *testing.T) {
	check(t, []example{
		{"a\nb", "a\nc", 1, "@@ -1,2 +1,2 @@\n a\n-b" + unended + "+c" + unended},
		{"a", "a\n", 3, "@@ -1 +1 @@\n-a" + unended + "+a\n"},
		{"a\n", "a", 3, "@@ -1 +1 @@\n-a\n+a" + unended},
		{"a\nb", "A\nb", 1, "@@ -1,2 +1,2 @@\n-a\n+A\n b" + unended},
		{"a\nb", "A\nb", 0, "@@ -1 +1 @@\n-a\n+A\n"},
		{"a", "a\nb\n", 3, "@@ -1 +1,2 @@\n-a" + unended + "+a\n+b\n"},
		{"", "a", 3, "@@ -0,0 +1 @@\n+a" + unended},
		{"a\r\nb\n", "a\nb\n", 0, "@@ -1 +1 @@\n-a\r\n+a\n"},
		{"a\r\nb\r\n", "a\r\nc\r\n", 1, "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n"},
		{"a\rb\n", "a\rc\n", 1, "@@ -1 +1 @@\n-a\rb\n+a\rc\n"},
		{"\u00e9\u2028\f\n", "e\u0301\u2028\f\n", 0, "@@ -1 +1 @@\n-\u00e9\u2028\f\n+e\u0301\u2028\f\n"},
	})
}

func TestNegativeContext_R7(t *testing.T) {
	for _, context := range []int{-1, -2, math.MinInt} {
		for _, newText := range []string{"a\n", "b\n"} {
			result, err := Diff("a\n", newText, context)
			if result != "" || !errors.Is(err, ErrNegativeContext) {
				t.Errorf("context %d: got %q, %v", context, result, err)
			}
		}
	}
}

// numberedLines gives the middle one of every step of its lines a prefix of its own.
func numberedLines(count, step int, prefix byte) string {
	var text strings.Builder
	for i := range count {
		if i%step == step/2 {
			text.WriteByte(prefix)
		}
		fmt.Fprintln(&text, i)
	}
	return text.String()
}

func checkQuick(t *testing.T, count, step, changed int) {
	t.Helper()
	before, after := numberedLines(count, step, 'x'), numberedLines(count, step, 'y')
	start := time.Now()
	result := diff(t, before, after, 0)
	if elapsed := time.Since(start); elapsed >= 2*time.Second {
		t.Errorf("took %v", elapsed)
	}
	removed, added := strings.Count(result, "\n-"), strings.Count(result, "\n+")
	if removed != changed || added != changed {
		t.Errorf("%d removed and %d added, want %d of each", removed, added, changed)
	}
}

func TestLongTexts_R8(t *testing.T) {
	checkQuick(t, 20_000, 1000, 20)
}

func TestNothingInCommon_R8(t *testing.T) {
	checkQuick(t, 400, 1, 400)
}
