//! A sandbox on SQLite: a private database in memory, made from the bytes of a database file.
//!
//! What protects against hostile SQL:
//! - the gate refuses statements by their words;
//! - the authorizer refuses what a compiled statement must not touch: files, other databases, pragmas, and any change by a
//!   query;
//! - limits bound the length of texts, the depth of expressions and the size of compiled statements;
//! - a statement that takes too many steps, too much time or too much memory is stopped;
//! - the database is in memory, so nothing that happens in it reaches a file.

mod cells;
mod faults;
mod guard;
mod handle;
mod rules;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use libsqlite3_sys as ffi;

use super::gate;
use super::names::Names;
use super::place::Place;
use super::rows::Rows;
use super::sentences::with_keyword_before;
use super::{Answer, Cell, Limits, Refusal, Result, Sandbox, SandboxError, Trouble};
use crate::database::Engine;
use guard::Mode;
use handle::{Fault, Handle};
use rules::{OWN, RULES, STRANGERS};

/// How many bytes a scratch database may have more than the file from which it was made.
const GROWTH: i64 = 256 << 20;
/// The limits of the statements in this file.
const OURS: Limits = Limits { work: 1_000_000_000, seconds: 30.0, rows: usize::MAX, bytes: usize::MAX };

/// A database in memory.
pub struct SqliteSandbox {
    /// The bytes from which it was made.
    pages: Arc<[u8]>,
    scratch: bool,
    handle: Handle,
    savepoints: usize,
}

impl SqliteSandbox {
    /// A read-only database. It shares the bytes instead of copying them, so having many of them costs little.
    pub fn new(pages: impl Into<Arc<[u8]>>) -> Result<SqliteSandbox> {
        Self::open(rollback_mode(pages.into()), false)
    }

    /// A database that may be changed, with its own copy of the bytes.
    pub fn scratch(pages: impl Into<Arc<[u8]>>) -> Result<SqliteSandbox> {
        Self::open(rollback_mode(pages.into()), true)
    }

    /// Another database of the same kind, made from the same bytes.
    pub fn again(&self) -> Result<SqliteSandbox> {
        Self::open(Arc::clone(&self.pages), self.scratch)
    }

    /// The bytes from which it was made.
    pub fn origin(&self) -> Arc<[u8]> {
        Arc::clone(&self.pages)
    }

    /// The bytes that it has now.
    pub fn pages(&self) -> Result<Arc<[u8]>> {
        self.handle.pages().map_err(|fault| broken("copying it", fault))
    }

    fn open(pages: Arc<[u8]>, scratch: bool) -> Result<SqliteSandbox> {
        let opening = |fault| broken("opening it", fault);
        let most = scratch.then(|| GROWTH + pages.len() as i64);
        let handle = Handle::open(&pages, most).map_err(opening)?;
        for (setting, on) in [
            (ffi::SQLITE_DBCONFIG_DEFENSIVE, true),
            (ffi::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
            (ffi::SQLITE_DBCONFIG_DQS_DML, false),
            (ffi::SQLITE_DBCONFIG_DQS_DDL, false),
            (ffi::SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, false),
            (ffi::SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, false),
            (ffi::SQLITE_DBCONFIG_ENABLE_FKEY, true),
            (ffi::SQLITE_DBCONFIG_ENABLE_TRIGGER, true),
        ] {
            handle.switch(setting, on).map_err(opening)?;
        }
        for which in [ffi::SQLITE_LIMIT_ATTACHED, ffi::SQLITE_LIMIT_WORKER_THREADS] {
            handle.limit(which, 0);
        }
        let mut sandbox = SqliteSandbox { pages, scratch, handle, savepoints: 0 };
        // Without the first, a large sort would go to a file. The second reads the schema, so that bytes that are not a
        // database fail here.
        sandbox.own("PRAGMA temp_store = MEMORY; SELECT count(*) FROM sqlite_schema", "opening it")?;
        Ok(sandbox)
    }

    fn arm(&self, mode: Mode, limits: &Limits) {
        for (which, most) in STRANGERS {
            self.handle.limit(which, most);
        }
        for (which, most) in OWN.into_iter().filter(|_| mode == Mode::Own) {
            self.handle.limit(which, most);
        }
        self.handle.guard().arm(mode, limits, Handle::memory_used());
    }

    /// Runs statements of this program that should not fail.
    fn own(&mut self, text: &str, action: &'static str) -> Result<()> {
        self.execute(text, &OURS).map_err(|trouble| match trouble {
            Trouble::Failed(error) => error,
            Trouble::Refused(refusal) => SandboxError::Broken { action, source: Box::new(refusal) },
        })
    }

    fn answer(&mut self, text: &str, limits: &Limits, mode: Mode) -> Result<Answer, Trouble> {
        self.arm(mode, limits);
        match self.rows(text, limits, mode) {
            Ok(answer) => Ok(answer),
            Err(Stopped::Refused(refusal)) => Err(refusal.into()),
            Err(Stopped::Fault(fault)) => Err(self.explain(fault, text, None)),
        }
    }

    fn rows(&self, text: &str, limits: &Limits, mode: Mode) -> Result<Answer, Stopped> {
        let (statement, used) = self.handle.prepare(text)?;
        let mut statement = statement.ok_or(Stopped::Refused(Refusal::Empty))?;
        if let (Some(_), _) = self.handle.prepare(&text[used..])? {
            return Err(Stopped::Refused(Refusal::Several { at: Some(Place::at(text, used)) }));
        }
        if mode == Mode::Query && !statement.only_reads() {
            return Err(Stopped::Refused(Refusal::Forbidden { what: "a change".to_owned(), at: None }));
        }
        let width = statement.width();
        let is_time: Vec<bool> =
            (0..width).map(|at| cells::is_time(statement.declared(at).as_deref())).collect();
        let mut rows = Rows::new((0..width).map(|at| statement.name(at)).collect(), limits);
        while statement.step()? {
            let row = (0..width).map(|at| cells::cell(&statement, at, is_time[at])).collect();
            rows.push(row).map_err(Stopped::Refused)?;
        }
        Ok(Answer { work: statement.work(), ..rows.finish() })
    }

    /// Runs statements one after another; a fault comes with the place where its statement begins.
    fn statements(
        &self,
        text: &str,
        mut before: impl FnMut(&str) -> Result<(), Fault>,
    ) -> Result<(), (Fault, usize)> {
        let mut at = 0;
        while at < text.len() {
            self.handle.guard().begin_statement();
            let begins = at + gate::space(&text[at..], RULES.lexis);
            let here = |fault: Fault| (fault, begins);
            before(&text[begins..]).map_err(here)?;
            let (statement, used) = self.handle.prepare(&text[begins..]).map_err(here)?;
            let Some(mut statement) = statement else {
                at = begins + used.max(1);
                continue;
            };
            while statement.step().map_err(here)? {}
            at = begins + used;
        }
        Ok(())
    }

    /// Whether a script is a transaction by itself. It then begins with the first statement that is not a pragma, because
    /// pragmas about foreign keys do nothing within a transaction.
    fn whole_script(&self, text: &str) -> Result<(), (Fault, usize)> {
        let within = self.handle.in_transaction();
        let mut begun = false;
        let run = self.statements(text, |rest| {
            let word = rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
            if begun && !self.handle.in_transaction() {
                return Err(ended());
            }
            if begun || word.is_empty() || word.eq_ignore_ascii_case("PRAGMA") {
                return Ok(());
            }
            begun = true;
            self.control(if within { "SAVEPOINT instaseed_script" } else { "BEGIN" })
        });
        let ended_itself = run.is_ok() && begun && !self.handle.in_transaction();
        let run = if ended_itself { Err((ended(), 0)) } else { run };
        let end = match (&run, within) {
            _ if !begun || !self.handle.in_transaction() => "",
            (Ok(()), true) => "RELEASE instaseed_script",
            (Ok(()), false) => "COMMIT",
            (Err(_), true) => "ROLLBACK TO instaseed_script; RELEASE instaseed_script",
            (Err(_), false) => "ROLLBACK",
        };
        let ended = self.control(end).map_err(|fault| (fault, 0));
        if ended.is_err() && !within {
            // If a deferred foreign key fails, the transaction stays open.
            self.control("ROLLBACK").map_err(|fault| (fault, 0))?;
        }
        let on = self.handle.switch(ffi::SQLITE_DBCONFIG_ENABLE_FKEY, true).map_err(|fault| (fault, 0));
        run.and(ended).and(on)
    }

    /// Runs statements of this program within a stranger's script.
    fn control(&self, text: &str) -> Result<(), Fault> {
        let guard = self.handle.guard();
        let mode = guard.change_mode(Mode::Own);
        let done = self.statements(text, |_| Ok(())).map_err(|(fault, _)| fault);
        guard.change_mode(mode);
        done
    }

    /// What an error of SQLite means for the author of the text. In a script, `from` is where the statement begins.
    fn explain(&mut self, fault: Fault, text: &str, from: Option<usize>) -> Trouble {
        let guard = self.handle.guard();
        let offset = fault.offset.map(|at| at + from.unwrap_or(0)).or(from);
        // Statements before it may contain the same name.
        let own = &text[from.unwrap_or(0)..];
        let named = || {
            let found = gate::place_of(own, RULES.lexis, faults::name_in(&fault.words)?)?;
            Some(Place::at(text, text.len() - own.len() + found.offset(own)))
        };
        let at = match fault.offset {
            None => named().or_else(|| offset.map(|at| Place::at(text, at))),
            Some(_) => offset.map(|at| Place::at(text, at)),
        };
        if let Some(what) = guard.take_refused() {
            return Refusal::Forbidden { what, at }.into();
        }
        match fault.code {
            ffi::SQLITE_INTERRUPT if guard.has_stopped() => Refusal::TooSlow.into(),
            ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB | ffi::SQLITE_IOERR | ffi::SQLITE_CANTOPEN => {
                broken("running a statement", fault).into()
            }
            _ => {
                let names = self.names();
                let message = faults::sentence(&fault.words, &names);
                let before = at.as_ref().and_then(|at| gate::word_before(text, RULES.lexis, at));
                let (message, at) = with_keyword_before(message, before, at);
                Refusal::Invalid { message, at, raw: fault.words }.into()
            }
        }
    }

    /// What a script has created in the schema `temp` disappears when its session ends. Until then it hides tables of the same
    /// name.
    fn drop_temporary(&mut self) -> Result<()> {
        const ALL: &str = "SELECT type, name FROM temp.sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
        self.arm(Mode::Own, &OURS);
        let found = self.rows(ALL, &OURS, Mode::Own).unwrap_or_default();
        if found.rows.is_empty() {
            return Ok(());
        }
        let mut text = "PRAGMA foreign_keys = OFF; ".to_owned();
        for row in &found.rows {
            if let [kind, name] = &row[..] {
                text.push_str(&format!(
                    "DROP {} temp.\"{}\"; ",
                    kind.shown(),
                    name.shown().replace('"', "\"\"")
                ));
            }
        }
        text.push_str("PRAGMA foreign_keys = ON");
        self.own(&text, "dropping temporary tables")
    }

    fn names(&mut self) -> Names {
        const ALL: &str = "SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_info(m.name) AS c \
             WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.rowid, c.cid";
        self.arm(Mode::Own, &OURS);
        let found = self.rows(ALL, &OURS, Mode::Own).unwrap_or_default();
        Names::from_pairs(found.rows.into_iter().filter_map(|row| match <[Cell; 2]>::try_from(row) {
            Ok([Cell::Text(table), Cell::Text(column)]) => Some((table, column)),
            _ => None,
        }))
    }
}

impl Sandbox for SqliteSandbox {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn query(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble> {
        gate::query(text, &RULES)?;
        self.answer(text, limits, Mode::Query)
    }

    fn trusted(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble> {
        self.answer(text, limits, Mode::Own)
    }

    fn script(&mut self, text: &str, limits: &Limits) -> Result<(), Trouble> {
        gate::script(text, &RULES)?;
        self.arm(Mode::Script, limits);
        let run = self.whole_script(text);
        let run = run.map_err(|(fault, from)| self.explain(fault, text, Some(from)));
        if !self.handle.in_transaction() {
            self.drop_temporary()?;
        }
        run
    }

    fn execute(&mut self, text: &str, limits: &Limits) -> Result<(), Trouble> {
        self.arm(Mode::Own, limits);
        let run = self.statements(text, |_| Ok(()));
        run.map_err(|(fault, from)| self.explain(fault, text, Some(from)))
    }

    fn begin(&mut self) -> Result<()> {
        self.savepoints = 0;
        self.own("BEGIN", "beginning a transaction")
    }

    fn roll_back(&mut self) -> Result<()> {
        self.savepoints = 0;
        match self.handle.in_transaction() {
            true => self.own("ROLLBACK", "rolling a transaction back"),
            false => Ok(()),
        }
    }

    fn savepoint(&mut self) -> Result<()> {
        self.savepoints += 1;
        self.own(&format!("SAVEPOINT instaseed_{}", self.savepoints), "setting a savepoint")
    }

    fn release(&mut self) -> Result<()> {
        let name = self.savepoints;
        self.savepoints = name.saturating_sub(1);
        match self.handle.in_transaction() {
            true => self.own(&format!("RELEASE instaseed_{name}"), "releasing a savepoint"),
            false => Ok(()),
        }
    }

    fn roll_back_to_savepoint(&mut self) -> Result<()> {
        let name = self.savepoints;
        self.savepoints = name.saturating_sub(1);
        let undo = format!("ROLLBACK TO instaseed_{name}; RELEASE instaseed_{name}");
        match self.handle.in_transaction() {
            true => self.own(&undo, "rolling back to a savepoint"),
            false => Ok(()),
        }
    }
}

/// Why there are no rows.
enum Stopped {
    Refused(Refusal),
    Fault(Fault),
}

impl From<Fault> for Stopped {
    fn from(fault: Fault) -> Stopped {
        Stopped::Fault(fault)
    }
}

/// A statement or trigger of the script rolled everything back.
fn ended() -> Fault {
    let words = "the script ended its own transaction".to_owned();
    Fault { code: ffi::SQLITE_ABORT, words, offset: None }
}

/// A file in WAL mode says so in its header, but a database in memory cannot have a log.
fn rollback_mode(pages: Arc<[u8]>) -> Arc<[u8]> {
    match pages.get(18..20) {
        Some([2, _] | [_, 2]) => {
            let mut changed = pages.to_vec();
            changed[18..20].copy_from_slice(&[1, 1]);
            changed.into()
        }
        _ => pages,
    }
}

fn broken(action: &'static str, fault: Fault) -> SandboxError {
    SandboxError::Broken { action, source: format!("SQLite: {}", fault.words).into() }
}
