//! Finds all occurrences of many words in a text, with the automaton of Aho and Corasick.

use std::fmt;
use std::iter;

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
        write!(f, "word {} is empty", self.index)
    }
}

impl std::error::Error for EmptyWordError {}

/// The column of bytes that are in no word. The row of a state has the longest word that ends there in its first cell,
/// then the state after each class of bytes.
const OTHER_BYTE: u8 = 1;

/// The state after nothing.
const ROOT: u32 = 0;

/// In the place of a word: none.
const NONE: u32 = 0;

#[derive(Debug, Clone, Copy)]
struct Word {
    length: usize,
    /// What else ends where it ends: the next equal word, or the longest of those that are shorter.
    next: u32,
}

/// Finds all occurrences of the words of a list, in any number of texts.
#[derive(Debug)]
pub struct Searcher {
    /// The column of each byte. UTF-8 has no use for thirteen of them, so that a byte is enough for a column.
    classes: [u8; 256],
    width: usize,
    /// Rows; a state is the offset of its row.
    table: Vec<u32>,
    /// From 1 on.
    words: Vec<Word>,
}

impl Searcher {
    /// Prepares the words.
    ///
    /// # Errors
    ///
    /// If a word is empty; the error names the first.
    ///
    /// # Panics
    ///
    /// If the automaton needs more than 16 GiB.
    pub fn new<S: AsRef<str>>(words: &[S]) -> Result<Searcher, EmptyWordError> {
        let lengths = words.iter().map(|word| word.as_ref().len());
        if let Some(index) = lengths.clone().position(|length| length == 0) {
            return Err(EmptyWordError { index });
        }
        let (classes, width) = classify(words);
        let mut searcher = Searcher {
            classes,
            width,
            table: vec![ROOT; width],
            words: iter::once(0)
                .chain(lengths)
                .map(|length| Word { length, next: NONE })
                .collect(),
        };
        // From the last to the first: each only has to be put before the chain of its equals.
        for (index, word) in words.iter().enumerate().rev() {
            searcher.insert(index + 1, word.as_ref());
        }
        searcher.link();
        Ok(searcher)
    }

    /// Returns all occurrences of the words, ordered by end, start and index.
    pub fn search(&self, text: &str) -> Vec<Match> {
        let mut matches = Vec::new();
        let mut state = ROOT as usize;
        for (position, byte) in text.bytes().enumerate() {
            state = self.table[state + self.class(byte)] as usize;
            let mut number = self.table[state];
            while number != NONE {
                let word = self.words[number as usize];
                let end = position + 1;
                matches.push(Match {
                    index: number as usize - 1,
                    start: end - word.length,
                    end,
                });
                number = word.next;
            }
        }
        matches
    }

    fn class(&self, byte: u8) -> usize {
        usize::from(self.classes[usize::from(byte)])
    }

    /// Adds a word to the trie, which the rows are at first.
    fn insert(&mut self, number: usize, word: &str) {
        let mut state = ROOT as usize;
        for byte in word.bytes() {
            let cell = state + self.class(byte);
            if self.table[cell] == ROOT {
                self.table[cell] = entry(self.table.len());
                self.table.resize(self.table.len() + self.width, ROOT);
            }
            state = self.table[cell] as usize;
        }
        self.words[number].next = self.table[state];
        self.table[state] = entry(number);
    }

    /// Gives every state of the trie a next one for every byte, shorter strings first.
    fn link(&mut self) {
        let mut queue = vec![(ROOT, ROOT)];
        let mut done = 0;
        while let Some(&(state, suffix)) = queue.get(done) {
            done += 1;
            self.append_words(state as usize, self.table[suffix as usize]);
            for column in usize::from(OTHER_BYTE)..self.width {
                let next = self.table[state as usize + column];
                let fallback = if state == ROOT {
                    ROOT
                } else {
                    self.table[suffix as usize + column]
                };
                if next == ROOT {
                    self.table[state as usize + column] = fallback;
                } else {
                    queue.push((next, fallback));
                }
            }
        }
    }

    /// Lets the words of the longest proper suffix follow those of a state.
    fn append_words(&mut self, state: usize, shorter: u32) {
        let mut last = self.table[state];
        if last == NONE {
            self.table[state] = shorter;
            return;
        }
        while self.words[last as usize].next != NONE {
            last = self.words[last as usize].next;
        }
        self.words[last as usize].next = shorter;
    }
}

/// The column of each byte, one of its own for those of the words, and how many columns there are.
fn classify<S: AsRef<str>>(words: &[S]) -> ([u8; 256], usize) {
    let mut classes = [OTHER_BYTE; 256];
    let mut last = OTHER_BYTE;
    for byte in words.iter().flat_map(|word| word.as_ref().bytes()) {
        let class = &mut classes[usize::from(byte)];
        if *class == OTHER_BYTE {
            last += 1;
            *class = last;
        }
    }
    (classes, usize::from(last) + 1)
}

/// What stands in the table for the offset of a row or the number of a word.
fn entry(number: usize) -> u32 {
    u32::try_from(number).expect("the automaton needs more than 16 GiB")
}
