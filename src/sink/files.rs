//! Files, one per table, in any format: in a folder, or one after another on standard output.

mod counted;
mod folder;
mod partial;
mod stream;

use std::io::{self, Stdout};
use std::path::{Path, PathBuf};

use super::{Batch, Sink};
use crate::edition::Table;
use crate::format::{Facts, FileFormat};
use crate::sink::Result;

pub use folder::Folder;
pub use stream::Stream;

/// The file that says what the others of a folder are. It gets its name after all others: where it is, all are complete.
pub const MANIFEST: &str = "manifest.json";

/// What completes a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Last {
    /// The text of the manifest.
    pub manifest: String,
    /// Plain files of the output that this one replaces, and that are not part of it: they are removed.
    pub stale: Vec<PathBuf>,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The table whose rows it has; none in a file that comes before all rows.
    pub table: Option<&'static Table>,
    pub path: PathBuf,
    /// Its name in the folder; that of a part begins with the folder of its table and a `/`.
    pub name: String,
    pub rows: u64,
    pub bytes: u64,
}

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
    pub fn new(to: Destination<'_>, tables: &[&'static Table], facts: Facts) -> Result<Files<F>> {
        Ok(match to {
            Destination::Folder(dir, existing) => {
                Files::Folder(Folder::new(dir, tables, existing)?.with_facts(facts))
            }
            Destination::Stdout => Files::Stdout(Stream::new(io::stdout()).with_facts(facts)),
        })
    }

    /// Writes a text before all rows, such as a schema; a folder has it as a file of this name.
    pub fn preface(&mut self, name: &str, text: &str) -> Result<()> {
        match self {
            Files::Folder(folder) => folder.preface(name, text),
            Files::Stdout(stream) => stream.preface(text),
        }
    }

    /// Ends the run. Returns the files that now have their final names, and the number of bytes of all rows. A folder
    /// gets a manifest, made from the list of its files.
    pub fn commit(self, last: impl FnOnce(&[Written]) -> Last) -> Result<(Vec<Written>, u64)> {
        match self {
            Files::Folder(folder) => {
                let written = folder.commit_with(Some(last))?;
                let bytes = written.iter().map(|file| file.bytes).sum();
                Ok((written, bytes))
            }
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
