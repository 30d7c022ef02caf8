// Package editdistance computes the edit distance (Levenshtein distance) of two texts.
package editdistance

import "github.com/agnivade/levenshtein"

// Distance returns how many code points have to be inserted, deleted or replaced to turn one text into the other.
func Distance(first, second string) int {
	return levenshtein.ComputeDistance(first, second)
}
