//! Makes what only the engine of the source understands. One may need another: whatever fails is tried again as long as
//! anything else succeeds.

use super::ddl::run;
use super::{Own, OwnObject};
use crate::copy::{Consent, CopyError, Result, readers};
use crate::database::Db;

/// Makes what tables may need. What fails may itself need a table: it is made with the rest.
pub(in crate::copy) fn prepare(db: &mut Db, own: &Own) -> Vec<OwnObject> {
    let (mut first, rest): (Vec<_>, Vec<_>) = own.objects.iter().cloned().partition(|object| object.first);
    make(db, &mut first);
    first.into_iter().chain(rest).filter(|object| !object.sql.is_empty()).collect()
}

/// Removes what an interrupted run has made of these.
pub(in crate::copy) fn drop_objects(db: &mut Db, objects: &[OwnObject]) {
    for drop in objects.iter().rev().filter_map(|object| object.drop.as_ref()) {
        // It may not be there.
        let _ = run(db, drop);
    }
}

/// Makes these. The answer is what could not be made, if that may be left behind.
pub(in crate::copy) fn complete(
    db: &mut Db,
    mut objects: Vec<OwnObject>,
    consent: Consent,
) -> Result<Vec<String>> {
    drop_objects(db, &objects);
    let failures = make(db, &mut objects);
    let left = objects.iter().zip(failures);
    match (left.clone().next(), consent) {
        (Some((object, words)), Consent::Everything) => {
            Err(CopyError::Object { what: object.what.clone(), words })
        }
        _ => Ok(left.map(|(object, words)| format!("{}: {words}", object.what)).collect()),
    }
}

/// Leaves those that cannot be made; the answer is why.
fn make(db: &mut Db, objects: &mut Vec<OwnObject>) -> Vec<String> {
    // A function may mention a table that comes later.
    let _ = run(db, readers::words(db.engine()).before_objects);
    loop {
        let before = objects.len();
        let mut failures = Vec::new();
        objects.retain(|object| match object.sql.iter().try_for_each(|sql| run(db, sql)) {
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
