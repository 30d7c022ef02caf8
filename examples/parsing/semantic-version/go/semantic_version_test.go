package semanticversion

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

var whiteSpace = []string{
	" ", "\t", "\n", "\r", "\r\n", "\v", "\f", "\x1c", "\u0085", "\u00a0", "\u2003", "\u2028", "\ufeff",
}

// otherCharacters are those next to the allowed ones in ASCII, and some that other formats of versions have.
var otherCharacters = strings.Split("/:@[`{_,*~!^=\x00", "")

// notASCII are like digits or letters to many functions, and one is no UTF-8.
var notASCII = []string{
	"é", "\u0663", "\uff11", "\u00b2", "\uff41", "\u017f", "\u212a", "\U0001d7d9", "\U0001f600", "\xff",
}

// wantAscending says that each is less than all that follow it, greater than all before it, and equal to itself.
func wantAscending(t *testing.T, versions ...string) {
	t.Helper()
	for i, first := range versions {
		for j, second := range versions {
			if got, err := Compare(first, second); got != cmp.Compare(i, j) || err != nil {
				t.Errorf("Compare(%q, %q) = %d, %v; want %d", first, second, got, err, cmp.Compare(i, j))
			}
		}
	}
}

func wantEqual(t *testing.T, versions ...string) {
	t.Helper()
	for _, first := range versions {
		for _, second := range versions {
			if got, err := Compare(first, second); got != 0 || err != nil {
				t.Errorf("Compare(%q, %q) = %d, %v; want 0", first, second, got, err)
			}
		}
	}
}

func wantError(t *testing.T, err error, text string) {
	t.Helper()
	var invalid *InvalidVersionError
	if !errors.As(err, &invalid) {
		t.Errorf("error is %v for %q; want an *InvalidVersionError", err, text)
	} else if invalid.Text != text {
		t.Errorf("error holds %q; want %q", invalid.Text, text)
	}
}

// wantInvalid says that all three functions report the text, wherever it is given.
func wantInvalid(t *testing.T, text string) {
	t.Helper()
	_, err := Parse(text)
	wantError(t, err, text)
	_, err = Compare(text, "1.0.0")
	wantError(t, err, text)
	_, err = Compare("1.0.0", text)
	wantError(t, err, text)
	_, err = Sort([]string{text})
	wantError(t, err, text)
	_, err = Sort([]string{"2.0.0", text, "1.0.0"})
	wantError(t, err, text)
}

func wantParts(t *testing.T, text string, want Version) {
	t.Helper()
	if got, err := Parse(text); got != want || err != nil {
		t.Errorf("Parse(%q) = %+v, %v; want %+v", text, got, err, want)
	}
}

func wantSorted(t *testing.T, versions []string, want ...string) {
	t.Helper()
	if got, err := Sort(versions); !slices.Equal(got, want) || err != nil {
		t.Errorf("Sort(%q) = %q, %v; want %q", versions, got, err, want)
	}
}

func TestParts_R1(t *testing.T) {
	wantParts(t, "1.4.0-rc.2+build.007", Version{1, 4, 0, "rc.2", "build.007"})
	wantParts(t, "0.0.10", Version{0, 0, 10, "", ""})
	wantParts(t, "0.0.0", Version{})
	wantParts(t, "1.0.0+a-b", Version{1, 0, 0, "", "a-b"})
	wantParts(t, "1.0.0--.x-y", Version{1, 0, 0, "-.x-y", ""})
	wantParts(t, "1.0.0-a-b+c-d", Version{1, 0, 0, "a-b", "c-d"})
	wantParts(t, "1.0.0-a+b.-", Version{1, 0, 0, "a", "b.-"})
	wantParts(t, "10.20.30-0.9.10.AZaz-09", Version{10, 20, 30, "0.9.10.AZaz-09", ""})
	wantParts(t, "9.99.109+0AZaz9-.00.1", Version{9, 99, 109, "", "0AZaz9-.00.1"})
}

func TestLargestNumbers_R1(t *testing.T) {
	want := Version{2147483647, 2147483646, 2147483647, "2147483647", ""}
	wantParts(t, "2147483647.2147483646.2147483647-2147483647", want)
}

func TestLongTexts_R1(t *testing.T) {
	for _, identifiers := range []string{
		strings.Repeat("a", 250),
		strings.Repeat("-", 250),
		strings.Repeat("a.", 124) + "ab",
		strings.Repeat("1.", 124) + "10",
	} {
		wantParts(t, "1.2.3-"+identifiers, Version{1, 2, 3, identifiers, ""})
		wantParts(t, "1.2.3+"+identifiers, Version{1, 2, 3, "", identifiers})
	}
}

func TestNumbersByValue_R2(t *testing.T) {
	wantAscending(t, "1.9.9", "1.10.0", "2.0.0", "10.0.0")
	wantAscending(t, "0.0.0", "0.0.1", "0.0.9", "0.0.10", "0.0.100", "0.1.0", "0.9.0", "0.10.0", "1.0.0")
}

func TestMajorBeforeMinorBeforePatch_R2(t *testing.T) {
	wantAscending(t, "1.2.3", "1.2.4", "1.3.0", "1.3.2", "2.0.0", "2.0.1", "2.1.0")
}

func TestLargestNumbersDiffer_R2(t *testing.T) {
	wantAscending(t, "0.0.2147483646", "0.0.2147483647", "0.2147483646.0", "0.2147483647.0")
	wantAscending(t, "0.2147483647.2147483647", "1.0.0", "2147483646.0.0", "2147483647.0.0")
}

func TestOrderOfTheStandard_R3(t *testing.T) {
	wantAscending(t,
		"1.0.0-alpha",
		"1.0.0-alpha.1",
		"1.0.0-alpha.beta",
		"1.0.0-beta",
		"1.0.0-beta.2",
		"1.0.0-beta.11",
		"1.0.0-rc.1",
		"1.0.0",
		"1.0.1-alpha",
		"1.0.1",
		"1.1.0-alpha",
	)
}

func TestNumbersOfPrereleasesByValue_R3(t *testing.T) {
	wantAscending(t, "1.0.0-0", "1.0.0-1", "1.0.0-9", "1.0.0-10", "1.0.0-11", "1.0.0-20", "1.0.0-100")
	wantAscending(t, "1.0.0-a.999999999", "1.0.0-a.2147483646", "1.0.0-a.2147483647")
	wantAscending(t, "1.0.0-a.2.z", "1.0.0-a.10.b", "1.0.0-a.10.c")
}

func TestFirstDifferenceDecides_R3(t *testing.T) {
	wantAscending(t, "1.0.0-a", "1.0.0-a.b.c", "1.0.0-a.c", "1.0.0-ab", "1.0.0-b", "1.0.0-b.0")
	wantAscending(t, "1.0.0-1.2.3", "1.0.0-1.3", "1.0.0-1.3.0", "1.0.0-1.20", "1.0.0-2", "1.0.0-12.0")
	wantAscending(t, "1.0.0-x.y.z", "1.0.0-x.y.z.0", "1.0.0-x.y.z.0.0", "1.0.0-x.y.z.a")
	wantAscending(t, "1.0.0-rc.1.1", "1.0.0-rc.1.1.1", "1.0.0-rc.1.2", "1.0.0-rc.11", "1.0.0-rc.11.1")
}

func TestEqualPrereleases_R3(t *testing.T) {
	wantEqual(t, "1.0.0-alpha.1", "1.0.0-alpha.1")
}

func TestDigitsInOtherIdentifiersAreText_R4(t *testing.T) {
	wantAscending(t, "1.0.0-rc1", "1.0.0-rc10", "1.0.0-rc2")
	wantAscending(t, "1.0.0-10a", "1.0.0-9a")
	wantAscending(t, "1.0.0-a.1-10", "1.0.0-a.1-9")
	wantAscending(t, "1.0.0--10", "1.0.0--9")
	wantAscending(t, "1.0.0-00a", "1.0.0-0a", "1.0.0-1a")
}

func TestNumbersBeforeOtherIdentifiers_R4(t *testing.T) {
	wantAscending(t, "1.0.0-9", "1.0.0--", "1.0.0-0a")
	wantAscending(t, "1.0.0-0", "1.0.0--1")
	wantAscending(t, "1.0.0-2147483647", "1.0.0--")
	wantAscending(t, "1.0.0-12", "1.0.0-1-", "1.0.0-1a")
	wantAscending(t, "1.0.0-a.12", "1.0.0-a.1-", "1.0.0-a.1-2", "1.0.0-a.1a", "1.0.0-a.1b")
	wantAscending(t, "1.0.0-1.9", "1.0.0-10.0", "1.0.0-1-.0")
}

func TestTextsByASCII_R4(t *testing.T) {
	wantAscending(t, "1.0.0--", "1.0.0--a", "1.0.0-0-", "1.0.0-9Z", "1.0.0-A", "1.0.0-Z", "1.0.0-a", "1.0.0-z")
	wantAscending(t, "1.0.0-Z.a", "1.0.0-Za", "1.0.0-a.Z", "1.0.0-aZ", "1.0.0-aa")
}

func TestHyphenIsLowerThanDotButLonger_R4(t *testing.T) {
	wantAscending(t, "1.0.0-a.b", "1.0.0-a-", "1.0.0-a-.b", "1.0.0-a-b")
}

func TestBuildMetadataHasNoPrecedence_R5(t *testing.T) {
	wantEqual(t, "1.0.0+1", "1.0.0+2", "1.0.0", "1.0.0+a.b-c", "1.0.0+-")
	wantEqual(t, "1.0.0-a+x", "1.0.0-a", "1.0.0-a+y.1")
	wantAscending(t, "1.0.0-a+z", "1.0.0-b+a", "1.0.0+b", "1.0.1+a")
}

func TestDigitsOfBuildMetadata_R5(t *testing.T) {
	for _, build := range []string{
		"00", "007", "0.00.000", "99999999999999999999", strings.Repeat("9", 250), "-", "01-",
	} {
		wantParts(t, "1.0.0+"+build, Version{1, 0, 0, "", build})
		wantEqual(t, "1.0.0+"+build, "1.0.0")
	}
}

func TestSortsByPrecedence_R6(t *testing.T) {
	want := []string{
		"0.9.0", "1.0.0-1", "1.0.0-10", "1.0.0-a", "1.0.0", "1.9.0", "1.10.0-b", "1.10.0", "10.0.0",
	}
	for _, step := range []int{1, 2, 4, 5, 7, 8} {
		var versions []string
		for i := range want {
			versions = append(versions, want[i*step%len(want)])
		}
		wantSorted(t, versions, want...)
	}
}

func TestEqualVersionsKeepTheirOrder_R6(t *testing.T) {
	wantSorted(t, []string{"1.0.0+b", "0.9.0", "1.0.0", "1.0.0+a"}, "0.9.0", "1.0.0+b", "1.0.0", "1.0.0+a")

	versions, want := []string{"1.0.0"}, []string{"0.1.0"}
	for i := range 50 {
		build := fmt.Sprintf("1.0.0-a+%d", i*7%50)
		versions, want = append(versions, build), append(want, build)
	}
	wantSorted(t, append(versions, "0.1.0"), append(want, "1.0.0")...)
}

func TestRepeatedTextsAreKept_R6(t *testing.T) {
	versions := []string{"1.0.0", "0.1.0", "1.0.0", "0.1.0", "1.0.0"}
	wantSorted(t, versions, "0.1.0", "0.1.0", "1.0.0", "1.0.0", "1.0.0")
}

func TestListGivenIsLeft_R6(t *testing.T) {
	versions := []string{"2.0.0", "1.0.0+007", "10.0.0-rc.1"}
	wantSorted(t, versions, "1.0.0+007", "2.0.0", "10.0.0-rc.1")
	if want := []string{"2.0.0", "1.0.0+007", "10.0.0-rc.1"}; !slices.Equal(versions, want) {
		t.Errorf("the list given is now %q", versions)
	}

	ordered := []string{"1.0.0", "2.0.0"}
	if sorted, err := Sort(ordered); err != nil || len(sorted) != 2 || &sorted[0] == &ordered[0] {
		t.Errorf("Sort(%q) = %q, %v; want a new list", ordered, sorted, err)
	}
}

func TestShortLists_R6(t *testing.T) {
	wantSorted(t, nil)
	wantSorted(t, []string{})
	wantSorted(t, []string{"1.0.0-a+b"}, "1.0.0-a+b")
}

func TestWrongNumbers_R7(t *testing.T) {
	for _, text := range []string{
		"", ".", "..", "1", "1.", "1.2", "1.2.", ".1.2", "1.2.3.", "1.2.3.4", "1..3", "..3", "1.2..3",
		"01.2.3", "1.02.3", "1.2.03", "00.2.3", "1.00.3", "1.2.00", "000000000000.0.0",
		"-1.2.3", "1.-2.3", "+1.2.3", "1.+2.3", "1.2.+3", "1.2-3", "1.2+3", "1-2.3.4", "1+2.3.4", "-", "+", "1.2-a",
		"x.2.3", "1.x.3", "1.2.x", "1.2.3a", "1.2.a3", "1a.2.3", "1.2a.3", "1e1.0.0", "0x1.0.0", "1_0.0.0", "1,2,3",
		"v1.2.3", "V1.2.3", "=1.2.3", "version 1.2.3", "1.2.3;", "a.b.c",
	} {
		wantInvalid(t, text)
	}
}

func TestWhiteSpace_R7(t *testing.T) {
	for _, space := range whiteSpace {
		for _, text := range []string{
			"_1.2.3", "1.2.3_", "_1.2.3_", "1_.2.3", "1._2.3", "1.2.3_-a", "1.2.3-a_", "1.2.3+a_", "_",
		} {
			wantInvalid(t, strings.ReplaceAll(text, "_", space))
		}
	}
}

func TestOtherCharactersInNumbers_R7(t *testing.T) {
	for _, character := range slices.Concat(notASCII, otherCharacters) {
		for _, text := range []string{"C.2.3", "1.C.3", "1.2.C", "1C.2.3", "1.2C.3", "1.2.3C"} {
			wantInvalid(t, strings.ReplaceAll(text, "C", character))
		}
	}
}

func TestEmptyIdentifiers_R8(t *testing.T) {
	for _, text := range []string{
		"1.2.3-", "1.2.3-+b", "1.2.3-a..b", "1.2.3-.a", "1.2.3-a.", "1.2.3-.", "1.2.3-a.+b", "1.2.3-1..2",
		"1.2.3+", "1.2.3+a.", "1.2.3+.a", "1.2.3+a..b", "1.2.3+.", "1.2.3-a+", "1.2.3-+", "1.2.3-a+b..c",
	} {
		wantInvalid(t, text)
	}
}

func TestOtherCharactersInIdentifiers_R8(t *testing.T) {
	for _, character := range slices.Concat(notASCII, otherCharacters, []string{" "}) {
		for _, text := range []string{
			"1.2.3-C", "1.2.3-aCb+c", "1.2.3-1C", "1.2.3-a.C+b", "1.2.3+C", "1.2.3+aCb", "1.2.3+0.C",
		} {
			wantInvalid(t, strings.ReplaceAll(text, "C", character))
		}
	}
	for _, text := range []string{"1.2.3-a+b+c", "1.2.3++", "1.2.3+a+b"} {
		wantInvalid(t, text)
	}
}

func TestLeadingZeros_R8(t *testing.T) {
	for _, identifiers := range []string{"01", "00", "a.00", "0.01.a", "010+a", "a.0000000000", "09"} {
		wantInvalid(t, "1.2.3-"+identifiers)
	}
}

func TestZerosAndHyphensThatAreAllowed_R8(t *testing.T) {
	for _, identifiers := range []string{
		"0", "0a", "00-", "-01", "0.0", "a.0", "0-0", "00a.0", "01a", "-", "--", "-.-", "10", "100",
	} {
		wantParts(t, "1.2.3-"+identifiers, Version{1, 2, 3, identifiers, ""})
	}
}

func TestErrorsHoldTheText_R9(t *testing.T) {
	for _, text := range []string{"", " 1.2.3\n", "\t", "1.2.3-a\u00a0", "v1.2.3 ", `"1\`, "1.2.3-\U0001f600"} {
		wantInvalid(t, text)
	}
}

func TestErrorsTellTheText_R9(t *testing.T) {
	if _, err := Parse("v1.2.3"); err == nil || !strings.Contains(err.Error(), "v1.2.3") {
		t.Errorf("error is %v; want one that tells the text", err)
	}
}

func TestFirstOfTwoWrongArguments_R9(t *testing.T) {
	for _, pair := range [][2]string{{"1.2", "v1.2.3"}, {"v1.2.3", "1.2"}, {"", " "}} {
		_, err := Compare(pair[0], pair[1])
		wantError(t, err, pair[0])
	}
}

func TestFirstWrongTextOfList_R9(t *testing.T) {
	for _, c := range []struct {
		versions []string
		wrong    string
	}{
		{[]string{"3.0.0", "2.0.0", "b", "1.0.0", "a"}, "b"},
		{[]string{"3.0.0", "2.0.0", "a", "1.0.0", "b"}, "a"},
		{[]string{"1.0.0 ", "1.0.0", ""}, "1.0.0 "},
		{[]string{"2.0.0", "1.0.0", "1"}, "1"},
	} {
		given := slices.Clone(c.versions)
		_, err := Sort(c.versions)
		wantError(t, err, c.wrong)
		if !slices.Equal(c.versions, given) {
			t.Errorf("the list given was %q and is now %q", given, c.versions)
		}
	}
}
