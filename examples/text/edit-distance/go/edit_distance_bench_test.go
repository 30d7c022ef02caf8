package editdistance

var workloads = []struct {
	Name    string
	Size    int
	Prepare func(n int, random func(below int) int) (run func(), check func() bool)
}{
	{"misspelt_words", 2_000, misspeltWords},
	{"edited_text", 2_000, editedText},
	{"wide_alphabet", 2_000, wideAlphabet},
}

func misspeltWords(n int, random func(int) int) (func(), func() bool) {
	pairs := make([][2]string, n)
	edits := 0
	for i := range pairs {
		word := make([]rune, 4+random(9))
		for j := range word {
			word[j] = 'a' + rune(random(13))
		}
		other := make([]rune, len(word))
		for j, point := range word {
			other[j] = point
			if random(4) == 0 {
				other[j] = 'n' + rune(random(13))
			}
		}
		pairs[i] = [2]string{string(word), string(other)}
		edits += editsBetween(word, other)
	}
	var result int
	run := func() {
		result = 0
		for _, pair := range pairs {
			result += Distance(pair[0], pair[1])
		}
	}
	return run, func() bool { return result == edits }
}

func editedText(n int, random func(int) int) (func(), func() bool) {
	first, second := make([]rune, n), make([]rune, n)
	for i := range first {
		first[i] = 'a' + rune(random(26))
	}
	for i, point := range first {
		second[i] = point
		if random(16) == 0 {
			second[i] = 'A' + rune(random(26))
		}
	}
	return distanceOf(first, second)
}

func wideAlphabet(n int, random func(int) int) (func(), func() bool) {
	first, second := make([]rune, n), make([]rune, n)
	for i := range first {
		first[i] = 0x4e00 + rune(random(20_000))
	}
	for i, point := range first {
		second[i] = point
		if random(2) == 0 {
			second[i] = 0x1f300 + rune(random(256))
		}
	}
	return distanceOf(first, second)
}

func distanceOf(first, second []rune) (func(), func() bool) {
	a, b := string(first), string(second)
	edits := editsBetween(first, second)
	var result int
	return func() { result = Distance(a, b) }, func() bool { return result == edits }
}

// editsBetween counts where the texts differ; there the second has a character that is nowhere in the first.
func editsBetween(first, second []rune) int {
	edits := 0
	for i, point := range first {
		if point != second[i] {
			edits++
		}
	}
	return edits
}
