//! Finds all occurrences of many words in a text, with the crate aho-corasick.

use std::fmt;

use aho_corasick::AhoCorasick;

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

/// Finds all occurrences of the words of a list, in any number of texts.
#[derive(Debug)]
pub struct Searcher {
    automaton: AhoCorasick,
}

impl Searcher {
    /// Prepares the words.
    ///
    /// # Errors
    ///
    /// If a word is empty; the error names the first.
    pub fn new<S: AsRef<str>>(words: &[S]) -> Result<Searcher, EmptyWordError> {
        if let Some(index) = words.iter().position(|word| word.as_ref().is_empty()) {
            return Err(EmptyWordError { index });
        }
        let automaton =
            AhoCorasick::new(words.iter().map(AsRef::as_ref)).expect("the words are too many");
        Ok(Searcher { automaton })
    }

    /// Returns all occurrences of the words, ordered by end, start and index.
    pub fn search(&self, text: &str) -> Vec<Match> {
        self.automaton
            .find_overlapping_iter(text)
            .map(|found| Match {
                index: found.pattern().as_usize(),
                start: found.start(),
                end: found.end(),
            })
            .collect()
    }
}
