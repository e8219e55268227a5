//! What a file of rows looks like: one file for each format, with its writer and its reader.
//!
//! A writer has two halves. Its [`Encoder`] runs on the producing threads and turns cells into a chunk, which is bytes
//! in a text format and may be columns in another. [`FileFormat`] puts the chunks together on one thread, in their
//! order, and may end a file with what it has seen. [`Format`] is the list of formats, and the only choice between them.

pub mod csv;
mod error;
pub mod jsonl;
mod lines;
pub(crate) mod scan;
pub(crate) mod time_text;

use std::io::{self, Write};
use std::path::Path;

use crate::edition::{Cells, EachRow, Table};
use csv::Csv;
use jsonl::Jsonl;

pub use error::{FormatError, Hint, LineProblem};

/// The half of a format, or of an engine, that runs on the producing threads: one for each of them.
pub trait Encoder: Cells + Send {
    /// The rows of a chunk on their way to the sink. A chunk whose rows have been taken comes back to `begin`, so that
    /// its memory is used again.
    type Chunk: Default + Send;

    fn begin(&mut self, table: &'static Table, used: Self::Chunk);
    fn finish(&mut self) -> Self::Chunk;
}

/// The chunk of a format that is bytes. The memory after them is kept when the buffer is used again.
#[derive(Debug, Default)]
pub struct Buffer {
    pub(crate) bytes: Vec<u8>,
    pub(crate) len: usize,
}

impl Buffer {
    pub fn as_slice(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

/// A file format: an encoder, how a file is put together from its chunks, and how a file is read.
pub trait FileFormat: Encoder + Default {
    /// The name by which it is chosen.
    const NAME: &'static str;
    /// One line for people.
    const ABOUT: &'static str;
    /// The end of a file's name.
    const ENDING: &'static str;

    /// What a file needs to know at its end: nothing in a text format, where each column begins in a columnar one.
    type Open: Send;

    fn open(table: &'static Table, out: &mut dyn Write) -> io::Result<Self::Open>;
    fn append(open: &mut Self::Open, chunk: &mut Self::Chunk, out: &mut dyn Write) -> io::Result<()>;
    fn close(open: Self::Open, out: &mut dyn Write) -> io::Result<()>;

    /// Reads every row of a table's file.
    fn read<E: From<FormatError>>(
        path: &Path,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E>;
}

/// A file format by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Csv,
    Jsonl,
}

/// Work that is compiled for each format.
pub trait WithFormat {
    type Output;

    fn with<F: FileFormat>(self) -> Self::Output;
}

impl Format {
    pub const ALL: [Format; 2] = [Format::Csv, Format::Jsonl];

    /// Does the work with the format's own types. The only choice between formats.
    pub fn choose<W: WithFormat>(self, work: W) -> W::Output {
        match self {
            Format::Csv => work.with::<Csv>(),
            Format::Jsonl => work.with::<Jsonl>(),
        }
    }

    pub fn name(self) -> &'static str {
        self.choose(Texts).0
    }

    /// One line for people.
    pub fn about(self) -> &'static str {
        self.choose(Texts).1
    }

    /// The name of a table's file.
    pub fn file_name(self, table: &Table) -> String {
        file_name(table, self.choose(Texts).2)
    }

    /// Reads every row of a table's file.
    pub fn read<E: From<FormatError>>(
        self,
        path: &Path,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E> {
        self.choose(Read { path, table, each })
    }
}

/// The name of a table's file that has this ending.
pub(crate) fn file_name(table: &Table, ending: &str) -> String {
    format!("{}.{ending}", table.name)
}

/// What a format says of itself.
struct Texts;

impl WithFormat for Texts {
    type Output = (&'static str, &'static str, &'static str);

    fn with<F: FileFormat>(self) -> Self::Output {
        (F::NAME, F::ABOUT, F::ENDING)
    }
}

struct Read<'a, 'b, E> {
    path: &'a Path,
    table: &'static Table,
    each: &'a mut EachRow<'b, E>,
}

impl<E: From<FormatError>> WithFormat for Read<'_, '_, E> {
    type Output = Result<(), E>;

    fn with<F: FileFormat>(self) -> Self::Output {
        F::read(self.path, self.table, self.each)
    }
}
