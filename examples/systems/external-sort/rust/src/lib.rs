//! Sorts the lines of files that may be larger than memory.

mod lines;
mod temporary;

use std::collections::binary_heap::PeekMut;
use std::collections::{BinaryHeap, VecDeque};
use std::error::Error;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufReader, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use lines::{Head, Read, read_line, write_line, write_sorted};
use temporary::{TemporaryFolder, UnfinishedFile};

const LEAST_OPEN_FILES: usize = 3;

/// Why lines were not sorted.
#[derive(Debug)]
pub enum SortError {
    /// The memory or the number of files is too small.
    InvalidArgument,
    /// A line, counted from 1, alone takes more than the memory.
    LineTooLong { number: u64 },
    /// The progress function asked to stop.
    Cancelled,
    /// The system failed.
    Io(io::Error),
}

impl fmt::Display for SortError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidArgument => write!(f, "a sort needs memory for lines and may have 3 files open at least"),
            Self::LineTooLong { number } => write!(f, "line {number} is too long"),
            Self::Cancelled => write!(f, "the sort was cancelled"),
            Self::Io(error) => error.fmt(f),
        }
    }
}

impl Error for SortError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Io(error) => Some(error),
            _ => None,
        }
    }
}

impl From<io::Error> for SortError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What is going to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A sorted run of so many lines is written.
    Run { lines: usize },
    /// So many runs are merged.
    Merge { runs: usize },
}

/// Called at each step; `Break` ends the sort.
pub type Progress<'a> = &'a mut dyn FnMut(Step) -> ControlFlow<()>;

pub struct Options<'a> {
    pub temporary_folder: &'a Path,
    /// For lines, in bytes, 1 or more.
    pub memory: usize,
    /// 3 or more.
    pub max_open_files: usize,
    pub progress: Option<Progress<'a>>,
}

/// Sorts the lines of a file by what stands before their first TAB, keeping the order of equal ones, into another file or the
/// same, and gives their number. After an error the output is as it was.
///
/// # Errors
///
/// Any `SortError`.
pub fn sort_lines(
    input: impl AsRef<Path>,
    output: impl AsRef<Path>,
    options: Options<'_>,
) -> Result<u64, SortError> {
    if options.memory < 1 || options.max_open_files < LEAST_OPEN_FILES {
        return Err(SortError::InvalidArgument);
    }
    let mut sorter = Sorter { options, kept: Vec::new(), runs: VecDeque::new(), made: 0, folder: None };
    let count = sorter.read(input.as_ref())?;
    while sorter.runs.len() > sorter.most() {
        sorter.merge_pass()?;
    }
    sorter.write(output.as_ref())?;
    Ok(count)
}

struct Sorter<'a> {
    options: Options<'a>,
    /// Lines that are in no run yet.
    kept: Vec<Vec<u8>>,
    /// In the order of the input.
    runs: VecDeque<PathBuf>,
    made: u64,
    folder: Option<TemporaryFolder>,
}

impl Sorter<'_> {
    /// Reads all lines into runs, or if they fit into memory together, keeps them there. Gives their number.
    fn read(&mut self, input: &Path) -> Result<u64, SortError> {
        let mut reader = BufReader::new(File::open(input)?);
        let (mut number, mut size) = (0, 0);
        loop {
            let mut line = Vec::new();
            match read_line(&mut reader, self.options.memory as u64, &mut line)? {
                Read::Line => number += 1,
                Read::TooLong => return Err(SortError::LineTooLong { number: number + 1 }),
                Read::End => break,
            }
            if line.len() + 1 > self.options.memory - size {
                self.write_run()?;
                size = 0;
            }
            size += line.len() + 1;
            self.kept.push(line);
        }
        if !self.runs.is_empty() {
            self.write_run()?;
        }
        Ok(number)
    }

    fn write(&mut self, output: &Path) -> Result<(), SortError> {
        let (unfinished, file) = UnfinishedFile::beside(output)?;
        if let Ok(old) = fs::metadata(output) {
            file.set_permissions(old.permissions())?;
        }
        let mut out = BufWriter::new(file);
        if self.runs.is_empty() {
            write_sorted(&mut self.kept, &mut out)?;
        } else {
            self.merge(self.runs.len(), &mut out)?;
        }
        out.flush()?;
        Ok(fs::rename(unfinished.path(), output)?)
    }

    fn most(&self) -> usize {
        self.options.max_open_files - 1
    }

    fn tell(&mut self, step: Step) -> Result<(), SortError> {
        match self.options.progress.as_mut().map(|progress| progress(step)) {
            Some(ControlFlow::Break(())) => Err(SortError::Cancelled),
            _ => Ok(()),
        }
    }

    /// Makes a file for a run that comes after all others.
    fn add_run(&mut self) -> io::Result<BufWriter<File>> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => TemporaryFolder::within(self.options.temporary_folder)?,
        };
        let path = folder.path().join(self.made.to_string());
        self.folder = Some(folder);
        let file = File::create_new(&path)?;
        self.made += 1;
        self.runs.push_back(path);
        Ok(BufWriter::new(file))
    }

    fn write_run(&mut self) -> Result<(), SortError> {
        self.tell(Step::Run { lines: self.kept.len() })?;
        let mut out = self.add_run()?;
        write_sorted(&mut self.kept, &mut out)?;
        self.kept.clear();
        Ok(out.flush()?)
    }

    /// Merges the first runs into a file.
    fn merge(&mut self, count: usize, out: &mut impl Write) -> Result<(), SortError> {
        let opened: io::Result<Vec<_>> = self.runs.iter().take(count).map(|run| File::open(run).map(BufReader::new)).collect();
        let mut readers = opened?;
        self.tell(Step::Merge { runs: count })?;
        let mut heads = BinaryHeap::with_capacity(count);
        for (index, reader) in readers.iter_mut().enumerate() {
            let mut line = Vec::new();
            read_line(reader, u64::MAX, &mut line)?; // no run is empty
            heads.push(Head { line, index });
        }
        while let Some(mut first) = heads.peek_mut() {
            write_line(&first.line, out)?;
            let reader = &mut readers[first.index];
            if read_line(reader, u64::MAX, &mut first.line)? == Read::End {
                PeekMut::pop(first);
            }
        }
        Ok(())
    }

    /// Goes once through all runs, replacing each group of them by the run that it merges to.
    fn merge_pass(&mut self) -> Result<(), SortError> {
        let mut left = self.runs.len();
        while left > 0 {
            let count = left.min(self.most());
            if count == 1 {
                self.runs.rotate_left(1);
            } else {
                self.merge_into_run(count)?;
            }
            left -= count;
        }
        Ok(())
    }

    fn merge_into_run(&mut self, count: usize) -> Result<(), SortError> {
        let mut out = self.add_run()?;
        self.merge(count, &mut out)?;
        out.flush()?;
        for run in self.runs.drain(..count) {
            fs::remove_file(run)?;
        }
        Ok(())
    }
}
