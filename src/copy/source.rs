//! The database that is read: what it records, and its rows at one moment.

use std::collections::BTreeMap;

use super::pieces::Pieces;
use super::readers::{self, AnyReader};
use super::rows::StoredRows;
use super::{CopyError, Observer, Result};
use crate::database::records::COPY_OF;
use crate::database::{Db, Engine, Target};
use crate::deployment::{self, edition_of};
use crate::edition::Edition;
use crate::load;
use crate::migration::{self, Records, Runner, Source};

/// A database that can be copied.
pub(super) struct Stored {
    target: Target,
    pub edition: Edition,
    pub records: Records,
    /// The line by which a load recorded the state of the schema.
    pub schema: Option<String>,
}

impl Stored {
    /// Refuses a database whose rows or tables are not whole.
    pub(super) fn open(
        target: &Target,
        options: &deployment::Options,
        observer: &mut dyn Observer,
    ) -> Result<Stored> {
        let mut db = Db::connect(target)?;
        migration::wait_until_readable(&mut db, options.lock_timeout, observer)?;
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
        Ok(Stored { target: target.clone(), edition, records, schema })
    }

    /// What to call it.
    pub(super) fn name(&self) -> String {
        self.target.to_string()
    }

    pub(super) fn engine(&self) -> Engine {
        self.target.engine()
    }

    /// Its rows at this moment, cut anew or where they were cut before.
    pub(super) fn rows(
        &self,
        readers: usize,
        cuts: Option<&BTreeMap<String, Vec<i64>>>,
    ) -> Result<StoredRows<AnyReader>> {
        rows(&self.target, self.edition, readers, cuts)
    }

    /// Refuses if a migration has run meanwhile: not every engine keeps the schema still for a reader.
    pub(super) fn expect_unchanged(&self) -> Result<()> {
        let records = migration::records(&mut Db::connect(&self.target)?)?;
        match records.versions == self.records.versions {
            true => Ok(()),
            false => Err(CopyError::Migrated { from: self.name() }),
        }
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
