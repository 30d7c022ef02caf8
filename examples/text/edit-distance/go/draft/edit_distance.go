// Package editdistance computes the Levenshtein distance between two texts,
// counted in Unicode code points.
package editdistance

// Distance returns the smallest number of insertions, deletions and
// replacements of one code point that turn first into second. Memory use is
// linear in the lengths of the texts.
func Distance(first, second string) int {
	longer, shorter := []rune(first), []rune(second)
	// The distance is symmetric, so the row can follow the shorter text.
	if len(longer) < len(shorter) {
		longer, shorter = shorter, longer
	}

	// A common prefix and a common suffix never need an edit.
	for len(shorter) > 0 && longer[0] == shorter[0] {
		longer, shorter = longer[1:], shorter[1:]
	}
	for len(shorter) > 0 && longer[len(longer)-1] == shorter[len(shorter)-1] {
		longer, shorter = longer[:len(longer)-1], shorter[:len(shorter)-1]
	}
	if len(shorter) == 0 {
		return len(longer)
	}

	// row[j] is the distance from the part of longer read so far to the first
	// j characters of shorter.
	row := make([]int, len(shorter)+1)
	for j := range row {
		row[j] = j
	}
	for i, a := range longer {
		diagonal := i
		left := i + 1
		row[0] = left
		for j, b := range shorter {
			above := row[j+1]
			if a == b {
				left = diagonal
			} else {
				if above < left {
					left = above
				}
				if diagonal < left {
					left = diagonal
				}
				left++
			}
			row[j+1] = left
			diagonal = above
		}
	}
	return row[len(shorter)]
}
