//! The target: refused if it contains anything, prepared by its migrations, loaded, compared, and given the records of the
//! source. Each step checks what is already there, so the same call continues after a kill at any moment.

mod already;

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use super::claim::Claim;
use super::observer::{Moving, Passed, TableAbout};
use super::own::{self, Made, Own, OwnTable};
use super::readers::{self, AnyReader};
use super::rows::StoredRows;
use super::source::{self, Stored};
use super::{Consent, Copied, CopiedTable, CopyError, Observer, Result, why};
use crate::database::records::{COPY_MADE, COPY_OF, KEPT_TABLE};
use crate::database::{self, Db};
use crate::deployment::{Activity, Deployment};
use crate::edition::{Edition, Rows};
use crate::load::{self, DataSet, LoadError, Mode, Origin};
use crate::migration::{self, Goal};
use crate::plan::{Shard, plan};
use crate::run::{self, RunError};
use crate::sink::Nowhere;
use crate::sink::digest::Digest;

/// What is in the target before the copy.
struct Found {
    created: bool,
    resumed: bool,
    /// The load of an interrupted copy, with its pieces.
    cuts: Option<BTreeMap<String, Vec<i64>>>,
}

pub(super) fn fill(
    source: &Stored,
    to: &Deployment,
    consent: Consent,
    observer: &mut dyn Observer,
) -> Result<Copied> {
    let edition = source.edition;
    let (own, left) = source.own.on(&source.engine, to.target.engine(), edition);
    if consent == Consent::Everything && !left.is_empty() {
        return Err(CopyError::Leaves { what: left });
    }
    let unheld = source.own.unheld(to.target.engine());
    if !unheld.is_empty() {
        return Err(CopyError::Unheld { engine: to.target.engine(), what: unheld });
    }
    let created = create(to, observer)?;
    let mut claim = Claim::take(to, observer)?;
    let mut db = Db::connect(&to.target)?;
    migration::wait_until_readable(&mut db, to.options.lock_timeout, observer)?;
    migration::wait_until_settled(&mut db, to.options.lock_timeout, observer)?;
    observer.connected();
    let found = match look(&mut db, source, to) {
        Ok(found) => Found { created, ..found },
        Err(error @ CopyError::NotEmpty { .. }) => {
            let tables = already::already(&mut db, source, &own, to, observer)?.ok_or(error)?;
            observer.moved();
            let rows_before = tables.iter().map(|table| table.rows).sum();
            return Ok(Copied { already: true, tables, rows_before, ..Copied::nothing(edition, left) });
        }
        Err(error) => return Err(error),
    };
    let mut migrations_run = 0;
    if found.resumed {
        own::undo(&mut db, &own, &to.target.to_string())?;
    }
    refuse_triggers(&mut db, edition, to)?;
    if found.cuts.is_none() {
        migration::set_property(&mut db, COPY_OF, Some(&source.name))?;
        if let Some(goal) = missing_schema(&mut db, source, to)? {
            migrations_run = to.raise(&mut db, &goal, observer)?.outcome.steps.len();
        }
    }
    let mut made = Made::read(&mut db)?;
    let objects = own::prepare(&mut db, &own, &mut made);
    let has_rows = edition.tables().iter().map(|table| db.has_rows(table.name));
    let has_rows = has_rows.collect::<Result<Vec<_>, _>>()?.contains(&true);
    // The load opens connections of its own, and on SQLite it needs the file alone.
    drop(db);
    let rows = source.rows(to.options.threads, found.cuts.as_ref())?;
    let mode = match (&found.cuts, has_rows) {
        (Some(_), _) => Mode::Resume,
        (None, false) => Mode::Fresh,
        // All was in, and the end of the copy is missing: the source may have changed since.
        (None, true) => Mode::Replace,
    };
    let about = about(&rows);
    let (created, resumed) = (found.created, found.resumed);
    let mut copied = Copied { created, resumed, migrations_run, ..Copied::nothing(edition, left) };
    let mut sums = None;
    if mode == Mode::Replace {
        sums = Some(digests(&rows, to, &about, observer)?);
    }
    let is_there = match &sums {
        Some(sums) => *sums == digests_of(to, edition, &about, observer)?,
        None => false,
    };
    if !is_there {
        let summary = load_rows(&rows, source, to, mode, &about, observer)?;
        copied.rows_before = summary.rows_before;
        copied.phases.clone_from(&summary.phases);
        // A backup says itself what its rows add up to.
        let expected = source.expected().unwrap_or_else(|| summary.digests.clone());
        compare(&expected, to, edition, &about, observer)?;
        sums = Some(summary.digests);
    }
    let sums = sums.unwrap_or_default();
    copied.tables = edition.tables().iter().zip(&sums).map(|(table, sum)| of(table.name, sum)).collect();
    copied.tables.extend(carry_own(source, &own, &rows, to, &mut made)?);
    let mut db = Db::connect(&to.target)?;
    copied.left.extend(own::complete(&mut db, objects, consent, &mut made)?);
    own::set_counters(&mut db, &own)?;
    drop(db);
    finish(source, to, &mut claim, &made)?;
    observer.moved();
    Ok(copied)
}

/// Creates and fills the tables of the application, and compares both ends.
fn carry_own(
    source: &Stored,
    own: &Own,
    rows: &StoredRows<AnyReader>,
    to: &Deployment,
    made: &mut Made,
) -> Result<Vec<CopiedTable>> {
    if own.all().next().is_none() {
        return Ok(Vec::new());
    }
    let mut db = Db::connect(&to.target)?;
    let is_kept = |table: &&OwnTable| table.table == KEPT_TABLE;
    if own.tables.iter().any(|table| is_kept(&table)) && db.tables()?.iter().any(|name| name == KEPT_TABLE) {
        db.batch(&format!("DROP TABLE {KEPT_TABLE}"))?;
    }
    own::create(&mut db, own, made)?;
    let mut sums = Vec::new();
    for (there, here) in source.own.tables.iter().zip(&own.tables) {
        let mut inserting = own::Inserting::begin(&mut db, here)?;
        rows.texts(&source.select(there), &mut |row| match to.options.stop.load(Ordering::Relaxed) {
            true => Err(CopyError::Stopped),
            false => inserting.add(&row),
        })?;
        sums.push(inserting.end()?);
    }
    own::finish(&mut db, own)?;
    for (there, here) in source.own.columns.iter().zip(&own.columns) {
        let waiting = own::stage(here);
        own::create_stage(&mut db, &waiting)?;
        let mut inserting = own::Inserting::begin(&mut db, &waiting)?;
        rows.texts(&source.select(there), &mut |row| inserting.add(&row))?;
        sums.push(inserting.end()?);
        own::add_columns(&mut db, here)?;
    }
    drop(db);
    let mut reader = readers::snapshot(&to.target, 1)?.remove(0);
    for (table, sum) in own.all().zip(&sums) {
        expect_equal(&table.table, sum, &already::digest(&mut reader, table, to)?)?;
    }
    // The rows of the edition's tables are counted already.
    Ok(own.tables.iter().zip(&sums).map(|(table, sum)| of(&table.table, sum)).collect())
}

fn of(table: &str, sum: &Digest) -> CopiedTable {
    CopiedTable { table: table.to_owned(), rows: sum.rows, digest: sum.to_string() }
}

fn create(to: &Deployment, observer: &mut dyn Observer) -> Result<bool> {
    if database::exists(&to.target)? {
        return Ok(false);
    }
    observer.begins(Activity::Whole);
    let made = database::create(&to.target);
    if made.is_ok() {
        observer.created(&to.target);
    }
    observer.ends();
    made?;
    Ok(true)
}

/// Refuses a target that contains anything from outside this copy.
fn look(db: &mut Db, source: &Stored, to: &Deployment) -> Result<Found> {
    let (target, from) = (to.target.to_string(), source.name.clone());
    let copy_of = migration::property(db, COPY_OF)?;
    if let Some(load) = load::interrupted(db)? {
        let origin = load.data.origin.filter(|_| copy_of.is_some());
        let Some(Origin { from: of, cuts }) = origin else {
            return Err(CopyError::NotEmpty { target, what: "a load was interrupted in it".to_owned() });
        };
        return match of == from {
            true => Ok(Found { created: false, resumed: true, cuts: Some(cuts) }),
            false => Err(CopyError::OtherSource { target, of, from }),
        };
    }
    match copy_of {
        Some(of) if of == from => return Ok(Found { created: false, resumed: true, cuts: None }),
        Some(of) => return Err(CopyError::OtherSource { target, of, from }),
        None => {}
    }
    let tables: Vec<String> = db.catalogue()?.tables.into_keys().collect();
    let records = migration::records(db)?;
    let is_ours = |table: &&String| {
        let editions = Edition::ALL.iter().flat_map(|edition| edition.tables());
        !records.versions.is_empty() && editions.into_iter().any(|ours| ours.name == **table)
    };
    if let Some(other) = tables.iter().find(|table| !is_ours(table)) {
        return Err(CopyError::NotEmpty { target, what: format!("it has a table {other}") });
    }
    if let Some(version) = records.versions.iter().find(|version| !source.records.versions.contains(version))
    {
        let what = format!("migration {version} is applied, which is not applied in the source");
        return Err(CopyError::NotEmpty { target, what });
    }
    for table in &tables {
        if db.has_rows(table)? {
            return Err(CopyError::NotEmpty { target, what: format!("its table {table} has rows") });
        }
    }
    Ok(Found { created: false, resumed: false, cuts: None })
}

/// Refuses triggers of others in the target, because they would act on every row that is loaded.
fn refuse_triggers(db: &mut Db, edition: Edition, to: &Deployment) -> Result<()> {
    let there = db.tables()?;
    for table in edition.tables().iter().filter(|table| there.iter().any(|name| name == table.name)) {
        let added = migration::belongings_of(db, table.name)?;
        if let Some(trigger) = added.iter().find(|added| added.kind == "trigger") {
            let what = format!("{trigger} would act on the rows that come");
            return Err(CopyError::NotEmpty { target: to.target.to_string(), what: format!("the {what}") });
        }
    }
    Ok(())
}

/// The steps to the newest built-in migration of the source that are not applied yet. What own migrations have created is
/// copied; they are not run.
fn missing_schema(db: &mut Db, source: &Stored, to: &Deployment) -> Result<Option<Goal>> {
    let applied = migration::records(db)?.versions;
    let built_in = |version: &&String| to.source.find(version).is_some();
    let mut wanted = source.records.versions.iter().filter(built_in);
    if wanted.clone().all(|version| applied.contains(version)) {
        return Ok(None);
    }
    Ok(wanted.next_back().map(|last| Goal::To(last.clone())))
}

fn about(rows: &StoredRows<AnyReader>) -> Vec<TableAbout> {
    let tables = rows.edition.tables().iter();
    tables.map(|table| TableAbout { table, rows: rows.rows_about(table), units: rows.units(table) }).collect()
}

fn load_rows(
    rows: &StoredRows<AnyReader>,
    source: &Stored,
    to: &Deployment,
    mode: Mode,
    about: &[TableAbout],
    observer: &mut dyn Observer,
) -> Result<load::Summary> {
    let tables = rows.edition.tables().iter().zip(&rows.pieces);
    let cuts = tables.map(|(table, pieces)| (table.name.to_owned(), pieces.cuts.clone())).collect();
    let data = DataSet {
        edition: rows.edition,
        generator_version: 0,
        profile: String::new(),
        origin: Some(Origin { from: source.name.clone(), cuts }),
    };
    let options = load::Options {
        mode,
        threads: rows.readers(),
        lock_timeout: to.options.lock_timeout,
        stop: to.options.stop.clone(),
        observer: observer.moves(Moving { tables: about, engine: Some(to.target.engine()) }),
    };
    load::load(&to.target, &data, rows, options).map_err(|error| match error {
        LoadError::Run(error) => why(rows, error),
        error => error.into(),
    })
}

/// The digests of the tables, in the order of the edition.
fn digests(
    rows: &StoredRows<AnyReader>,
    to: &Deployment,
    about: &[TableAbout],
    observer: &mut dyn Observer,
) -> Result<Vec<Digest>> {
    let tables: Vec<_> = rows.edition.tables().iter().collect();
    let parts = plan(rows, &tables, Shard::WHOLE).map_err(RunError::from)?;
    let seen = observer.compares(Moving { tables: about, engine: Some(to.target.engine()) });
    let options = run::Options { threads: rows.readers(), stop: &to.options.stop, observer: &Passed(seen) };
    let sums = run::run(rows, &parts, &mut Nowhere, options).map_err(|error| why(rows, error));
    observer.compared();
    sums
}

/// The same of what is in the target.
fn digests_of(
    to: &Deployment,
    edition: Edition,
    about: &[TableAbout],
    observer: &mut dyn Observer,
) -> Result<Vec<Digest>> {
    let rows = source::rows(&to.target, edition, to.options.threads, None)?;
    digests(&rows, to, about, observer)
}

/// Reads the loaded rows back. Both ends must have the same digests.
fn compare(
    expected: &[Digest],
    to: &Deployment,
    edition: Edition,
    about: &[TableAbout],
    observer: &mut dyn Observer,
) -> Result<()> {
    let found = digests_of(to, edition, about, observer)?;
    let tables = edition.tables().iter().zip(expected.iter().zip(&found));
    for (table, (expected, found)) in tables {
        expect_equal(table.name, expected, found)?;
    }
    Ok(())
}

fn expect_equal(table: &str, expected: &Digest, found: &Digest) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    Err(CopyError::Differs {
        table: table.to_owned(),
        rows: expected.rows,
        expected: expected.to_string(),
        found: found.rows,
        digest: found.to_string(),
    })
}

/// Writes the records of the source, which ends the copy.
fn finish(source: &Stored, to: &Deployment, claim: &mut Claim, made: &Made) -> Result<()> {
    let mut db = Db::connect(&to.target)?;
    claim.expect_held()?;
    match migration::property(&mut db, COPY_OF)? {
        Some(of) if of == source.name => {}
        of => {
            let is = of.map_or_else(|| "an ordinary database".to_owned(), |of| format!("a copy of {of}"));
            return Err(CopyError::Overtaken {
                target: to.target.to_string(),
                is,
                from: source.name.clone(),
            });
        }
    }
    let same_engine = source.engine == to.target.engine().name();
    let mut records = source.records.clone();
    // First the ledger: what a load recorded of it is compared with what is there then.
    records.facts.insert(COPY_OF.to_owned(), source.name.clone());
    records.facts.insert(COPY_MADE.to_owned(), made.text());
    migration::take_over(&mut db, &to.source, &records, same_engine)?;
    let schema = load::schema_line(&mut db)?;
    records.facts.remove(COPY_OF);
    records.facts.remove(COPY_MADE);
    load::translate_records(&mut records.facts, source.schema.as_deref(), schema.as_deref());
    migration::take_over(&mut db, &to.source, &records, same_engine)?;
    Ok(())
}
