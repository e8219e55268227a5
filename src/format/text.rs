//! What the text formats share: a chunk is bytes, a file is a header, its chunks and a footer, and it is read line by line.

use std::io::{self, Write};
use std::path::Path;

use super::lines::Lines;
use super::{Buffer, Encoder, Facts, FileFormat, FormatError, file_name};
use crate::edition::{EachRow, Table};

/// A format whose chunks are text that can be concatenated.
pub(crate) trait TextFormat: Encoder<Chunk = Buffer> + Default {
    /// The name by which it is chosen.
    const NAME: &'static str;
    /// One line for people.
    const ABOUT: &'static str;
    /// The end of a file's name.
    const ENDING: &'static str;

    /// The name of a table's file.
    fn file_name(table: &Table) -> String {
        file_name(table, Self::ENDING)
    }

    /// What a file begins with.
    fn top(_: &'static Table) -> String {
        String::new()
    }

    /// What a file ends with.
    fn bottom(_: &'static Table) -> String {
        String::new()
    }

    /// Reads every row of a table's file.
    fn read<E: From<FormatError>>(
        lines: &mut Lines,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E>;
}

impl<F: TextFormat> FileFormat for F {
    const NAME: &'static str = F::NAME;
    const ABOUT: &'static str = F::ABOUT;

    type Open = &'static Table;

    fn file_name(table: &Table) -> String {
        F::file_name(table)
    }

    fn open(table: &'static Table, _: &Facts, out: &mut dyn Write) -> io::Result<&'static Table> {
        out.write_all(F::top(table).as_bytes())?;
        Ok(table)
    }

    fn append(_: &mut &'static Table, chunk: &mut Buffer, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(chunk.as_slice())
    }

    fn close(table: &'static Table, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(F::bottom(table).as_bytes())
    }

    fn read<E: From<FormatError>>(
        path: &Path,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E> {
        F::read(&mut Lines::open(path)?, table, each)
    }
}
