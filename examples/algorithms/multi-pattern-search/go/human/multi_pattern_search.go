// Package multipattern finds all occurrences of many words in a text, with github.com/BobuSumisu/aho-corasick.
package multipattern

import (
	"fmt"

	ahocorasick "github.com/BobuSumisu/aho-corasick"
)

// Match is an occurrence of a word: text[Start:End] is the word at Index.
type Match struct{ Index, Start, End int }

// EmptyWordError says that the word at Index is empty.
type EmptyWordError struct{ Index int }

// Error names the word.
func (e *EmptyWordError) Error() string {
	return fmt.Sprintf("multipattern: word %d is empty", e.Index)
}

// Searcher finds all occurrences of the words of a list, in any number of texts.
type Searcher struct {
	trie    *ahocorasick.Trie
	indexes [][]int // of each distinct word, in the order of the trie
}

// NewSearcher prepares the words. If one is empty, it returns an *EmptyWordError that names the first.
func NewSearcher(words []string) (*Searcher, error) {
	s := &Searcher{}
	builder := ahocorasick.NewTrieBuilder()
	numbers := make(map[string]int, len(words))
	for index, word := range words {
		if word == "" {
			return nil, &EmptyWordError{Index: index}
		}
		number, known := numbers[word]
		if !known {
			number = len(s.indexes)
			numbers[word] = number
			s.indexes = append(s.indexes, nil)
			builder.AddString(word)
		}
		s.indexes[number] = append(s.indexes[number], index)
	}
	s.trie = builder.Build()
	return s, nil
}

// Search returns all occurrences of the words, ordered by end, start and index.
func (s *Searcher) Search(text string) []Match {
	var matches []Match
	s.trie.Walk([]byte(text), func(last, length, number int64) bool {
		end := int(last + 1)
		for _, index := range s.indexes[number] {
			matches = append(matches, Match{Index: index, Start: end - int(length), End: end})
		}
		return true
	})
	return matches
}
