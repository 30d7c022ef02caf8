package main

import (
	"html"
	"strings"
)

// They stand around occurrences in texts, in which articles can't have them.
const (
	markStart = "\x11"
	markEnd   = "\x12"
)

const (
	snippetLead   = 40
	snippetLength = 160
)

// run is a piece of text that is marked or not.
type run struct {
	text   []rune
	marked bool
}

// runs splits a text where occurrences begin and end.
func runs(text string) []run {
	var split []run
	for text != "" {
		plain, rest, _ := strings.Cut(text, markStart)
		marked, after, _ := strings.Cut(rest, markEnd)
		split = append(split, run{text: []rune(plain)}, run{text: []rune(marked), marked: true})
		text = after
	}
	return split
}

// markedHTML returns a whole text.
func markedHTML(text string) string {
	return render(runs(text))
}

// snippetHTML returns the part of a text around its first occurrence.
func snippetHTML(text string) string {
	all := runs(text)
	start := 0
	if len(all) > 0 && len(all[1].text) > 0 {
		start = max(0, len(all[0].text)-snippetLead)
	}
	end := start + snippetLength
	var shown []run
	offset := 0
	for _, r := range all {
		length := len(r.text)
		from, to := min(max(start-offset, 0), length), min(max(end-offset, 0), length)
		shown = append(shown, run{text: r.text[from:to], marked: r.marked})
		offset += length
	}
	snippet := render(shown)
	if start > 0 {
		snippet = "…" + snippet
	}
	if offset > end {
		snippet += "…"
	}
	return snippet
}

func render(all []run) string {
	var out strings.Builder
	for _, r := range all {
		escaped := html.EscapeString(string(r.text))
		if r.marked && escaped != "" {
			escaped = "<mark>" + escaped + "</mark>"
		}
		out.WriteString(escaped)
	}
	return out.String()
}
