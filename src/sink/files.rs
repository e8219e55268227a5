//! Files, one per table, in any format: in a folder, or one after another on standard output.

mod counted;
mod folder;
mod stream;

use std::io::{self, Stdout};
use std::path::{Path, PathBuf};

use super::{Batch, Sink};
use crate::edition::Table;
use crate::format::FileFormat;
use crate::sink::Result;

pub use folder::Folder;
pub use stream::Stream;

/// Whether files of an earlier run may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Existing {
    Refuse,
    Replace,
}

/// Where files go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination<'a> {
    /// A folder, created if necessary.
    Folder(&'a Path, Existing),
    Stdout,
}

/// The files of a run, wherever they go.
pub enum Files<F: FileFormat> {
    Folder(Folder<F>),
    Stdout(Stream<F, Stdout>),
}

impl<F: FileFormat> Files<F> {
    /// Writes nothing yet, but checks whether these tables can be written.
    pub fn new(to: Destination<'_>, tables: &[&'static Table]) -> Result<Files<F>> {
        Ok(match to {
            Destination::Folder(dir, existing) => Files::Folder(Folder::new(dir, tables, existing)?),
            Destination::Stdout => Files::Stdout(Stream::new(io::stdout())),
        })
    }

    /// Ends the run. Returns the paths of the files that now have their final names, and the number of bytes written.
    pub fn commit(self) -> Result<(Vec<PathBuf>, u64)> {
        match self {
            Files::Folder(folder) => folder.commit(),
            Files::Stdout(stream) => Ok((Vec::new(), stream.bytes())),
        }
    }
}

impl<F: FileFormat> Sink for Files<F> {
    type Encoder = F;

    fn encoder(&self) -> F {
        F::default()
    }

    fn begin(&mut self, table: &'static Table) -> Result<()> {
        match self {
            Files::Folder(folder) => folder.begin(table),
            Files::Stdout(stream) => stream.begin(table),
        }
    }

    fn deliver(&mut self, table: &'static Table, batch: &mut Batch<F::Chunk>) -> Result<()> {
        match self {
            Files::Folder(folder) => folder.deliver(table, batch),
            Files::Stdout(stream) => stream.deliver(table, batch),
        }
    }

    fn end(&mut self, table: &'static Table) -> Result<()> {
        match self {
            Files::Folder(folder) => folder.end(table),
            Files::Stdout(stream) => stream.end(table),
        }
    }
}
