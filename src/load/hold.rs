//! Holds the tables against all other sessions: waits for the sessions that use them, and names them.

use std::time::Duration;

use super::Observer;
use super::session::Load;
use super::waiting::{SHORT, Waiting};
use crate::database::{Target, escape_line};
use crate::edition::{Edition, Table};
use crate::load::Result;
use crate::migration::{self, Holder, Rhythm};
use crate::sink::Hint;
use crate::sink::bulk::{Bulk, BulkError, Hold, Problem, number};

/// On some engines an attempt to hold the tables lasts less than half a second, and the blocking
/// session is visible only during the attempt.
const LOOKS: Rhythm = Rhythm { first: Duration::from_millis(200), then: Duration::from_millis(200) };

const FOR_TABLES: &str = "waiting for other sessions to leave the tables";

impl<B: Bulk> Load<'_, B> {
    /// Holds the tables against all other sessions until they are released. Waits for sessions that
    /// use them, and names those sessions.
    pub(super) fn hold(&mut self, others: &[String], loose: &[String], alone: bool) -> Result<(), BulkError> {
        let (tables, target) = (self.tables.clone(), self.target.clone());
        let (patience, observer, under_way) = (self.patience, self.observer, self.under_way);
        let hold = Hold { tables: &tables, others, loose, alone };
        let control = self.control();
        let connection = match B::CONNECTION {
            Some(sql) => number(control, sql)?,
            None => None,
        };
        let mut attempts = || {
            let waiting = Waiting::new(patience);
            loop {
                match control.hold(&hold) {
                    Err(error) if error.problem == Problem::Busy && waiting.goes_on() => waiting.pause(),
                    held => return held,
                }
            }
        };
        // Reported once, and again when the session becomes known.
        let mut told: Option<bool> = None;
        let tell = |holder: Option<&Holder>, waited: Duration| {
            let is_known = holder.is_some();
            if waited >= SHORT && told.is_none_or(|was_known| is_known && !was_known) {
                told = Some(is_known);
                observer.note(&holder.map_or_else(|| FOR_TABLES.to_owned(), waited_for));
            }
        };
        let (held, seen) = match connection {
            Some(connection) => migration::watched(&target, connection, LOOKS, attempts, tell),
            None => (attempts(), Vec::new()),
        };
        held.map_err(|error| match error.problem {
            Problem::Busy => blocked(error, &seen, under_way),
            _ => error.while_doing("holding the tables"),
        })
    }
}

fn waited_for(holder: &Holder) -> String {
    let end = holder.end.as_deref().map(|sql| format!("; `{sql}` ends it")).unwrap_or_default();
    escape_line(&format!("{FOR_TABLES}: {holder} seems to be using them{end}")).into_owned()
}

/// The error after an unsuccessful wait for the tables.
fn blocked(mut error: BulkError, seen: &[Holder], under_way: bool) -> BulkError {
    if !seen.is_empty() {
        let names: Vec<_> = seen.iter().map(ToString::to_string).collect();
        error.words = escape_line(&names.join("; ")).into_owned();
    }
    let end = seen.first().and_then(|first| first.end.clone());
    let hint = Hint::EndTransactions { is_known: !seen.is_empty(), sql: end, may_resume: under_way };
    error.while_doing(FOR_TABLES).with_way_out(hint)
}

/// Refuses if a session is using the tables of any edition, and names the session. Does nothing
/// where a schema change is rolled back as a whole.
pub(super) fn expect_free<B: Bulk>(
    target: &Target,
    patience: Duration,
    observer: &dyn Observer,
) -> Result<()> {
    if B::ROLLS_BACK_DDL {
        return Ok(());
    }
    let mut load = Load::<B>::open(target, Edition::Course, patience, observer)?;
    load.lock()?;
    let mut there: Vec<&'static Table> = Vec::new();
    for table in Edition::ALL.iter().flat_map(|edition| edition.tables()) {
        let is_known = there.iter().any(|known| known.name == table.name);
        if !is_known && load.control().has_table(table.name)? {
            there.push(table);
        }
    }
    if there.is_empty() {
        return Ok(());
    }
    load.tables = there;
    match load.hold(&[], &[], true) {
        // An account that may not lock tables finds out when a statement waits.
        Err(error) if error.problem == Problem::NotAllowed => Ok(()),
        held => Ok(held.and_then(|()| load.control().release())?),
    }
}
