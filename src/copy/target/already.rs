//! Finds out whether a target that is not empty already holds the copy, so that there is nothing to do.

use std::collections::BTreeSet;

use super::{about, digests, of};
use crate::copy::own::{self, Own, OwnTable};
use crate::copy::pieces::Reader;
use crate::copy::readers::{self, AnyReader};
use crate::copy::rows::StoredRows;
use crate::copy::source::{self, Stored};
use crate::copy::{CopiedTable, CopyError, Observer, Result};
use crate::database::Db;
use crate::database::records::COPY_OF;
use crate::deployment::Deployment;
use crate::edition::Edition;
use crate::load;
use crate::migration;
use crate::sink::digest::{Digest, Digester};

/// The tables of a finished copy, if the target is one: equal in its migrations, in its rows, and in what an application
/// has added. Changes nothing.
pub(super) fn already(
    db: &mut Db,
    source: &Stored,
    own: &Own,
    to: &Deployment,
    observer: &mut dyn Observer,
) -> Result<Option<Vec<CopiedTable>>> {
    let edition = source.edition;
    let records = migration::records(db)?;
    let is_whole = records.versions == source.records.versions
        && !records.facts.contains_key(COPY_OF)
        && load::interrupted(db)?.is_none();
    if !is_whole || !has_the_same(db, source, own, to, edition)? {
        return Ok(None);
    }
    let here = source.rows(to.options.threads, None)?;
    let there = source::rows(&to.target, edition, to.options.threads, None)?;
    // The ends of the keys are cheap to compare, and differ if something else is there.
    let ids = |rows: &StoredRows<AnyReader>| rows.pieces.iter().map(|pieces| pieces.ids).collect::<Vec<_>>();
    if ids(&here) != ids(&there) {
        return Ok(None);
    }
    let about = about(&here);
    let expected = match source.expected() {
        Some(expected) => expected,
        None => digests(&here, to, &about, observer)?,
    };
    if digests(&there, to, &about, observer)? != expected {
        return Ok(None);
    }
    let mut tables: Vec<_> =
        edition.tables().iter().zip(&expected).map(|(table, sum)| of(table.name, sum)).collect();
    let mut reader = readers::snapshot(&to.target, 1)?.remove(0);
    for (number, (from, table)) in source.own.all().zip(own.all()).enumerate() {
        let mut digester = Digester::default();
        here.texts(&source.select(from), &mut |row| {
            own::digest_of(table, &row, &mut digester);
            Ok(())
        })?;
        let sum = digester.sum();
        if sum != digest(&mut reader, table, to)? {
            return Ok(None);
        }
        // The rows of the edition's tables are counted already.
        tables.extend((number < own.tables.len()).then(|| of(&table.table, &sum)));
    }
    Ok(Some(tables))
}

/// The digest of an application's table in the target.
pub(super) fn digest(reader: &mut AnyReader, table: &OwnTable, to: &Deployment) -> Result<Digest> {
    let mut digester = Digester::default();
    reader.texts(&own::select(table, to.target.engine()), &mut |row| {
        own::digest_of(table, &row, &mut digester);
        Ok(())
    })?;
    Ok(digester.sum())
}

/// Whether the target has the tables and columns that the copy would have; on the same engine, everything else too.
fn has_the_same(db: &mut Db, source: &Stored, own: &Own, to: &Deployment, edition: Edition) -> Result<bool> {
    let found = match Own::of(db, edition, readers::definitions(&to.target, edition)?) {
        Err(CopyError::Lacks { .. }) => return Ok(false),
        found => found?,
    };
    let columns = |own: &Own| -> BTreeSet<(String, String)> {
        let names = |table: &OwnTable| -> Vec<_> {
            table.columns.iter().map(|column| (table.table.clone(), column.name.clone())).collect()
        };
        own.all().flat_map(names).collect()
    };
    let objects =
        |own: &Own| -> BTreeSet<String> { own.objects.iter().map(|object| object.what.clone()).collect() };
    let same_engine = source.engine == to.target.engine().name();
    Ok(columns(&found) == columns(own) && (!same_engine || objects(&found) == objects(own)))
}
