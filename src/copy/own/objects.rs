//! Creates objects that only the engine of the source understands. One may need another, so what fails is tried again as long
//! as anything else succeeds.

use super::ddl::{drop_all, run};
use super::made::{self, Made};
use super::{KEPT, Own, OwnObject};
use crate::copy::{Consent, CopyError, Result, readers};
use crate::database::Db;

/// Creates what tables may need. What fails may itself need a table, and is created with the rest.
pub(in crate::copy) fn prepare(db: &mut Db, own: &Own, made: &mut Made) -> Vec<OwnObject> {
    let (mut first, rest): (Vec<_>, Vec<_>) = own.objects.iter().cloned().partition(|object| object.first);
    make(db, &mut first, made);
    first.into_iter().chain(rest).filter(|object| !object.sql.is_empty()).collect()
}

/// Refuses tables of the same names that others have created, and removes what an interrupted run has created.
pub(in crate::copy) fn undo(db: &mut Db, own: &Own, target: &str) -> Result<()> {
    let mut made = Made::read(db)?;
    let there = db.tables()?;
    let is_strange = |name: &&String| there.contains(name) && *name != KEPT && !made.has(&made::table(name));
    if let Some(name) = own.tables.iter().map(|table| &table.table).find(is_strange) {
        return Err(CopyError::Occupied { target: target.to_owned(), table: name.clone() });
    }
    drop_objects(db, &own.objects, &made);
    drop_all(db, own, &made)?;
    made.clear(db)
}

/// Removes those that a run has created.
pub(super) fn drop_objects(db: &mut Db, objects: &[OwnObject], made: &Made) {
    let ours = objects.iter().rev().filter(|object| made.has(&object.what));
    for drop in ours.filter_map(|object| object.drop.as_ref()) {
        // It may not be there.
        let _ = run(db, drop);
    }
}

/// Creates these. Returns those that could not be created, if they may be left behind.
pub(in crate::copy) fn complete(
    db: &mut Db,
    mut objects: Vec<OwnObject>,
    consent: Consent,
    made: &mut Made,
) -> Result<Vec<String>> {
    drop_objects(db, &objects, made);
    let failures = make(db, &mut objects, made);
    let left = objects.iter().zip(failures);
    match (left.clone().next(), consent) {
        (Some((object, words)), Consent::Everything) => {
            Err(CopyError::Object { what: object.what.clone(), words })
        }
        _ => Ok(left.map(|(object, words)| format!("{}: {words}", object.what)).collect()),
    }
}

/// Leaves those behind that cannot be created, and returns the reasons.
fn make(db: &mut Db, objects: &mut Vec<OwnObject>, made: &mut Made) -> Vec<String> {
    // A function may mention a table that comes later.
    let _ = run(db, readers::words(db.engine()).before_objects);
    loop {
        let before = objects.len();
        let mut failures = Vec::new();
        let mut all = |object: &OwnObject| {
            made.make(db, &object.what, |db| object.sql.iter().try_for_each(|sql| run(db, sql)))
        };
        objects.retain(|object| match all(object) {
            Ok(()) => false,
            Err(CopyError::Statement { words, .. }) => {
                failures.push(words);
                true
            }
            Err(error) => {
                failures.push(error.to_string());
                true
            }
        });
        if objects.is_empty() || objects.len() == before {
            return failures;
        }
    }
}

/// Moves the counters of tables to where they are in the source, if rows have gone there.
pub(in crate::copy) fn set_counters(db: &mut Db, own: &Own) -> Result<()> {
    let words = readers::words(db.engine());
    let set =
        |counter: &super::OwnCounter| (words.set_counter)(&counter.table, &counter.column, counter.next);
    own.counters.iter().try_for_each(|counter| run(db, &set(counter)))
}
