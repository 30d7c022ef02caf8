//! Searches a text for many words at once, with the algorithm of Aho and Corasick.

use std::error::Error;
use std::fmt;

/// An occurrence of a word: `&text[start..end]` is the word at `index`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    pub index: usize,
    pub start: usize,
    pub end: usize,
}

/// The word at `index` is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmptyWordError {
    pub index: usize,
}

impl fmt::Display for EmptyWordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the word at index {} is empty", self.index)
    }
}

impl Error for EmptyWordError {}

/// The index of the root of the trie.
const ROOT: usize = 0;

/// A node of the trie of the words.
#[derive(Debug, Default)]
struct Node {
    /// The length of the node's string.
    depth: usize,
    /// The children by byte, sorted.
    edges: Vec<(u8, usize)>,
    /// The indices of the words that end here, ascending.
    indices: Vec<usize>,
    /// The node of the longest proper suffix of the node's string.
    suffix: usize,
    /// The first node at which a word ends, from this node itself along the
    /// suffixes; the root if there is none.
    report: usize,
}

impl Node {
    /// The position of the edge with the byte, or else where it would go.
    fn find(&self, byte: u8) -> Result<usize, usize> {
        self.edges.binary_search_by_key(&byte, |edge| edge.0)
    }
}

/// Finds all occurrences of a list of words in a text.
#[derive(Debug)]
pub struct Searcher {
    nodes: Vec<Node>,
}

impl Searcher {
    /// Prepares the words.
    ///
    /// # Errors
    ///
    /// Returns an error for the first word that is empty.
    pub fn new<S: AsRef<str>>(words: &[S]) -> Result<Searcher, EmptyWordError> {
        let mut searcher = Searcher {
            nodes: vec![Node::default()],
        };
        for (index, word) in words.iter().enumerate() {
            let word = word.as_ref();
            if word.is_empty() {
                return Err(EmptyWordError { index });
            }
            searcher.insert(index, word);
        }
        searcher.link();
        Ok(searcher)
    }

    /// Returns all occurrences of the words in the text, ordered by end, then
    /// by start, then by index.
    pub fn search(&self, text: &str) -> Vec<Match> {
        let mut matches = Vec::new();
        let mut state = ROOT;
        for (position, byte) in text.bytes().enumerate() {
            state = self.step(state, byte);
            let end = position + 1;
            let mut at = self.nodes[state].report;
            while at != ROOT {
                let node = &self.nodes[at];
                let start = end - node.depth;
                for &index in &node.indices {
                    matches.push(Match { index, start, end });
                }
                at = self.nodes[node.suffix].report;
            }
        }
        matches
    }

    fn insert(&mut self, index: usize, word: &str) {
        let mut at = ROOT;
        for (position, byte) in word.bytes().enumerate() {
            at = match self.nodes[at].find(byte) {
                Ok(edge) => self.nodes[at].edges[edge].1,
                Err(edge) => {
                    let child = self.nodes.len();
                    self.nodes.push(Node {
                        depth: position + 1,
                        ..Node::default()
                    });
                    self.nodes[at].edges.insert(edge, (byte, child));
                    child
                }
            };
        }
        self.nodes[at].indices.push(index);
    }

    fn link(&mut self) {
        // Breadth first, so that the nodes of shorter strings are complete.
        let mut queue = Vec::with_capacity(self.nodes.len());
        queue.push(ROOT);
        let mut head = 0;
        while head < queue.len() {
            let at = queue[head];
            head += 1;
            let suffix = self.nodes[at].suffix;
            self.nodes[at].report = if self.nodes[at].indices.is_empty() {
                self.nodes[suffix].report
            } else {
                at
            };
            for edge in 0..self.nodes[at].edges.len() {
                let (byte, child) = self.nodes[at].edges[edge];
                if at != ROOT {
                    self.nodes[child].suffix = self.step(suffix, byte);
                }
                queue.push(child);
            }
        }
    }

    fn step(&self, mut state: usize, byte: u8) -> usize {
        loop {
            let node = &self.nodes[state];
            if let Ok(edge) = node.find(byte) {
                return node.edges[edge].1;
            }
            if state == ROOT {
                return ROOT;
            }
            state = node.suffix;
        }
    }
}
