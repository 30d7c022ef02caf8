//! The text of an editor as a gap buffer, with a cursor and grouped undo.

use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::ops::Range;

/// Why an operation was refused; it changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EditError {
    /// A position or count beyond the text.
    OutOfRange,
    /// No group is open that could be ended.
    NoGroup,
    /// Undo and redo are not possible while a group is open.
    OpenGroup,
}

impl fmt::Display for EditError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutOfRange => "not within the text",
            Self::NoGroup => "no group is open",
            Self::OpenGroup => "a group is open",
        })
    }
}

impl Error for EditError {}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Insertion,
    Deletion,
}

#[derive(Debug, Clone)]
struct Edit {
    kind: Kind,
    position: usize,
    cursor_before: usize,
    text: Vec<char>,
}

type Step = Vec<Edit>;

/// A text with a cursor and a history. All positions and counts are in `char`s.
#[derive(Debug, Clone)]
pub struct GapBuffer {
    /// The text before the cursor.
    before: Vec<char>,
    /// The text behind the cursor, the last character first.
    behind: Vec<char>,
    undoable: VecDeque<Step>,
    redoable: Vec<Step>,
    open_step: Step,
    group_depth: usize,
    max_steps: usize,
}

impl GapBuffer {
    /// An empty text; at most `max_steps` steps can be undone.
    pub fn new(max_steps: usize) -> Self {
        Self {
            before: Vec::new(),
            behind: Vec::new(),
            undoable: VecDeque::new(),
            redoable: Vec::new(),
            open_step: Step::new(),
            group_depth: 0,
            max_steps,
        }
    }

    /// The length of the text.
    pub fn length(&self) -> usize {
        self.before.len() + self.behind.len()
    }

    /// The position of the cursor.
    pub fn cursor(&self) -> usize {
        self.before.len()
    }

    /// Inserts at the cursor, which is behind the text then.
    pub fn insert(&mut self, text: &str) {
        let cursor = self.cursor();
        self.edit(Kind::Insertion, cursor, text.chars().collect());
    }

    /// Removes characters before the cursor.
    ///
    /// # Errors
    ///
    /// `OutOfRange` if there are fewer.
    pub fn delete_before(&mut self, count: usize) -> Result<(), EditError> {
        let start = self.cursor().checked_sub(count).ok_or(EditError::OutOfRange)?;
        self.edit(Kind::Deletion, start, self.before[start..].to_vec());
        Ok(())
    }

    /// Removes characters behind the cursor.
    ///
    /// # Errors
    ///
    /// `OutOfRange` if there are fewer.
    pub fn delete_after(&mut self, count: usize) -> Result<(), EditError> {
        let rest = self.behind.len().checked_sub(count).ok_or(EditError::OutOfRange)?;
        self.edit(Kind::Deletion, self.cursor(), self.behind[rest..].iter().rev().copied().collect());
        Ok(())
    }

    /// Puts the cursor at a position.
    ///
    /// # Errors
    ///
    /// `OutOfRange` if the position is beyond the length.
    pub fn move_to(&mut self, position: usize) -> Result<(), EditError> {
        if position > self.length() {
            return Err(EditError::OutOfRange);
        }
        self.place_cursor(position);
        Ok(())
    }

    /// The text of a range of positions.
    ///
    /// # Errors
    ///
    /// `OutOfRange` if it ends beyond the length or before its start.
    pub fn read(&self, range: Range<usize>) -> Result<String, EditError> {
        let Range { start, end } = range;
        if start > end || end > self.length() {
            return Err(EditError::OutOfRange);
        }
        let middle = self.cursor().clamp(start, end);
        let from_end = |position: usize| self.length() - position;
        let first = if start < middle { &self.before[start..middle] } else { &[] };
        let second = if middle < end { &self.behind[from_end(end)..from_end(middle)] } else { &[] };
        Ok(first.iter().chain(second.iter().rev()).collect())
    }

    /// Makes one step of everything up to the end of the group; of nested groups the outermost counts.
    pub fn begin_group(&mut self) {
        self.group_depth += 1;
    }

    /// Ends a group.
    ///
    /// # Errors
    ///
    /// `NoGroup` if none is open.
    pub fn end_group(&mut self) -> Result<(), EditError> {
        self.group_depth = self.group_depth.checked_sub(1).ok_or(EditError::NoGroup)?;
        self.complete_step();
        Ok(())
    }

    /// Takes back a step and tells whether there was one.
    ///
    /// # Errors
    ///
    /// `OpenGroup` while a group is open.
    pub fn undo(&mut self) -> Result<bool, EditError> {
        self.require_no_group()?;
        let Some(step) = self.undoable.pop_back() else { return Ok(false) };
        for edit in step.iter().rev() {
            match edit.kind {
                Kind::Insertion => self.take_out(edit),
                Kind::Deletion => self.put_in(edit),
            }
        }
        self.place_cursor(step[0].cursor_before);
        self.redoable.push(step);
        Ok(true)
    }

    /// Does the step that was undone last again and tells whether there was one.
    ///
    /// # Errors
    ///
    /// `OpenGroup` while a group is open.
    pub fn redo(&mut self) -> Result<bool, EditError> {
        self.require_no_group()?;
        let Some(step) = self.redoable.pop() else { return Ok(false) };
        step.iter().for_each(|edit| self.apply(edit));
        self.undoable.push_back(step);
        Ok(true)
    }

    fn require_no_group(&self) -> Result<(), EditError> {
        if self.group_depth == 0 { Ok(()) } else { Err(EditError::OpenGroup) }
    }

    fn place_cursor(&mut self, position: usize) {
        if let Some(behind) = position.checked_sub(self.cursor()) {
            let rest = self.behind.len() - behind;
            self.before.extend(self.behind.drain(rest..).rev());
        } else {
            self.behind.extend(self.before.drain(position..).rev());
        }
    }

    fn put_in(&mut self, edit: &Edit) {
        self.place_cursor(edit.position);
        self.before.extend_from_slice(&edit.text);
    }

    fn take_out(&mut self, edit: &Edit) {
        self.place_cursor(edit.position);
        self.behind.truncate(self.behind.len() - edit.text.len());
    }

    fn apply(&mut self, edit: &Edit) {
        match edit.kind {
            Kind::Insertion => self.put_in(edit),
            Kind::Deletion => self.take_out(edit),
        }
    }

    fn edit(&mut self, kind: Kind, position: usize, text: Vec<char>) {
        if text.is_empty() {
            return;
        }
        let edit = Edit { kind, position, cursor_before: self.cursor(), text };
        self.apply(&edit);
        self.redoable.clear();
        self.open_step.push(edit);
        self.complete_step();
    }

    /// Unless a group is open or nothing was edited.
    fn complete_step(&mut self) {
        if self.group_depth > 0 || self.open_step.is_empty() {
            return;
        }
        self.undoable.push_back(std::mem::take(&mut self.open_step));
        if self.undoable.len() > self.max_steps {
            self.undoable.pop_front();
        }
    }
}
