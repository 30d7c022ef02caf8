package multipattern

import (
	"cmp"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

func newSearcher(t *testing.T, words ...string) *Searcher {
	t.Helper()
	searcher, err := NewSearcher(words)
	if err != nil || searcher == nil {
		t.Fatalf("NewSearcher(%.100q) = %v, %v; want a searcher", words, searcher, err)
	}
	return searcher
}

func wantMatches(t *testing.T, got []Match, want ...Match) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// wantFound also checks that each match is where it says.
func wantFound(t *testing.T, words []string, text string, want ...Match) {
	t.Helper()
	got := newSearcher(t, words...).Search(text)
	for _, match := range got {
		if match.Start < 0 || match.End > len(text) || match.Start > match.End || text[match.Start:match.End] != words[match.Index] {
			t.Fatalf("%.100q in %.100q: %v is not where it says", words, text, match)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%.100q in %.100q: got %v, want %v", words, text, got, want)
	}
}

// tryEverywhere finds the same by trying each word at each place.
func tryEverywhere(words []string, text string) []Match {
	var found []Match
	for index, word := range words {
		for start := range len(text) {
			if strings.HasPrefix(text[start:], word) {
				found = append(found, Match{index, start, start + len(word)})
			}
		}
	}
	slices.SortFunc(found, func(a, b Match) int {
		return cmp.Or(cmp.Compare(a.End, b.End), cmp.Compare(a.Start, b.Start), cmp.Compare(a.Index, b.Index))
	})
	return found
}

func TestWordsThatOverlap_R1(t *testing.T) {
	wantFound(t, []string{"he", "she", "his", "hers"}, "ushers", Match{1, 1, 4}, Match{0, 2, 4}, Match{3, 2, 6})
}

func TestInsideLongerWords_R1(t *testing.T) {
	wantFound(t, []string{"cat"}, "concatenate cats", Match{0, 3, 6}, Match{0, 12, 15})
}

func TestSearchGoesOnWhenAWordIsGivenUp_R1(t *testing.T) {
	wantFound(t, []string{"abd", "bc"}, "abc", Match{1, 1, 3})
	wantFound(t, []string{"aab"}, "aaab", Match{0, 1, 4})
	wantFound(t, []string{"ababc"}, "abababc", Match{0, 2, 7})
	wantFound(t, []string{"abcabd"}, "abcabcabd", Match{0, 3, 9})
	wantFound(t, []string{"abcx", "bcy", "cz"}, "abcz", Match{2, 2, 4})
	wantFound(t, []string{"abcx", "bcy", "cz"}, "abcy", Match{1, 1, 4})
	wantFound(t, []string{"abcx", "bcy", "cz"}, "abxbcy", Match{1, 3, 6})
	wantFound(t, []string{"ab"}, "axb")
	wantFound(t, []string{"ab", "cd"}, "ab!cdacbd", Match{0, 0, 2}, Match{1, 3, 5})
}

func TestSameAsTryingEverywhere_R1_R2(t *testing.T) {
	random := rand.New(rand.NewSource(1))
	draw := func(letters []string, length int) string {
		var text strings.Builder
		for range length {
			text.WriteString(letters[random.Intn(len(letters))])
		}
		return text.String()
	}
	for _, alphabet := range []string{"ab", "abc", "aé😀"} {
		letters := strings.Split(alphabet, "")
		for range 100 {
			words := make([]string, 1+random.Intn(8))
			for i := range words {
				words[i] = draw(letters, 1+random.Intn(5))
			}
			text := draw(append(letters, "x"), 30)
			wantFound(t, words, text, tryEverywhere(words, text)...)
		}
	}
}

func TestOrder_R2(t *testing.T) {
	wantFound(t, []string{"bc", "abcd", "c", "abc"}, "abcd", Match{3, 0, 3}, Match{0, 1, 3}, Match{2, 2, 3}, Match{1, 0, 4})
	wantFound(t, []string{"c", "abc", "bc", "abcd"}, "abcd", Match{1, 0, 3}, Match{2, 1, 3}, Match{0, 2, 3}, Match{3, 0, 4})
}

func permutations(items []string) [][]string {
	if len(items) == 0 {
		return [][]string{nil}
	}
	var all [][]string
	for i, item := range items {
		rest := slices.Delete(slices.Clone(items), i, i+1)
		for _, other := range permutations(rest) {
			all = append(all, append([]string{item}, other...))
		}
	}
	return all
}

func TestOrderOfTheWordsHasNoInfluence_R2(t *testing.T) {
	for _, words := range permutations([]string{"bc", "abcd", "c", "abc"}) {
		var found []string
		for _, match := range newSearcher(t, words...).Search("abcd") {
			found = append(found, words[match.Index])
		}
		if want := []string{"abc", "bc", "c", "abcd"}; !slices.Equal(found, want) {
			t.Errorf("%q: got %q, want %q", words, found, want)
		}
	}
}

func TestByEndBeforeStart_R2(t *testing.T) {
	wantFound(t, []string{"abcde", "c"}, "abcde", Match{1, 2, 3}, Match{0, 0, 5})
}

func TestAWordOverlapsItself_R3(t *testing.T) {
	wantFound(t, []string{"aa"}, "aaaa", Match{0, 0, 2}, Match{0, 1, 3}, Match{0, 2, 4})
	wantFound(t, []string{"abab"}, "ababab", Match{0, 0, 4}, Match{0, 2, 6})
}

func TestWordsWithinWords_R3(t *testing.T) {
	wantFound(t, []string{"a", "aa", "aaa"}, "aaa",
		Match{0, 0, 1}, Match{1, 0, 2}, Match{0, 1, 2}, Match{2, 0, 3}, Match{1, 1, 3}, Match{0, 2, 3})
	wantFound(t, []string{"abcde", "ab", "cd", "de", "bcd"}, "abcde",
		Match{1, 0, 2}, Match{4, 1, 4}, Match{2, 2, 4}, Match{0, 0, 5}, Match{3, 3, 5})
}

func TestSuffixThatIsOnlyTheBeginningOfAWord_R3(t *testing.T) {
	wantFound(t, []string{"abcd", "cde", "d"}, "abcd", Match{0, 0, 4}, Match{2, 3, 4})
	wantFound(t, []string{"abcx", "bcy", "c"}, "abc", Match{2, 2, 3})
}

func TestEqualWords_R4(t *testing.T) {
	wantFound(t, []string{"b", "ab", "b"}, "ab", Match{1, 0, 2}, Match{0, 1, 2}, Match{2, 1, 2})
	wantFound(t, []string{"a", "a", "a"}, "aa",
		Match{0, 0, 1}, Match{1, 0, 1}, Match{2, 0, 1}, Match{0, 1, 2}, Match{1, 1, 2}, Match{2, 1, 2})
	wantFound(t, []string{"a", "ba", "a", "ba"}, "ba", Match{1, 0, 2}, Match{3, 0, 2}, Match{0, 1, 2}, Match{2, 1, 2})
}

func TestNothingFound_R5(t *testing.T) {
	wantFound(t, nil, "text")
	wantFound(t, []string{}, "")
	wantFound(t, []string{"a"}, "")
	wantFound(t, []string{"abc", "x"}, "aabbcc")
	wantFound(t, []string{"abc"}, "ab")
	wantFound(t, []string{"abc", "bcd"}, "abab")
	wantFound(t, []string{"é"}, "e")
}

func TestStartEndAndWholeText_R5(t *testing.T) {
	wantFound(t, []string{"ab"}, "abxab", Match{0, 0, 2}, Match{0, 3, 5})
	wantFound(t, []string{"abc"}, "abc", Match{0, 0, 3})
	wantFound(t, []string{"a"}, "a", Match{0, 0, 1})
}

func TestWordsAreComparedExactly_R6(t *testing.T) {
	wantFound(t, []string{"He"}, "he HE hE")
	wantFound(t, []string{"he"}, "He the", Match{0, 4, 6})
	wantFound(t, []string{"\u00e9"}, "e\u0301")
	wantFound(t, []string{"e", "e\u0301"}, "e\u0301", Match{0, 0, 1}, Match{1, 0, 3})
	wantFound(t, []string{"e"}, "\u00e9")
	wantFound(t, []string{"😀"}, "😁")
	wantFound(t, []string{"😀"}, "😁😀", Match{0, 4, 8})
	wantFound(t, []string{"a"}, "\u0161\u6161\U00010061")
	wantFound(t, []string{"\u00e9"}, "\u0129\u00a9\u00c3")
	wantFound(t, []string{"a", "¤", "¥"}, "¥a", Match{2, 0, 2}, Match{0, 2, 3})
}

func TestAllCharactersStandForThemselves_R6(t *testing.T) {
	for _, character := range strings.Split(" \t\n\r\x00.*+?[](){}^$|\\", "") {
		words := []string{"a" + character + "b", character}
		text := fmt.Sprintf("axb-ab%[1]sa%[1]sb", character)
		wantFound(t, words, text, Match{1, 6, 7}, Match{1, 8, 9}, Match{0, 7, 10})
	}
}

func TestPlacesAfterAnyCharacter_R6(t *testing.T) {
	characters := []string{"z", "\x7f", "\u0080", "é", "\u07ff", "\u0800", "中", "\ud7ff", "\ue000", "\uffff", "😀", "\U0010ffff"}
	for _, before := range characters {
		size := len(before)
		wantFound(t, []string{"ab", before}, before+"ab"+before+before+"ab",
			Match{1, 0, size},
			Match{0, size, size + 2},
			Match{1, size + 2, 2*size + 2},
			Match{1, 2*size + 2, 3*size + 2},
			Match{0, 3*size + 2, 3*size + 4})
	}
}

func TestAllBytesOfUTF8_R6(t *testing.T) {
	codes := []rune{0xe000, 0xf000, 0x10000, 0x40000, 0x80000, 0xc0000, 0x100000}
	for code := range rune(0x800) {
		codes = append(codes, code)
	}
	for code := rune(0x800); code < 0xd800; code += 0x800 {
		codes = append(codes, code)
	}
	var words []string
	var want []Match
	end := 0
	for index, code := range codes {
		words = append(words, string(code))
		want = append(want, Match{index, end, end + len(words[index])})
		end += len(words[index])
	}
	wantFound(t, words, strings.Join(words, ""), want...)
}

func TestEmptyWord_R7(t *testing.T) {
	for _, test := range []struct {
		words []string
		index int
	}{
		{[]string{""}, 0},
		{[]string{"", "a"}, 0},
		{[]string{"a", ""}, 1},
		{[]string{"a", "b", "", "c", ""}, 2},
		{[]string{"a", "a", ""}, 2},
	} {
		searcher, err := NewSearcher(test.words)
		var empty *EmptyWordError
		if !errors.As(err, &empty) {
			t.Fatalf("%q: got %v, want an *EmptyWordError", test.words, err)
		}
		if empty.Index != test.index || !strings.Contains(err.Error(), fmt.Sprint(test.index)) {
			t.Errorf("%q: got %v with index %d, want %d", test.words, err, empty.Index, test.index)
		}
		if searcher != nil {
			t.Errorf("%q: got a searcher together with the error", test.words)
		}
	}
}

func TestEachSearchBeginsAfresh_R8(t *testing.T) {
	searcher := newSearcher(t, "ab")
	wantMatches(t, searcher.Search("a"))
	wantMatches(t, searcher.Search("b"))
	wantMatches(t, searcher.Search("ab"), Match{0, 0, 2})
	wantMatches(t, searcher.Search("b"))
}

func TestResultsAreIndependent_R8(t *testing.T) {
	searcher := newSearcher(t, "a", "ba", "a")
	want := []Match{{1, 0, 2}, {0, 1, 2}, {2, 1, 2}}
	first := searcher.Search("ba")
	wantMatches(t, first, want...)
	clear(first)
	second := searcher.Search("ba")
	wantMatches(t, second, want...)
	_ = append(second, Match{7, 7, 7})
	wantMatches(t, searcher.Search("ba"), want...)
	wantMatches(t, second, want...)
}

func TestListOfWordsIsIndependent_R8(t *testing.T) {
	words := []string{"b", "ab", "b"}
	searcher := newSearcher(t, words...)
	if !slices.Equal(words, []string{"b", "ab", "b"}) {
		t.Errorf("the words are now %q", words)
	}
	words[0], words[1] = "x", "x"
	wantMatches(t, searcher.Search("abx"), Match{1, 0, 2}, Match{0, 1, 2}, Match{2, 1, 2})
}

func TestSearchersAreIndependent_R8(t *testing.T) {
	one, other := newSearcher(t, "ab", "b"), newSearcher(t, "bc", "abc")
	wantMatches(t, one.Search("abc"), Match{0, 0, 2}, Match{1, 1, 2})
	wantMatches(t, other.Search("abc"), Match{1, 0, 3}, Match{0, 1, 3})
	wantMatches(t, one.Search("abc"), Match{0, 0, 2}, Match{1, 1, 2})
}

func TestLongWord_R9(t *testing.T) {
	var want []Match
	for start := range 11 {
		want = append(want, Match{0, start, start + 10_000})
	}
	wantFound(t, []string{strings.Repeat("a", 10_000)}, strings.Repeat("a", 10_010), want...)
}

func TestManyWords_R9(t *testing.T) {
	words := make([]string, 2_000)
	for i := range words {
		words[i] = fmt.Sprintf("%010d", i*4_321_987)
	}
	found := map[Match]bool{}
	for _, match := range newSearcher(t, words...).Search(strings.Join(words, "")) {
		found[match] = true
	}
	for i := range words {
		if match := (Match{i, 10 * i, 10*i + 10}); !found[match] {
			t.Fatalf("%v is missing", match)
		}
	}
}
