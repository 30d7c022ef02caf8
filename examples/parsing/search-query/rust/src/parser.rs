use std::collections::HashSet;

use crate::{Code, Query, QueryError, tokens};

const MOST_GROUPS: usize = 50;
const SPACE: [char; 4] = [' ', '\t', '\n', '\r'];

/// Parses a query, given the names of all fields.
///
/// # Errors
///
/// The first error that a reader from left to right meets.
pub fn parse(source: &str, fields: &HashSet<&str>) -> Result<Query, QueryError> {
    let mut parser = Parser {
        source,
        fields,
        position: 0,
        groups: 0,
    };
    let (query, _) = parser.alternatives()?;
    match parser.next() {
        None => Ok(query),
        Some(_) => fail(Code::Unexpected, parser.position), // a `)`: nothing else ends a row too early
    }
}

fn fail<T>(code: Code, position: usize) -> Result<T, QueryError> {
    Err(QueryError { code, position })
}

/// One part alone, or many joined.
fn join(mut parts: Vec<Query>, many: fn(Vec<Query>) -> Query) -> Query {
    if parts.len() == 1 { parts.remove(0) } else { many(parts) }
}

fn ends_word(c: char) -> bool {
    SPACE.contains(&c) || matches!(c, '"' | '(' | ')')
}

/// Descends recursively, one method for each rule.
struct Parser<'a> {
    source: &'a str,
    fields: &'a HashSet<&'a str>,
    position: usize,
    groups: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.position..]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn at_operator(&self) -> bool {
        self.rest()
            .strip_prefix("OR")
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(ends_word))
    }

    /// Also tells whether there are no terms.
    fn alternatives(&mut self) -> Result<(Query, bool), QueryError> {
        let mut row = self.row()?;
        let mut rows = Vec::new();
        while self.at_operator() {
            let at = self.position;
            if row.is_empty() {
                return fail(Code::Unexpected, at);
            }
            rows.push(join(row, Query::And));
            self.position += "OR".len();
            row = self.row()?;
            if row.is_empty() {
                return fail(Code::Unexpected, at);
            }
        }
        let is_empty = row.is_empty();
        rows.push(join(row, Query::And));
        Ok((join(rows, Query::Or), is_empty))
    }

    /// The terms up to an `OR`, a `)` or the end.
    fn row(&mut self) -> Result<Vec<Query>, QueryError> {
        let mut terms = Vec::new();
        loop {
            self.position = self.source.len() - self.rest().trim_start_matches(SPACE).len();
            if matches!(self.next(), None | Some(')')) || self.at_operator() {
                return Ok(terms);
            }
            terms.push(self.term()?);
        }
    }

    fn term(&mut self) -> Result<Query, QueryError> {
        if self.next() != Some('-') {
            return self.positive();
        }
        let at = self.position;
        self.position += 1;
        if self.next().is_none_or(|c| c == ')' || SPACE.contains(&c)) {
            return fail(Code::Unexpected, at);
        }
        Ok(Query::Not(Box::new(self.positive()?)))
    }

    fn positive(&mut self) -> Result<Query, QueryError> {
        match self.next() {
            Some('(') => self.group(),
            Some('"') => self.phrase(None),
            _ => self.word(),
        }
    }

    fn group(&mut self) -> Result<Query, QueryError> {
        let at = self.position;
        if self.groups == MOST_GROUPS {
            return fail(Code::TooDeep, at);
        }
        self.position += 1;
        self.groups += 1;
        let (query, is_empty) = self.alternatives()?;
        self.groups -= 1;
        if self.next().is_none() {
            return fail(Code::UnclosedGroup, at);
        }
        if is_empty {
            return fail(Code::Unexpected, self.position);
        }
        self.position += 1;
        Ok(query)
    }

    fn phrase(&mut self, field: Option<&str>) -> Result<Query, QueryError> {
        let at = self.position;
        let mut text = String::new();
        let mut characters = self.source[at + 1..].char_indices();
        while let Some((offset, c)) = characters.next() {
            match c {
                '"' => {
                    self.position = at + 1 + offset + 1;
                    return look_for(field, &text, at);
                }
                '\\' => text.extend(characters.next().map(|(_, escaped)| escaped)),
                _ => text.push(c),
            }
        }
        fail(Code::UnclosedPhrase, at)
    }

    fn word(&mut self) -> Result<Query, QueryError> {
        let at = self.position;
        let rest = self.rest();
        let word = &rest[..rest.find(ends_word).unwrap_or(rest.len())];
        self.position += word.len();
        let Some((field, value)) = word.split_once(':') else {
            return look_for(None, word, at);
        };
        let colon = at + field.len();
        if !self.fields.contains(field) {
            return fail(Code::UnknownField, at);
        }
        if !value.is_empty() {
            return look_for(Some(field), value, colon + 1);
        }
        if self.next() != Some('"') {
            return fail(Code::Unexpected, colon);
        }
        self.phrase(Some(field))
    }
}

fn look_for(field: Option<&str>, text: &str, at: usize) -> Result<Query, QueryError> {
    let tokens = tokens(text);
    if tokens.is_empty() {
        return fail(Code::EmptyTerm, at);
    }
    Ok(Query::Text {
        field: field.map(str::to_owned),
        tokens,
    })
}
