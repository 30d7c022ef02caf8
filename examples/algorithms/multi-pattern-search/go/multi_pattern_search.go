// Package multipattern finds all occurrences of many words in a text, with the automaton of Aho and Corasick.
package multipattern

import (
	"fmt"
	"slices"
)

// Match is an occurrence of a word: text[Start:End] is the word at Index.
type Match struct{ Index, Start, End int }

// EmptyWordError says that the word at Index is empty.
type EmptyWordError struct{ Index int }

// Error names the word.
func (e *EmptyWordError) Error() string {
	return fmt.Sprintf("multipattern: word %d is empty", e.Index)
}

// otherByte is the column of bytes that are in no word. The row of a state has the longest word that ends there in its
// first cell, then the state after each class of bytes.
const otherByte = 1

// root is the state after nothing, none stands in the place of a word.
const (
	root uint32 = 0
	none uint32 = 0
)

// Searcher finds all occurrences of the words of a list, in any number of texts. It is safe for concurrent use.
type Searcher struct {
	classes [256]uint16 // the column of each byte
	width   uint32      // how many columns there are
	table   []uint32    // rows; a state is the offset of its row
	words   []word      // from 1 on
}

type word struct {
	length int
	next   uint32 // what else ends where it ends: the next equal word, or the longest of those that are shorter
}

// NewSearcher prepares the words. If one is empty, it returns an *EmptyWordError that names the first.
func NewSearcher(words []string) (*Searcher, error) {
	if index := slices.Index(words, ""); index >= 0 {
		return nil, &EmptyWordError{Index: index}
	}
	s := &Searcher{words: make([]word, len(words)+1)}
	s.classify(words)
	s.table = make([]uint32, s.width)
	// From the last to the first: each only has to be put before the chain of its equals.
	for index, text := range slices.Backward(words) {
		s.insert(uint32(index+1), text)
	}
	s.link()
	return s, nil
}

// Search returns all occurrences of the words, ordered by end, start and index.
func (s *Searcher) Search(text string) []Match {
	var matches []Match
	table := s.table
	state := root
	for i := range len(text) {
		state = table[state+uint32(s.classes[text[i]])]
		for number := table[state]; number != none; {
			found := s.words[number]
			matches = append(matches, Match{Index: int(number - 1), Start: i + 1 - found.length, End: i + 1})
			number = found.next
		}
	}
	return matches
}

// classify gives each byte of the words a column of its own, and the same one to all others.
func (s *Searcher) classify(words []string) {
	for i := range s.classes {
		s.classes[i] = otherByte
	}
	s.width = otherByte + 1
	for _, text := range words {
		for i := range len(text) {
			if class := &s.classes[text[i]]; *class == otherByte {
				*class = uint16(s.width)
				s.width++
			}
		}
	}
}

// insert adds a word to the trie, which the rows are at first.
func (s *Searcher) insert(number uint32, text string) {
	state := root
	for i := range len(text) {
		cell := state + uint32(s.classes[text[i]])
		if s.table[cell] == root {
			s.table[cell] = uint32(len(s.table))
			s.table = append(s.table, make([]uint32, s.width)...)
		}
		state = s.table[cell]
	}
	s.words[number] = word{length: len(text), next: s.table[state]}
	s.table[state] = number
}

// link gives every state of the trie a next one for every byte, shorter strings first.
func (s *Searcher) link() {
	type entry struct{ state, suffix uint32 }
	queue := []entry{{root, root}}
	for at := 0; at < len(queue); at++ {
		state, suffix := queue[at].state, queue[at].suffix
		s.appendWords(state, s.table[suffix])
		row := s.table[state : state+s.width]
		for column := otherByte; column < len(row); column++ {
			fallback := root
			if state != root {
				fallback = s.table[suffix+uint32(column)]
			}
			if row[column] == root {
				row[column] = fallback
			} else {
				queue = append(queue, entry{row[column], fallback})
			}
		}
	}
}

// appendWords lets the words of the longest proper suffix follow those of a state.
func (s *Searcher) appendWords(state, shorter uint32) {
	end := &s.table[state]
	for *end != none {
		end = &s.words[*end].next
	}
	*end = shorter
}
