//! Reads the lines of a file of rows into one buffer, and knows the line number for errors.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::{Path, PathBuf};

use super::{FormatError, LineProblem};

/// The longest record that is read. No record comes near it, so it stops the reading of an endless line.
pub(super) const MAX_RECORD_BYTES: usize = 1 << 24;
/// Bytes read at once.
const BUFFER_BYTES: usize = 1 << 18;

/// A file that is read line by line, compressed or not. A record is one or several lines.
pub(crate) struct Lines {
    input: Box<dyn BufRead>,
    path: PathBuf,
    /// The line on which the record begins.
    line: u64,
    next_line: u64,
    /// The record so far.
    pub(super) text: Vec<u8>,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Lines, FormatError> {
        let opened = File::open(path).and_then(|file| unpacked(path, file));
        let input = opened.map_err(|source| FormatError::Read { path: path.to_owned(), source })?;
        Ok(Lines { input, path: path.to_owned(), line: 1, next_line: 1, text: Vec::new() })
    }

    /// An error about the record.
    pub(super) fn problem(&self, problem: LineProblem) -> FormatError {
        FormatError::Malformed { path: self.path.clone(), line: self.line, problem }
    }

    /// The record as a text.
    pub(super) fn record(&self) -> Result<&str, FormatError> {
        std::str::from_utf8(&self.text).map_err(|_| self.problem(LineProblem::Encoding))
    }

    /// Starts a record with the next line.
    pub(super) fn begin(&mut self) {
        self.line = self.next_line;
        self.text.clear();
    }

    /// Appends the next line to the record, with its end; false at the end of the file.
    pub(super) fn more(&mut self) -> Result<bool, FormatError> {
        let before = self.text.len();
        let room = (MAX_RECORD_BYTES - before) as u64;
        let read = self.input.by_ref().take(room).read_until(b'\n', &mut self.text);
        read.map_err(|source| FormatError::Read { path: self.path.clone(), source })?;
        if self.text.len() == MAX_RECORD_BYTES {
            return Err(self.problem(LineProblem::TooLong));
        }
        self.next_line += 1;
        Ok(self.text.len() > before)
    }
}

#[cfg(feature = "compress")]
fn unpacked(path: &Path, file: File) -> io::Result<Box<dyn BufRead>> {
    super::codec::opened(path, file, BUFFER_BYTES)
}

#[cfg(not(feature = "compress"))]
fn unpacked(_: &Path, file: File) -> io::Result<Box<dyn BufRead>> {
    Ok(Box::new(io::BufReader::with_capacity(BUFFER_BYTES, file)))
}
