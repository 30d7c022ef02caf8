//! Queries of a document search: parsed, matched against documents, and printed in a canonical form.

mod parser;

use std::collections::HashMap;
use std::error::Error;
use std::fmt::{self, Display, Formatter};

pub use parser::parse;

/// What is wrong with a query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    UnclosedPhrase,
    UnclosedGroup,
    Unexpected,
    UnknownField,
    EmptyTerm,
    TooDeep,
}

/// A query can not be parsed; the position is in bytes, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QueryError {
    pub code: Code,
    pub position: usize,
}

impl Display for QueryError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} at {}", self.code, self.position)
    }
}

impl Error for QueryError {}

/// A parsed query. `Display` gives its canonical text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    And(Vec<Query>),
    Or(Vec<Query>),
    Not(Box<Query>),
    /// At least one token, in any field if none is named.
    Text {
        field: Option<String>,
        tokens: Vec<String>,
    },
}

impl Query {
    /// Whether a document, a map from names of fields to texts, matches.
    pub fn matches(&self, document: &HashMap<String, String>) -> bool {
        match self {
            Query::And(parts) => parts.iter().all(|part| part.matches(document)),
            Query::Or(parts) => parts.iter().any(|part| part.matches(document)),
            Query::Not(part) => !part.matches(document),
            Query::Text { field: None, tokens } => document.values().any(|text| has_run(text, tokens)),
            Query::Text { field: Some(name), tokens } => {
                document.get(name).is_some_and(|text| has_run(text, tokens))
            }
        }
    }
}

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Query::And(parts) => nested(f, "and", parts),
            Query::Or(parts) => nested(f, "or", parts),
            Query::Not(part) => write!(f, "(not {part})"),
            Query::Text { field, tokens } => {
                if let Some(name) = field {
                    write!(f, "{name}:")?;
                }
                write!(f, "\"{}\"", tokens.join(" "))
            }
        }
    }
}

fn nested(f: &mut Formatter<'_>, name: &str, parts: &[Query]) -> fmt::Result {
    write!(f, "({name}")?;
    parts.iter().try_for_each(|part| write!(f, " {part}"))?;
    write!(f, ")")
}

/// The longest runs of letters and digits, in lower case.
fn tokens(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|token| !token.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Whether the wanted tokens, at least one, stand one right behind the other in the text.
fn has_run(text: &str, wanted: &[String]) -> bool {
    tokens(text).windows(wanted.len()).any(|window| window == wanted)
}
