//! The source: a database or a backup, what it records about itself, and its rows as of one moment.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::folder::FolderReader;
use super::manifest::Manifest;
use super::own::{self, Own, OwnTable};
use super::pieces::Pieces;
use super::readers::{self, AnyReader};
use super::rows::StoredRows;
use super::{CopyError, Observer, Result};
use crate::database::records::COPY_OF;
use crate::database::{Db, Target};
use crate::deployment::{self, edition_of};
use crate::edition::Edition;
use crate::load;
use crate::migration::{self, Records, Runner, Source};
use crate::sink::digest::Digest;

/// A database that can be copied, or a backup of one.
pub(super) struct Stored {
    place: Place,
    /// Its name in messages.
    pub name: String,
    /// The name of the engine that it is from.
    pub engine: String,
    pub edition: Edition,
    pub records: Records,
    pub own: Own,
    /// The line with which a load recorded the state of the schema.
    pub schema: Option<String>,
}

enum Place {
    Database(Target),
    Backup { folder: PathBuf, manifest: Arc<Manifest> },
}

impl Stored {
    /// Refuses a database whose rows or tables are incomplete.
    pub(super) fn open(
        target: &Target,
        options: &deployment::Options,
        observer: &mut dyn Observer,
    ) -> Result<Stored> {
        let mut db = Db::connect(target)?;
        migration::wait_until_readable(&mut db, options.lock_timeout, observer)?;
        migration::wait_until_settled(&mut db, options.lock_timeout, observer)?;
        let from = target.to_string();
        if load::is_recorded(&mut db)? {
            return Err(CopyError::SourceCutOff { from });
        }
        let records = migration::records(&mut db)?;
        if let Some(of) = records.facts.get(COPY_OF) {
            return Err(CopyError::SourceUnfinished { from, of: of.clone() });
        }
        migration::refuse_half_applied(&mut db)?;
        let source = Source::embedded(target.engine())?;
        let status = Runner::new(&mut db, &source, migration::Options::default()).status()?;
        let edition = edition_of(target, &status)?;
        let schema = load::schema_line(&mut db)?;
        let mut own = Own::of(&mut db, edition, readers::definitions(target, edition)?)?;
        let mut reader = readers::snapshot(target, 1)?.remove(0);
        own::expect_references(&mut reader, target.engine(), edition, &from)?;
        own.survey(&mut reader, target.engine(), edition)?;
        drop(reader);
        let engine = target.engine().name().to_owned();
        let place = Place::Database(target.clone());
        Ok(Stored { place, name: from, engine, edition, records, own, schema })
    }

    /// A backup whose files are as they were written.
    pub(super) fn backup(folder: &Path, manifest: Manifest) -> Result<Stored> {
        Ok(Stored {
            name: manifest.name(),
            engine: manifest.engine.clone(),
            edition: manifest.edition()?,
            records: manifest.records.clone(),
            own: manifest.own.clone(),
            schema: manifest.schema_line.clone(),
            place: Place::Backup { folder: folder.to_owned(), manifest: Arc::new(manifest) },
        })
    }

    /// The manifest of a backup of this database, without its tables.
    pub(super) fn manifest(&self, target: &Target) -> Result<Manifest> {
        let facts = Db::connect(target)?.facts(target)?;
        let server = format!("{} {}", facts.product, facts.version);
        let (from, records) = (self.name.clone(), self.records.clone());
        let mut manifest = Manifest::new(from, identity(target), &self.engine, server, self.edition, records);
        manifest.schema_line.clone_from(&self.schema);
        manifest.own.clone_from(&self.own);
        Ok(manifest)
    }

    /// Its rows as of now, divided anew or as they were divided before.
    pub(super) fn rows(
        &self,
        readers: usize,
        cuts: Option<&BTreeMap<String, Vec<i64>>>,
    ) -> Result<StoredRows<AnyReader>> {
        match &self.place {
            Place::Database(target) => rows(target, self.edition, readers, cuts),
            Place::Backup { folder, manifest } => {
                let reader = || AnyReader::Folder(FolderReader::new(folder.clone(), Arc::clone(manifest)));
                let readers = (0..readers.max(1)).map(|_| reader()).collect();
                Ok(StoredRows::new(self.edition, manifest.pieces(), readers))
            }
        }
    }

    /// The query for the rows of an application's table; for a backup, the name of the table.
    pub(super) fn select(&self, table: &OwnTable) -> String {
        match &self.place {
            Place::Database(target) => own::select(table, target.engine()),
            Place::Backup { .. } => table.table.clone(),
        }
    }

    /// The digests that a backup says its tables have.
    pub(super) fn expected(&self) -> Option<Vec<Digest>> {
        match &self.place {
            Place::Database(_) => None,
            Place::Backup { manifest, .. } => Some(manifest.digests()),
        }
    }

    /// Refuses if a migration has run meanwhile, because not every engine keeps the schema fixed for a reader.
    pub(super) fn expect_unchanged(&self) -> Result<()> {
        let Place::Database(target) = &self.place else { return Ok(()) };
        let records = migration::records(&mut Db::connect(target)?)?;
        match records.versions == self.records.versions {
            true => Ok(()),
            false => Err(CopyError::Migrated { from: self.name.clone() }),
        }
    }
}

/// A name of a database that does not depend on the current folder: an absolute path, or the URL without its password.
fn identity(target: &Target) -> String {
    match target.path().and_then(|path| path.canonicalize().ok()) {
        Some(path) => format!("sqlite://{}", path.to_string_lossy()),
        None => target.to_string(),
    }
}

/// The rows of a database at this moment.
pub(super) fn rows(
    target: &Target,
    edition: Edition,
    readers: usize,
    cuts: Option<&BTreeMap<String, Vec<i64>>>,
) -> Result<StoredRows<AnyReader>> {
    let mut readers = readers::snapshot(target, readers)?;
    let mut pieces = Vec::new();
    for table in edition.tables() {
        let known = cuts.and_then(|cuts| cuts.get(table.name));
        pieces.push(Pieces::of(&mut readers[0], table, known)?);
    }
    Ok(StoredRows::new(edition, pieces, readers))
}
