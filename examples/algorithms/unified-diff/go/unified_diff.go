// Package unifieddiff compares texts line by line.
package unifieddiff

import (
	"errors"
	"fmt"
	"strings"
)

// ErrNegativeContext is returned for a negative number of context lines.
var ErrNegativeContext = errors.New("negative number of context lines")

// Diff returns the hunks of a unified diff that leads from one text to the other, each with up to context unchanged
// lines before and after. There are as few changed lines as possible; the result is empty if the texts are equal.
func Diff(oldText, newText string, context int) (string, error) {
	if context < 0 {
		return "", ErrNegativeContext
	}
	c := newComparison(oldText, newText)
	var out strings.Builder
	for _, h := range c.hunks(context) {
		c.write(&out, h)
	}
	return out.String(), nil
}

// side is one of the texts: its lines, each with its newline, and which of them are removed or added.
type side struct {
	lines   []string
	changed []bool
}

func newSide(text string) side {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return side{lines, make([]bool, len(lines))}
}

// run returns the end of the changed lines from start on.
func (s side) run(start int) int {
	for start < len(s.changed) && s.changed[start] {
		start++
	}
	return start
}

// span is a range of lines of one text.
type span struct {
	start, end int
}

func (s span) String() string {
	switch count := s.end - s.start; count {
	case 0:
		return fmt.Sprintf("%d,0", s.start)
	case 1:
		return fmt.Sprint(s.start + 1)
	default:
		return fmt.Sprintf("%d,%d", s.start+1, count)
	}
}

// region is a change or a hunk: the lines of both texts that belong together.
type region struct {
	old, new span
}

type comparison struct {
	old, new side
}

func newComparison(oldText, newText string) *comparison {
	c := &comparison{newSide(oldText), newSide(newText)}
	c.mark(c.search())
	return c
}

// search is Myers' greedy search. For each number of edits less than the least that is enough it returns how far into
// the old text one gets, by how many of the edits are deletions; and the number of deletions of the least.
func (c *comparison) search() (rows [][]int, deletions int) {
	for edits := 0; ; edits++ {
		row := make([]int, edits+1)
		for deletions := range row {
			x := 0
			if edits > 0 {
				x, _ = lastEdit(rows[edits-1], deletions)
			}
			y := x + edits - 2*deletions
			for x < len(c.old.lines) && y < len(c.new.lines) && c.old.lines[x] == c.new.lines[y] {
				x++
				y++
			}
			if x >= len(c.old.lines) && y >= len(c.new.lines) {
				return rows, deletions
			}
			row[deletions] = x
		}
		rows = append(rows, row)
	}
}

// lastEdit tells where in the old text the edit ends that leads from a row to the given number of deletions in the next
// one and gets farthest, and whether it is a deletion.
func lastEdit(row []int, deletions int) (x int, deletes bool) {
	if deletions == 0 || deletions < len(row) && row[deletions-1] < row[deletions] {
		return row[deletions], false
	}
	return row[deletions-1] + 1, true
}

// mark goes back through what search found, from the last edit to the first.
func (c *comparison) mark(rows [][]int, deletions int) {
	for edits := len(rows); edits > 0; edits-- {
		x, deletes := lastEdit(rows[edits-1], deletions)
		if deletes {
			deletions--
			c.old.changed[x-1] = true
		} else {
			c.new.changed[x+edits-1-2*deletions] = true
		}
	}
}

// changes yields the runs of changed lines.
func (c *comparison) changes(yield func(region) bool) {
	for x, y := 0, 0; x < len(c.old.lines) || y < len(c.new.lines); x, y = x+1, y+1 {
		change := region{span{x, c.old.run(x)}, span{y, c.new.run(y)}}
		x, y = change.old.end, change.new.end
		if change.old.start == x && change.new.start == y {
			continue
		}
		if !yield(change) {
			return
		}
	}
}

// hunks widens the changes by their context and joins those that then touch or overlap.
func (c *comparison) hunks(context int) []region {
	var hunks []region
	for change := range c.changes {
		before := min(context, change.old.start)
		after := min(context, len(c.old.lines)-change.old.end)
		hunk := region{
			span{change.old.start - before, change.old.end + after},
			span{change.new.start - before, change.new.end + after},
		}
		if last := len(hunks) - 1; last >= 0 && hunk.old.start <= hunks[last].old.end {
			hunks[last].old.end, hunks[last].new.end = hunk.old.end, hunk.new.end
		} else {
			hunks = append(hunks, hunk)
		}
	}
	return hunks
}

func (c *comparison) write(out *strings.Builder, h region) {
	fmt.Fprintf(out, "@@ -%v +%v @@\n", h.old, h.new)
	for x, y := h.old.start, h.new.start; x < h.old.end || y < h.new.end; x, y = x+1, y+1 {
		for end := c.old.run(x); x < end; x++ {
			writeLine(out, '-', c.old.lines[x])
		}
		for end := c.new.run(y); y < end; y++ {
			writeLine(out, '+', c.new.lines[y])
		}
		if x < h.old.end {
			writeLine(out, ' ', c.old.lines[x])
		}
	}
}

func writeLine(out *strings.Builder, mark byte, line string) {
	out.WriteByte(mark)
	out.WriteString(line)
	if !strings.HasSuffix(line, "\n") {
		out.WriteString("\n\\ No newline at end of file\n")
	}
}
