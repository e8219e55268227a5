//! Queries on an SQLite file. For reading, the file is opened as one that cannot be written, and a statement that would write
//! is refused before it runs.

mod handle;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use libsqlite3_sys as ffi;

use super::session::{Fault, Session, Unknown, line_at};
use super::{Access, Cell, Rows};
use crate::database::{DatabaseError, Target, sqlite as file};
use handle::{Handle, Problem, Raw};

/// How long a statement waits for the lock of another program.
const PATIENCE_MILLISECONDS: i32 = 10_000;

pub(super) struct Sqlite {
    handle: Handle,
    access: Access,
    stop: Arc<AtomicBool>,
}

impl Sqlite {
    pub(super) fn open(
        target: &Target,
        access: Access,
        stop: Arc<AtomicBool>,
    ) -> Result<Sqlite, DatabaseError> {
        // What is no database is told in one way everywhere, and a transaction that a killed program left is rolled back.
        drop(file::connect(target)?);
        let path = target.path().unwrap_or_else(|| target.database().as_ref());
        let failed = |problem: Problem| DatabaseError::Server {
            target: target.to_string(),
            action: "opening the file for queries",
            source: problem.words.into(),
        };
        let reads = access == Access::Read;
        let uri = file::uri(path, if reads { "mode=ro" } else { "mode=rw" })?;
        let handle = Handle::open(&uri, reads, Arc::clone(&stop)).map_err(failed)?;
        for (setting, on) in [
            (ffi::SQLITE_DBCONFIG_DEFENSIVE, true),
            (ffi::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            // Otherwise a mistyped name in double quotes would be a text.
            (ffi::SQLITE_DBCONFIG_DQS_DML, false),
            (ffi::SQLITE_DBCONFIG_ENABLE_FKEY, true),
        ] {
            handle.switch(setting, on).map_err(failed)?;
        }
        handle.wait(PATIENCE_MILLISECONDS);
        let sqlite = Sqlite { handle, access, stop };
        if reads {
            sqlite.pragma("PRAGMA query_only = ON").map_err(failed)?;
        }
        Ok(sqlite)
    }

    fn pragma(&self, text: &str) -> Result<(), Problem> {
        if let (Some(mut statement), _) = self.handle.prepare(text)? {
            while statement.step()? {}
        }
        Ok(())
    }

    fn each(&self, text: &str, rows: &mut dyn Rows) -> Result<Option<u64>, Failed> {
        let mut at = 0;
        let mut changed = None;
        while at < text.len() {
            let here = |problem| Failed::At(problem, at);
            let (statement, used) = self.handle.prepare(&text[at..]).map_err(here)?;
            let Some(mut statement) = statement else { break };
            let reads = statement.only_reads();
            if self.access == Access::Read {
                if !reads {
                    return Err(Failed::Fault(Fault::Writes));
                }
                if let (Some(_), _) = self.handle.prepare(&text[at + used..]).map_err(here)? {
                    return Err(Failed::Fault(Fault::Several));
                }
            }
            if statement.parameters() > 0 {
                return Err(Failed::Fault(Fault::Parameters));
            }
            let width = statement.width();
            if width > 0 {
                let names: Vec<String> = (0..width).map(|column| statement.name(column)).collect();
                rows.columns(&names);
            }
            let mut wants_more = true;
            while (wants_more || !reads) && statement.step().map_err(here)? {
                if wants_more && width > 0 {
                    wants_more = rows.row((0..width).map(|column| cell(statement.value(column))).collect());
                }
            }
            drop(statement);
            changed = (!reads).then(|| self.handle.changes());
            at += used.max(1);
        }
        Ok(changed)
    }

    fn fault(&self, problem: Problem, text: &str, at: usize) -> Fault {
        match problem.code {
            ffi::SQLITE_INTERRUPT if self.stop.load(Ordering::Relaxed) => Fault::Stopped,
            ffi::SQLITE_READONLY if self.access == Access::Read => Fault::Writes,
            _ => {
                let unknown = unknown(&problem.words);
                let line = problem.offset.map(|offset| line_at(text, at + offset));
                Fault::Refused { words: problem.words, line, unknown }
            }
        }
    }
}

impl Session for Sqlite {
    fn run(&mut self, statement: &str, rows: &mut dyn Rows) -> Result<Option<u64>, Fault> {
        self.each(statement, rows).map_err(|failed| match failed {
            Failed::Fault(fault) => fault,
            Failed::At(problem, at) => self.fault(problem, statement, at),
        })
    }

    fn control(&mut self, text: &str) -> Result<(), Fault> {
        self.pragma(text).map_err(|problem| self.fault(problem, text, 0))
    }

    fn names(&self) -> &'static str {
        "SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c \
         WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.cid"
    }
}

/// Why a text was not run to its end.
enum Failed {
    Fault(Fault),
    /// A statement that begins at this byte.
    At(Problem, usize),
}

fn cell(raw: Raw<'_>) -> Cell {
    match raw {
        Raw::Null => Cell::Null,
        Raw::Integer(number) => Cell::Integer(number),
        Raw::Real(number) => Cell::float(number),
        Raw::Text(bytes) => Cell::text(bytes.to_vec()),
        Raw::Bytes(bytes) => Cell::Bytes(bytes.to_vec()),
    }
}

/// The name that a message is about.
fn unknown(words: &str) -> Option<Unknown> {
    let after = |before: &str| words.strip_prefix(before).map(str::to_owned);
    let column = || {
        let inserted = || words.split_once(" has no column named ").map(|(_, name)| name.to_owned());
        let name = after("no such column: ").or_else(inserted);
        // A name in double quotes has a remark behind it.
        name.map(|name| name.split(" - ").next().unwrap_or_default().trim_matches('"').to_owned())
    };
    after("no such table: ").map(Unknown::Table).or_else(|| column().map(Unknown::Column))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_found_in_the_message() {
        assert_eq!(unknown("no such table: usres"), Some(Unknown::Table("usres".to_owned())));
        assert_eq!(unknown("no such column: u.nam"), Some(Unknown::Column("u.nam".to_owned())));
        let quoted = "no such column: \"alice\" - should this be a string literal in single-quotes?";
        assert_eq!(unknown(quoted), Some(Unknown::Column("alice".to_owned())));
        let inserted = "table users has no column named nam";
        assert_eq!(unknown(inserted), Some(Unknown::Column("nam".to_owned())));
        assert_eq!(unknown("near \"FORM\": syntax error"), None);
    }
}
