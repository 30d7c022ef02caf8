// Package multipattern searches a text for many words at once, with the
// algorithm of Aho and Corasick.
package multipattern

import "fmt"

// Match is an occurrence of a word: text[Start:End] is the word at Index.
type Match struct{ Index, Start, End int }

// EmptyWordError reports that the word at Index is empty.
type EmptyWordError struct{ Index int }

// Error describes the error.
func (e *EmptyWordError) Error() string {
	return fmt.Sprintf("multipattern: the word at index %d is empty", e.Index)
}

// root is the index of the root of the trie.
const root = 0

// edge leads from a node to a child.
type edge struct {
	label byte
	child int
}

// node is a node of the trie of the words.
type node struct {
	// depth is the length of the node's string.
	depth int
	// edges are sorted by label.
	edges []edge
	// indices are those of the words that end here, ascending.
	indices []int
	// suffix is the node of the longest proper suffix of the node's string.
	suffix int
	// report is the first node at which a word ends, from this node itself
	// along the suffixes; the root if there is none.
	report int
}

// find returns the position of the first edge whose label is not less than
// the given one, and whether it has that very label.
func (n *node) find(label byte) (int, bool) {
	low, high := 0, len(n.edges)
	for low < high {
		middle := (low + high) / 2
		if n.edges[middle].label < label {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, low < len(n.edges) && n.edges[low].label == label
}

// Searcher finds all occurrences of a list of words in a text. It does not
// change after it has been built, so several goroutines may use it at once.
type Searcher struct {
	nodes []node
}

// NewSearcher prepares the words. It returns an *EmptyWordError for the first
// word that is empty.
func NewSearcher(words []string) (*Searcher, error) {
	s := &Searcher{nodes: make([]node, 1)}
	for index, word := range words {
		if word == "" {
			return nil, &EmptyWordError{Index: index}
		}
		s.insert(index, word)
	}
	s.link()
	return s, nil
}

// Search returns all occurrences of the words in the text, ordered by end,
// then by start, then by index.
func (s *Searcher) Search(text string) []Match {
	var matches []Match
	state := root
	for i := 0; i < len(text); i++ {
		state = s.step(state, text[i])
		end := i + 1
		for at := s.nodes[state].report; at != root; {
			n := &s.nodes[at]
			start := end - n.depth
			for _, index := range n.indices {
				matches = append(matches, Match{Index: index, Start: start, End: end})
			}
			at = s.nodes[n.suffix].report
		}
	}
	return matches
}

func (s *Searcher) insert(index int, word string) {
	at := root
	for i := 0; i < len(word); i++ {
		label := word[i]
		position, found := s.nodes[at].find(label)
		if found {
			at = s.nodes[at].edges[position].child
			continue
		}
		child := len(s.nodes)
		s.nodes = append(s.nodes, node{depth: i + 1})
		edges := append(s.nodes[at].edges, edge{})
		copy(edges[position+1:], edges[position:])
		edges[position] = edge{label: label, child: child}
		s.nodes[at].edges = edges
		at = child
	}
	s.nodes[at].indices = append(s.nodes[at].indices, index)
}

func (s *Searcher) link() {
	// Breadth first, so that the nodes of shorter strings are complete.
	queue := make([]int, 1, len(s.nodes))
	queue[0] = root
	for head := 0; head < len(queue); head++ {
		at := queue[head]
		n := &s.nodes[at]
		if len(n.indices) > 0 {
			n.report = at
		} else {
			n.report = s.nodes[n.suffix].report
		}
		for _, e := range n.edges {
			if at != root {
				s.nodes[e.child].suffix = s.step(n.suffix, e.label)
			}
			queue = append(queue, e.child)
		}
	}
}

func (s *Searcher) step(state int, label byte) int {
	for {
		n := &s.nodes[state]
		if position, found := n.find(label); found {
			return n.edges[position].child
		}
		if state == root {
			return root
		}
		state = n.suffix
	}
}
