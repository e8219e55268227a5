//! Checks the values of an application's tables before anything is written: what kind they are if the type of a column does not
//! tell, and which of them another engine cannot hold.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Own, OwnColumn, OwnKind, OwnTable};
use crate::copy::definitions::rows_of;
use crate::copy::pieces::Reader;
use crate::copy::{CopyError, Result, readers};
use crate::database::Engine;
use crate::edition::Edition;

/// Something that only some engines can hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPeculiar {
    /// Its name in messages: `values of notes.at that are infinite`.
    pub what: String,
    /// The names of the engines that can hold it.
    pub fits: Vec<String>,
}

/// A property of a value in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::copy) enum Finding {
    Integer,
    Real,
    Text,
    Bytes,
    /// An infinite number.
    Endless,
    /// Something else than true or false in a Boolean column.
    NoFlag,
    /// The NUL character, which ends texts on other engines.
    Nul,
    /// A time that is not in the years 1 to 9999.
    OddTime,
    /// A time that is all zeros.
    ZeroTime,
    /// A time that is not a time of day.
    LongTime,
}

/// How many columns one query checks.
const COLUMNS: usize = 40;

impl Own {
    /// Checks all values.
    pub(in crate::copy) fn survey(
        &mut self,
        reader: &mut impl Reader,
        engine: Engine,
        edition: Edition,
    ) -> Result<()> {
        let mut peculiar = Vec::new();
        for table in self.tables.iter_mut().chain(&mut self.columns) {
            let found = findings(reader, table, engine)?;
            for (column, found) in table.columns.iter_mut().zip(found) {
                let name = format!("{}.{}", table.table, column.name);
                judge(column, &name, &found, engine, &mut peculiar);
            }
        }
        let only_here = |what| OwnPeculiar { what, fits: vec![engine.name().to_owned()] };
        for table in self.tables.iter().filter(|table| !table.foreign_keys.is_empty()) {
            peculiar.extend(
                dangling(reader, &table.table, engine)?.iter().map(Dangling::to_string).map(only_here),
            );
        }
        // Comments on the edition itself are not copied to any engine.
        for part in &self.columns {
            let found = dangling(reader, &part.table, engine)?;
            let own = found.iter().filter(|found| !found.is_of(edition));
            peculiar.extend(own.map(Dangling::to_string).map(only_here));
        }
        self.peculiar.extend(peculiar);
        Ok(())
    }

    /// What an engine cannot hold.
    pub(in crate::copy) fn unheld(&self, to: Engine) -> Vec<String> {
        let unheld =
            self.peculiar.iter().filter(|peculiar| !peculiar.fits.iter().any(|name| name == to.name()));
        unheld.map(|peculiar| peculiar.what.clone()).collect()
    }
}

/// Rows that reference missing rows.
struct Dangling {
    table: String,
    parent: String,
    columns: String,
    rows: String,
}

impl Dangling {
    /// Whether the reference is one of the edition's foreign keys.
    fn is_of(&self, edition: Edition) -> bool {
        let table = edition.tables().iter().find(|table| table.name == self.table);
        let mut columns = table.into_iter().flat_map(|table| table.columns);
        columns.any(|column| {
            column.name.eq_ignore_ascii_case(&self.columns)
                && column.references.is_some_and(|parent| parent.eq_ignore_ascii_case(&self.parent))
        })
    }
}

impl fmt::Display for Dangling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Dangling { table, parent, columns, rows } = self;
        write!(f, "rows of {table} that reference missing rows of {parent}: {rows} by {columns}")
    }
}

/// The rows of a table that reference missing rows, if the engine does not always enforce foreign keys.
fn dangling(reader: &mut impl Reader, table: &str, engine: Engine) -> Result<Vec<Dangling>> {
    let Some(query) = readers::words(engine).dangling else { return Ok(Vec::new()) };
    let found = rows_of::<3>(reader, &query(table))?.into_iter();
    Ok(found
        .map(|[parent, columns, rows]| Dangling { table: table.to_owned(), parent, columns, rows })
        .collect())
}

/// Refuses rows of the edition's tables that reference missing rows, because no load would accept them.
pub(in crate::copy) fn expect_references(
    reader: &mut impl Reader,
    engine: Engine,
    edition: Edition,
    from: &str,
) -> Result<()> {
    let mut found = Vec::new();
    for table in edition.tables() {
        found.extend(dangling(reader, table.name, engine)?.into_iter().filter(|found| found.is_of(edition)));
    }
    match found.first() {
        None => Ok(()),
        Some(first) => Err(CopyError::Dangling {
            from: from.to_owned(),
            table: first.table.clone(),
            what: found.iter().map(Dangling::to_string).collect(),
        }),
    }
}

/// The properties of the values of each column.
fn findings(reader: &mut impl Reader, table: &OwnTable, engine: Engine) -> Result<Vec<BTreeSet<Finding>>> {
    let words = readers::words(engine);
    let mut all = Vec::new();
    for columns in table.columns.chunks(COLUMNS) {
        let asked: Vec<Vec<(Finding, String)>> = columns.iter().map(words.findings).collect();
        let asks = asked.iter().flatten().map(|(_, when)| format!("max(CASE WHEN {when} THEN 1 ELSE 0 END)"));
        let asks: Vec<String> = asks.collect();
        let mut answers = vec![None; asks.len()];
        if !asks.is_empty() {
            let sql = format!("SELECT {} FROM {}", asks.join(", "), (words.from)(&table.table));
            answers = reader.numbers(&sql)?;
        }
        let mut answers = answers.into_iter();
        for asked in asked {
            let told = asked.into_iter().zip(answers.by_ref());
            all.push(
                told.filter(|(_, answer)| *answer == Some(1)).map(|((finding, _), _)| finding).collect(),
            );
        }
    }
    Ok(all)
}

fn judge(
    column: &mut OwnColumn,
    name: &str,
    found: &BTreeSet<Finding>,
    engine: Engine,
    peculiar: &mut Vec<OwnPeculiar>,
) {
    let has = |finding: Finding| found.contains(&finding);
    let mut only = |what: String, others: &[&str]| {
        let fits = others.iter().chain([&engine.name()]).map(|name| (*name).to_owned()).collect();
        peculiar.push(OwnPeculiar { what, fits });
    };
    let classes: BTreeSet<Finding> =
        found.iter().copied().filter(|finding| *finding <= Finding::Bytes).collect();
    let usual: &[Finding] = match column.kind {
        OwnKind::Integer | OwnKind::Boolean => &[Finding::Integer],
        OwnKind::Real => &[Finding::Real],
        OwnKind::Decimal => &[Finding::Integer, Finding::Real, Finding::Text],
        OwnKind::Blob => &[Finding::Bytes],
        _ => &[Finding::Text],
    };
    let is_usual = classes.iter().all(|class| usual.contains(class));
    let all_are = |class: Finding| classes.len() == 1 && has(class);
    if column.kind == OwnKind::Boolean && has(Finding::NoFlag) && (classes.is_empty() || is_usual) {
        column.kind = OwnKind::Integer;
    } else if engine.is_file() && has(Finding::Endless) || !is_usual {
        match column.kind {
            OwnKind::Other if all_are(Finding::Integer) => column.kind = OwnKind::Integer,
            OwnKind::Other if all_are(Finding::Bytes) => column.kind = OwnKind::Blob,
            _ => {
                let words = classes.iter().map(|class| match class {
                    Finding::Integer => "integers",
                    Finding::Real => "other numbers",
                    Finding::Text => "texts",
                    _ => "bytes",
                });
                let words: Vec<_> = words.collect();
                let native = if column.native.is_empty() { "no type" } else { &column.native };
                only(format!("the values of {name}, a column of {native}: {}", words.join(" and ")), &[]);
                column.kind = OwnKind::Mixed;
            }
        }
    } else if has(Finding::Endless) {
        only(format!("values of {name} that are not numbers, or are infinite"), &[]);
    }
    if has(Finding::Nul) {
        only(format!("texts with a NUL character in {name}"), &["sqlite", "mysql"]);
    }
    if has(Finding::OddTime) {
        only(format!("values of {name} that are infinite, before Christ or after the year 9999"), &[]);
    }
    if has(Finding::ZeroTime) {
        only(format!("values of {name} that are 0000-00-00 or have a month or day 0"), &[]);
    }
    if has(Finding::LongTime) {
        only(format!("values of {name} that are negative or longer than 24 hours"), &["sqlite", "mysql"]);
    }
}
