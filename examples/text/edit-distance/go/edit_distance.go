// Package editdistance computes the edit distance (Levenshtein distance) of two texts.
package editdistance

// rows is how many rows of the table are done together, with a bit for each.
const rows = 64

// slots are more than rows, so a search ends at a free one, and as many as ASCII has code points, so these never collide.
const slots = 128

// positions is where each code point stands in a block of rows, by open addressing.
type positions struct {
	points [slots]rune
	bits   [slots]uint64
}

// Distance returns how many code points have to be inserted, deleted or replaced to turn one text into the other.
func Distance(first, second string) int {
	longer, shorter := withoutCommonEnds([]rune(first), []rune(second))
	if len(longer) < len(shorter) {
		longer, shorter = shorter, longer
	}

	// The last row so far of the table of distances, as differences between neighbours. In the first row they are 1.
	steps := make([]int8, len(shorter))
	for column := range steps {
		steps[column] = 1
	}
	for start := 0; start < len(longer); start += rows {
		goDown(steps, longer[start:min(start+rows, len(longer))], shorter)
	}
	distance := len(longer)
	for _, step := range steps {
		distance += int(step)
	}
	return distance
}

func withoutCommonEnds(first, second []rune) ([]rune, []rune) {
	for len(first) > 0 && len(second) > 0 && first[0] == second[0] {
		first, second = first[1:], second[1:]
	}
	for len(first) > 0 && len(second) > 0 && first[len(first)-1] == second[len(second)-1] {
		first, second = first[:len(first)-1], second[:len(second)-1]
	}
	return first, second
}

// goDown turns the steps in the row above a block of rows into those in its last row, a column at a time.
func goDown(steps []int8, block, text []rune) {
	var in positions
	for row, point := range block {
		slot := in.slot(point)
		in.points[slot] = point
		in.bits[slot] |= 1 << row
	}
	last := len(block) - 1

	// The rows whose distance is one more, or one less, than that of the row above.
	higher, lower := ^uint64(0), uint64(0)
	for column, point := range text {
		// The signs of the step above, as one bit each.
		rise, fall := uint64(-steps[column])>>63, uint64(steps[column])>>63
		equal := in.bits[in.slot(point)] | fall
		// Where the distance is that of the row above in the column before.
		same := (equal&higher + higher) ^ higher | equal | lower
		// Where it is one more, or one less, than in the column before.
		up, down := lower|^(same|higher), same&higher
		steps[column] = int8(up>>last&1) - int8(down>>last&1)
		up, down = up<<1|rise, down<<1|fall
		higher, lower = down|^(same|up), up&same
	}
}

// slot returns the slot of a code point, or the free one that it would take.
func (p *positions) slot(point rune) uint32 {
	slot := uint32(point) % slots
	for p.bits[slot] != 0 && p.points[slot] != point {
		slot = (slot + 1) % slots
	}
	return slot
}
