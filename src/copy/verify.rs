//! Checks without a database whether a backup is what its manifest says.

use std::path::Path;
use std::sync::atomic::AtomicBool;

use super::manifest::{BackedFile, Manifest};
use super::source::Stored;
use super::{CopiedTable, CopyError, Result, own, why};
use crate::plan::{Shard, plan};
use crate::run::{self, RunError};
use crate::sink::Nowhere;
use crate::sink::digest::{Digest, Digester};

impl Manifest {
    /// Its tables. Columns that an application added have files too, but are not tables.
    pub fn copied(&self) -> Vec<CopiedTable> {
        let of = |table: &str, rows: u64, digest: &str| CopiedTable {
            table: table.to_owned(),
            rows,
            digest: digest.to_owned(),
        };
        let ours = self.tables.iter().map(|backed| of(&backed.table, backed.rows, &backed.digest));
        let own = self.own_tables.iter().take(self.own.tables.len());
        ours.chain(own.map(|backed| of(&backed.table, backed.rows, &backed.digest))).collect()
    }
}

/// The manifest of a backup, after comparing its files and the digests of its rows. `seen` gets the name of each table before
/// its file is read.
pub fn verify(folder: &Path, threads: usize, seen: &mut dyn FnMut(&str)) -> Result<Manifest> {
    let manifest = verify_files(folder, seen)?;
    verify_rows(folder, &manifest, threads)?;
    Ok(manifest)
}

/// The manifest of a backup in a folder. Its files are not read.
pub fn manifest(folder: &Path) -> Result<Manifest> {
    Manifest::read(folder)
}

/// The same for a reader that compares the digests of the rows itself.
pub(super) fn verify_files(folder: &Path, seen: &mut dyn FnMut(&str)) -> Result<Manifest> {
    let manifest = Manifest::read(folder)?;
    manifest.verify(folder, seen)?;
    Ok(manifest)
}

/// Reads all rows, and compares their number and digests with the manifest.
pub(super) fn verify_rows(folder: &Path, manifest: &Manifest, threads: usize) -> Result<()> {
    let stored = Stored::backup(folder, manifest.clone())?;
    let rows = stored.rows(threads, None)?;
    let tables: Vec<_> = rows.edition.tables().iter().collect();
    let parts = plan(&rows, &tables, Shard::WHOLE).map_err(RunError::from)?;
    let stop = AtomicBool::new(false);
    let options = run::Options { threads: rows.readers(), stop: &stop, observer: &() };
    let sums = run::run(&rows, &parts, &mut Nowhere, options).map_err(|error| why(&rows, error))?;
    let files = manifest.tables.iter().map(|table| &table.file);
    for ((file, said), found) in files.zip(manifest.digests()).zip(sums) {
        expect_equal(folder, file, &said, &found)?;
    }
    for (backed, table) in manifest.own_tables.iter().zip(manifest.own.all()) {
        let mut digester = Digester::default();
        rows.texts(&stored.select(table), &mut |row| {
            own::digest_of(table, &row, &mut digester);
            Ok(())
        })?;
        // The manifest has been read, so the digest has its form.
        let said = Digest::parse(backed.rows, &backed.digest).unwrap_or_default();
        expect_equal(folder, &backed.file, &said, &digester.sum())?;
    }
    Ok(())
}

fn expect_equal(folder: &Path, file: &BackedFile, said: &Digest, found: &Digest) -> Result<()> {
    if said == found {
        return Ok(());
    }
    Err(CopyError::Damaged {
        path: folder.join(&file.name),
        what: format!(
            "it has {} rows with digest {found}, and the manifest says {} with {said}",
            found.rows, said.rows
        ),
    })
}
