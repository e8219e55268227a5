//! Waiting for others, as long as the caller is willing to, and not without a word.

use std::thread;
use std::time::{Duration, Instant};

use super::Observer;
use super::steps::Load;
use crate::database::{Target, escape_line};
use crate::edition::{Edition, Table};
use crate::load::Result;
use crate::migration::{self, Holder, Rhythm};
use crate::sink::bulk::{Bulk, BulkError, Hold, Problem, number};

/// A wait that is over sooner needs no word.
const SHORT: Duration = Duration::from_secs(1);

/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(50);

/// On some engines an attempt to hold the tables lasts less than half a second, and who is in the way can only be seen
/// during it.
const LOOKS: Rhythm = Rhythm { first: Duration::from_millis(200), then: Duration::from_millis(200) };

const FOR_TABLES: &str = "waiting for other sessions to leave the tables";

/// A wait for others that is reported once, if it lasts.
pub(super) struct Waiting {
    begun: Instant,
    patience: Duration,
    told: bool,
}

impl Waiting {
    pub(super) fn new(patience: Duration) -> Self {
        Self { begun: Instant::now(), patience, told: false }
    }

    pub(super) fn goes_on(&self) -> bool {
        self.begun.elapsed() < self.patience
    }

    pub(super) fn pause(&self) {
        thread::sleep(PAUSE);
    }

    pub(super) fn tell(&mut self, observer: &dyn Observer, words: &str) {
        if !self.told && self.begun.elapsed() >= SHORT {
            self.told = true;
            observer.note(words);
        }
    }
}

/// Connects; waits for others where connecting takes the database.
pub(super) fn open<B: Bulk>(
    target: &Target,
    patience: Duration,
    observer: &dyn Observer,
) -> Result<B, BulkError> {
    let mut waiting = Waiting::new(patience);
    loop {
        match B::open(target) {
            Err(error) if error.problem == Problem::Busy && waiting.goes_on() => {
                waiting.tell(observer, "waiting for other connections to leave the file");
                waiting.pause();
            }
            Err(error) if error.problem == Problem::Busy => {
                return Err(
                    error.with_way_out("close the other program, or end its transaction, and try again")
                );
            }
            opened => return opened,
        }
    }
}

impl<B: Bulk> Load<'_, B> {
    /// Holds the tables against everybody else, until they are released; waits for sessions that are at work on them, and
    /// says who they are.
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
        // Reported once, and once more when it becomes known who it is.
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

/// The error after a wait for the tables that was in vain.
fn blocked(mut error: BulkError, seen: &[Holder], under_way: bool) -> BulkError {
    let again = if under_way { "go on with `instaseed seed --resume`" } else { "run it again" };
    let way_out = match seen.first() {
        Some(first) => {
            let names: Vec<_> = seen.iter().map(ToString::to_string).collect();
            error.words = escape_line(&names.join("; ")).into_owned();
            let end = first.end.as_deref().map(|sql| format!(" (`{sql}`)")).unwrap_or_default();
            format!("end the transactions of those connections{end}, and {again}; or raise --lock-timeout")
        }
        None => format!("wait until the other session is done, and {again}; or raise --lock-timeout"),
    };
    let rest = if under_way { "" } else { "; nothing was changed" };
    error.while_doing(FOR_TABLES).with_way_out(format!("{way_out}{rest}"))
}

/// Refuses if somebody is using the tables of any edition, and names who it is. Where a change of the schema is rolled
/// back as a whole there is no need to know beforehand.
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
