//! Copies a database from one engine to another: its rows, the records of its schema, and the records of its loads.
//!
//! The source is read as of one moment while others write to it. The same migrations create its schema in the target, its rows
//! go through the loader (parked indexes, portions with their records, counted and checked), and both ends must have equal
//! digests. A fact in the target says that a copy is under way and what it is a copy of, from the first change to the last, so
//! the same call continues it. Invariant: nothing that was in the target before is changed.

mod backup;
mod claim;
mod definitions;
mod error;
mod folder;
mod keep;
mod lines;
mod manifest;
#[cfg(feature = "mysql")]
mod mysql;
mod observer;
mod own;
mod pieces;
mod place;
#[cfg(feature = "postgres")]
mod postgres;
mod private;
mod readers;
mod rows;
mod seal;
mod source;
#[cfg(feature = "sqlite")]
mod sqlite;
mod target;
mod values;
mod verify;

use std::path::Path;
use std::time::Instant;

use serde::Serialize;

use crate::database::Target;
use crate::deployment::Deployment;
use crate::edition::Edition;
use crate::load::Phase;
use crate::run::RunError;

pub use backup::{BackedUp, Place, backup};
pub(crate) use error::Result;
pub use error::{CopyError, Hint};
pub use keep::KeptBackup;
pub use manifest::{BackedColumn, BackedFile, BackedOwn, BackedPiece, BackedTable, Manifest};
pub use observer::{Moving, Observer, TableAbout};
pub use own::{Own, OwnColumn, OwnCounter, OwnForeignKey, OwnIndex, OwnKind, OwnObject, OwnTable};
use readers::AnyReader;
use rows::StoredRows;
use source::Stored;
pub use verify::{manifest, verify};

/// What may be left behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consent {
    /// Nothing: if something cannot be carried, that is an error before anything is written.
    Everything,
    /// What cannot be carried; the result names it.
    LeaveRest,
}

/// What a copy did.
#[derive(Clone, Debug, Serialize)]
pub struct Copied {
    pub edition: &'static str,
    pub created: bool,
    /// Whether the target already held the whole copy, so that nothing was changed.
    pub already: bool,
    /// Whether an interrupted copy was continued.
    pub resumed: bool,
    pub migrations_run: usize,
    pub tables: Vec<CopiedTable>,
    /// What was not carried, and columns whose values are written in another way.
    pub left: Vec<String>,
    /// Rows that an earlier, interrupted run had sent.
    pub rows_before: u64,
    /// The time of everything: reading, loading, comparing.
    pub seconds: f64,
    /// The times of the phases of the load.
    pub phases: Vec<(Phase, f64)>,
}

/// A table that was copied; the digest is that of both ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CopiedTable {
    pub table: String,
    pub rows: u64,
    pub digest: String,
}

impl Copied {
    fn nothing(edition: Edition, left: Vec<String>) -> Copied {
        Copied {
            edition: edition.name(),
            created: false,
            already: false,
            resumed: false,
            migrations_run: 0,
            tables: Vec::new(),
            left,
            rows_before: 0,
            seconds: 0.0,
            phases: Vec::new(),
        }
    }

    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.rows).sum()
    }
}

/// Copies a database into one that is new or empty, or continues such a copy.
pub fn copy(from: &Target, to: &Deployment, consent: Consent, observer: &mut dyn Observer) -> Result<Copied> {
    let begun = Instant::now();
    if from.to_string() == to.target.to_string() {
        return Err(CopyError::Itself { target: from.to_string() });
    }
    let source = Stored::open(from, &to.options, observer)?;
    let copied = target::fill(&source, to, consent, observer)?;
    source.expect_unchanged()?;
    Ok(Copied { seconds: begun.elapsed().as_secs_f64(), ..copied })
}

/// Puts a backup into a database that is new or empty, or continues that. Nothing is written before every file of the backup
/// has been compared with the manifest. `seen` gets the name of each table before its file is read.
pub fn restore(
    folder: &Path,
    to: &Deployment,
    consent: Consent,
    seen: &mut dyn FnMut(&str),
    observer: &mut dyn Observer,
) -> Result<Copied> {
    let begun = Instant::now();
    let manifest = verify::verify_files(folder, seen)?;
    if !manifest.is_sealed() {
        // Nothing else would find a change of what it says of the rows before they are in.
        verify::verify_rows(folder, &manifest, to.options.threads)?;
    }
    let copied = target::fill(&Stored::backup(folder, manifest)?, to, consent, observer)?;
    Ok(Copied { seconds: begun.elapsed().as_secs_f64(), ..copied })
}

/// The error behind rows that could not be read.
fn why(rows: &StoredRows<AnyReader>, error: RunError) -> CopyError {
    match error {
        RunError::Stopped => CopyError::Stopped,
        error => rows.take_failure().unwrap_or(CopyError::Run(error)),
    }
}
