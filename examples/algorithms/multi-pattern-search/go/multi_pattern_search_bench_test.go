package multipattern

import "strings"

var workloads = []struct {
	Name    string
	Size    int
	Prepare func(n int, random func(below int) int) (run func(), check func() bool)
}{
	{"keywords", 200_000, keywords},
	{"motifs", 200_000, motifs},
	{"building", 10_000, building},
}

func randomWords(count, shortest, longest int, letters string, random func(int) int) []string {
	words := make([]string, count)
	for i := range words {
		word := make([]byte, shortest+random(longest-shortest+1))
		for j := range word {
			word[j] = letters[random(len(letters))]
		}
		words[i] = string(word)
	}
	return words
}

func build(words []string) *Searcher {
	searcher, err := NewSearcher(words)
	if err != nil {
		panic(err)
	}
	return searcher
}

func searching(words []string, text string, least int) (func(), func() bool) {
	searcher := build(words)
	var result []Match
	check := func() bool {
		for _, match := range result {
			if text[match.Start:match.End] != words[match.Index] {
				return false
			}
		}
		return len(result) >= least
	}
	return func() { result = searcher.Search(text) }, check
}

// keywords are a hundred of the five hundred words that a text is made of.
func keywords(n int, random func(int) int) (func(), func() bool) {
	vocabulary := randomWords(500, 3, 8, "abcdefghijklmnopqrstuvwxyz", random)
	chosen := make([]string, n/6)
	least := 0
	for i := range chosen {
		index := random(len(vocabulary))
		chosen[i] = vocabulary[index]
		if index < 100 {
			least++
		}
	}
	return searching(vocabulary[:100], strings.Join(chosen, " "), least)
}

// motifs are words of four letters only, which nearly always fail after some of them.
func motifs(n int, random func(int) int) (func(), func() bool) {
	words := randomWords(200, 7, 12, "acgt", random)
	text := randomWords(1, n, n, "acgt", random)[0] + words[0]
	return searching(words, text, 1)
}

// building builds a searcher of words that together have n letters.
func building(n int, random func(int) int) (func(), func() bool) {
	words := randomWords(n/8, 8, 8, "abcdefghijklmnopqrstuvwxyz", random)
	text := strings.Join(words, "")
	var searcher *Searcher
	check := func() bool { return len(searcher.Search(text)) >= len(words) }
	return func() { searcher = build(words) }, check
}
