//! Writes a backup: a file for each table and the manifest, under a private name until everything is on the disk. The next run
//! removes what a killed run left there.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::keep::{self, KeptBackup};
use super::lines::{LineEncoder, Packed};
use super::manifest::{self, BackedColumn, BackedFile, BackedOwn, BackedPiece, BackedTable};
use super::observer::{Moving, Passed, TableAbout};
use super::private::{self, Private};
use super::readers::AnyReader;
use super::rows::StoredRows;
use super::source::Stored;
use super::{Consent, CopiedTable, CopyError, Observer, Result, own, place, seal, why};
use crate::database::Target;
use crate::deployment::Options;
use crate::edition::{Kind, Rows, Table};
use crate::plan::{Shard, plan};
use crate::run::{self, RunError};
use crate::sha256::hex;
use crate::sink::digest::Digester;
use crate::sink::{Batch, Sink, SinkError};
use crate::time::Time;

/// Where a backup goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A folder that does not exist yet; with `replace`, an earlier backup is replaced.
    Folder { path: PathBuf, replace: bool },
    /// A new folder inside a common one, named by the time; with `keep`, the oldest backups beyond this number are removed.
    Dated { parent: PathBuf, keep: Option<usize> },
}

/// A backup that was made.
#[derive(Clone, Debug, Serialize)]
pub struct BackedUp {
    pub folder: PathBuf,
    pub edition: &'static str,
    pub created_at: String,
    pub rows: u64,
    /// Of the files.
    pub bytes: u64,
    pub tables: Vec<CopiedTable>,
    /// What is not in the backup.
    pub left: Vec<String>,
    /// Older backups that were removed.
    pub removed: Vec<PathBuf>,
    /// Older backups that are beyond the number but were not removed, and damaged ones, which do not count.
    pub kept: Vec<KeptBackup>,
    pub seconds: f64,
}

/// Writes the rows of a database as of one moment into files, while others may write to it.
pub fn backup(
    from: &Target,
    options: &Options,
    place: &Place,
    consent: Consent,
    observer: &mut dyn Observer,
) -> Result<BackedUp> {
    let begun = Instant::now();
    let now = now();
    let path = match place {
        Place::Folder { path, replace } => {
            let path = place::plain(path)?;
            let name = path.file_name().unwrap_or_default();
            if private::sweep(&place::parent(&path)).iter().any(|writing| writing == name) {
                return Err(CopyError::UnderWay { path });
            }
            place::expect_free(&path, *replace)?;
            path
        }
        Place::Dated { parent, .. } => {
            private::sweep(parent);
            parent.join(place::dated(now))
        }
    };
    let replace = matches!(place, Place::Folder { replace: true, .. });
    let source = Stored::open(from, options, observer)?;
    if consent == Consent::Everything && !source.own.left.is_empty() {
        return Err(CopyError::Leaves { what: source.own.left.clone() });
    }
    let private = Private::new(&path, replace)?;
    let rows = source.rows(options.threads, None)?;
    let mut manifest = source.manifest(from)?;
    manifest.created_at = now.to_string();
    manifest.tables = write(&rows, &private, options, observer)?;
    manifest.own_tables = write_own(&source, &rows, &private, options)?;
    source.expect_unchanged()?;
    drop(rows);
    private.write(manifest::FILE_NAME, manifest.to_text().as_bytes())?;
    let (path, parent, number) = match place {
        Place::Folder { .. } => {
            private.name(&path, replace)?;
            (path, None, None)
        }
        Place::Dated { parent, keep } => (private.name_dated(parent, now)?, Some(parent), *keep),
    };
    let (removed, kept) = match (parent, number, &manifest.database) {
        (Some(parent), Some(number), Some(database)) => keep::keep(parent, number, &path, database)?,
        _ => Default::default(),
    };
    observer.moved();
    Ok(BackedUp {
        folder: path,
        edition: source.edition.name(),
        created_at: manifest.created_at.clone(),
        rows: manifest.rows(),
        bytes: manifest.bytes(),
        tables: manifest.copied(),
        left: source.own.left.clone(),
        removed,
        kept,
        seconds: begun.elapsed().as_secs_f64(),
    })
}

/// Writes the rows of an application's tables, each into a file.
fn write_own(
    source: &Stored,
    rows: &StoredRows<AnyReader>,
    private: &Private,
    options: &Options,
) -> Result<Vec<BackedOwn>> {
    let mut backed = Vec::new();
    for (number, table) in source.own.all().enumerate() {
        let name = manifest::own_file_name(number);
        let path = private.path.join(&name);
        let failed = |source| CopyError::Write { path: path.clone(), source };
        let file = File::create_new(&path).map_err(failed)?;
        let mut packed = zstd::stream::write::Encoder::new(file, 1).map_err(failed)?;
        let mut digester = Digester::default();
        rows.texts(&source.select(table), &mut |row| {
            if options.stop.load(Ordering::Relaxed) {
                return Err(CopyError::Stopped);
            }
            own::digest_of(table, &row, &mut digester);
            packed.write_all(own::line(&row).as_bytes()).map_err(failed)
        })?;
        packed.finish().and_then(|file| file.sync_all()).map_err(failed)?;
        let (bytes, sha256) = seal::sum_of(&path)?;
        let sum = digester.sum();
        let file = BackedFile { name, bytes, sha256 };
        backed.push(BackedOwn { table: table.table.clone(), rows: sum.rows, digest: sum.to_string(), file });
    }
    Ok(backed)
}

fn now() -> Time {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Time(u32::try_from(seconds).unwrap_or(u32::MAX))
}

fn write(
    rows: &StoredRows<AnyReader>,
    private: &Private,
    options: &Options,
    observer: &mut dyn Observer,
) -> Result<Vec<BackedTable>> {
    let tables: Vec<_> = rows.edition.tables().iter().collect();
    let about =
        |table: &&'static Table| TableAbout { table, rows: rows.rows_about(table), units: rows.units(table) };
    let about: Vec<_> = tables.iter().map(about).collect();
    let parts = plan(rows, &tables, Shard::WHOLE).map_err(RunError::from)?;
    let mut files = Files { folder: private.path.clone(), open: None, tables: Vec::new() };
    let seen = observer.writes(Moving { tables: &about, engine: None });
    let run = run::Options { threads: rows.readers(), stop: &options.stop, observer: &Passed(seen) };
    let sums = run::run(rows, &parts, &mut files, run).map_err(|error| match error {
        RunError::Sink(SinkError::Write { path, source }) => CopyError::Write { path, source },
        error => why(rows, error),
    });
    observer.compared();
    let mut backed = files.tables;
    for (at, sum) in sums?.iter().enumerate() {
        let (pieces, table) = (&rows.pieces[at], &mut backed[at]);
        (table.rows, table.digest, table.ids) = (sum.rows, sum.to_string(), pieces.ids);
        for (number, piece) in table.pieces.iter_mut().enumerate() {
            piece.up_to = pieces.cuts.get(number).copied();
        }
    }
    Ok(backed)
}

/// Puts pieces into files.
struct Files {
    folder: PathBuf,
    open: Option<Open>,
    tables: Vec<BackedTable>,
}

/// A file that is being written.
struct Open {
    path: PathBuf,
    file: File,
    sum: Sha256,
    bytes: u64,
    pieces: Vec<BackedPiece>,
}

impl Sink for Files {
    type Encoder = LineEncoder;

    fn encoder(&self) -> LineEncoder {
        LineEncoder::default()
    }

    fn begin(&mut self, table: &'static Table) -> Result<(), SinkError> {
        let path = self.folder.join(manifest::file_name(table.name));
        let file = File::create_new(&path).map_err(|source| cannot_write(&path, source))?;
        self.open = Some(Open { path, file, sum: Sha256::new(), bytes: 0, pieces: Vec::new() });
        Ok(())
    }

    fn deliver(&mut self, _: &'static Table, batch: &mut Batch<Packed>) -> Result<(), SinkError> {
        let open = self.open.as_mut().expect("`begin` opens the file that `deliver` writes");
        if let Some(source) = batch.chunk.failure.take() {
            return Err(cannot_write(&open.path, source));
        }
        let bytes = &batch.chunk.bytes;
        open.file.write_all(bytes).map_err(|source| cannot_write(&open.path, source))?;
        open.sum.update(bytes);
        open.pieces.push(BackedPiece {
            up_to: None,
            rows: batch.digest.rows,
            offset: open.bytes,
            bytes: bytes.len() as u64,
            plain_bytes: batch.chunk.plain_bytes,
        });
        open.bytes += bytes.len() as u64;
        Ok(())
    }

    fn end(&mut self, table: &'static Table) -> Result<(), SinkError> {
        let open = self.open.take().expect("`begin` opens the file that `end` closes");
        open.file.sync_all().map_err(|source| cannot_write(&open.path, source))?;
        let column = |column: &crate::edition::Column| BackedColumn {
            name: column.name.to_owned(),
            kind: match column.kind {
                Kind::Integer => "integer",
                Kind::Text => "text",
                Kind::Time => "time",
            }
            .to_owned(),
        };
        self.tables.push(BackedTable {
            table: table.name.to_owned(),
            columns: table.columns.iter().map(column).collect(),
            rows: 0,
            digest: String::new(),
            file: BackedFile {
                name: manifest::file_name(table.name),
                bytes: open.bytes,
                sha256: hex(&open.sum.finalize()),
            },
            ids: (1, 0),
            pieces: open.pieces,
        });
        Ok(())
    }
}

fn cannot_write(path: &Path, source: std::io::Error) -> SinkError {
    SinkError::Write { path: path.to_owned(), source }
}
