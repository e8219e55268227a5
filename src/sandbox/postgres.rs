//! A sandbox on PostgreSQL.
//!
//! What protects against a hostile query:
//! - the session belongs to a separate account ([`login`]), which owns one scratch database and has no other rights;
//! - the role [`roles::READER`] may read the tables and nothing else: no changes, settings or other sessions;
//! - a transaction that only reads refuses every change;
//! - the extended protocol takes one statement, and `DECLARE CURSOR` only one that returns rows;
//! - the gate refuses statements, clauses and functions by their names;
//! - the time of a statement, the size of temporary files, and the rows and bytes that are fetched are limited. If a session does
//!   not respond in time, it is abandoned, because a few functions of the server do not look at its clock.
//!
//! If the server does not let such an account in, the session belongs to the course's own account and takes on the role. A query
//! could then leave its role by `set_config`, and a function by `SET ROLE`. So the gate refuses these names, and everything that
//! runs a text as a statement, in the bodies of functions too; it alone then protects the rights of that account. A script runs
//! as [`roles::AUTHOR`], which owns the tables. After that, the statements of this program run as that role too, because they may
//! call a trigger of the script.

mod cells;
mod faults;
mod login;
mod recovery;
mod roles;
mod rules;
mod session;

use std::cell::Cell as Flag;

use futures_util::{StreamExt, pin_mut};
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::gate;
use super::names::Names;
use super::rows::Rows;
use super::{Answer, Limits, Refusal, Result, Sandbox, SandboxError, Trouble};
use crate::database::{Engine, Runtime, Target};
use login::Login;
use roles::Roles;
use rules::RULES;

/// How many rows are fetched at first, and at most at a time.
const PIECES: [usize; 2] = [16, 1024];

/// A database on a server.
pub(super) struct PostgresSandbox {
    /// The database, with the account of the course.
    target: Target,
    client: Client,
    /// The id of the session on the server.
    pid: String,
    roles: Roles,
    login: Option<Login>,
    /// Whether the login owns the tables.
    is_owner: bool,
    /// Whether a stranger's script has been run.
    has_script: bool,
    /// Whether the reader may read all existing tables.
    granted: bool,
    in_transaction: bool,
    savepoints: usize,
    /// Whether the session does not respond, or has ended.
    is_lost: Flag<bool>,
    /// Whether the open transaction ended with its session. Every statement in it is then refused.
    is_gone: bool,
    /// Keep this field last: the connection lives on it.
    runtime: Runtime,
}

/// The role as which a statement runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum As {
    Reader,
    Author,
}

impl PostgresSandbox {
    pub(super) fn open(target: &Target) -> Result<PostgresSandbox> {
        let runtime = Runtime::new(target)?;
        let opened = runtime.run(async {
            let admin = session::account(target).await?;
            let roles = Roles::find(&admin).await.map_err(|error| broken("opening it", error))?;
            Ok::<_, SandboxError>(match Login::make(&admin, &roles, target).await {
                Some((login, session)) => (session, roles, Some(login)),
                None => (session::open(target).await?, roles, None),
            })
        });
        let (session, roles, login) = opened?;
        let granted = login.is_some();
        Ok(PostgresSandbox {
            target: target.clone(),
            client: session.client,
            pid: session.pid,
            roles,
            login,
            is_owner: false,
            has_script: false,
            granted,
            in_transaction: false,
            savepoints: 0,
            is_lost: Flag::new(false),
            is_gone: false,
            runtime,
        })
    }

    /// Runs a statement of this program about transactions.
    fn control(&self, text: &str, action: &'static str) -> Result<()> {
        self.runtime.run(self.client.batch_execute(text)).map_err(|error| broken(action, error))
    }

    /// The same within a transaction, which may have been lost.
    fn control_within(&self, text: &str, action: &'static str) -> Result<()> {
        if self.is_gone { Ok(()) } else { self.control(text, action) }
    }

    /// Runs something in a separate transaction, or within a savepoint, and keeps the changes if it succeeds.
    fn within<T>(
        &mut self,
        role: As,
        reads: bool,
        limits: &Limits,
        run: impl FnOnce(&Self) -> Result<T, Trouble>,
    ) -> Result<T, Trouble> {
        self.is_alive()?;
        let begin = if self.in_transaction { "SAVEPOINT instaseed_within" } else { "BEGIN" };
        self.control(begin, "beginning a transaction")?;
        let settings = self.settings(role, reads, limits);
        let done = match self.control(&settings, "limiting a transaction") {
            Ok(()) => run(self),
            Err(error) => Err(error.into()),
        };
        if self.is_lost.get() {
            return self.recover(done);
        }
        let end = match (self.in_transaction, done.is_ok() && !reads) {
            (false, true) => "COMMIT",
            (false, false) => "ROLLBACK",
            // If a savepoint is released, its settings stay, the role among them.
            (true, true) => "RELEASE instaseed_within; RESET ROLE",
            (true, false) => "ROLLBACK TO instaseed_within; RELEASE instaseed_within",
        };
        let mut checked = None;
        let ended = self.ask(limits, self.client.batch_execute(end), |error: tokio_postgres::Error| {
            match error.as_db_error() {
                // A constraint that is checked at the end of the transaction.
                Some(_) if done.is_ok() => {
                    checked = Some(error);
                    Refusal::TooSlow.into()
                }
                _ => broken("ending a transaction", error).into(),
            }
        });
        if let Some(error) = checked {
            let refused = self.explain(error, "", 0);
            if !self.is_lost.get() {
                let _ = self.control("ROLLBACK", "ending a transaction");
            }
            return self.recover(Err(refused));
        }
        if let Err(trouble) = ended {
            return self.recover(Err(trouble));
        }
        if self.has_script && self.in_transaction {
            self.be_the_author()?;
        }
        done
    }

    fn settings(&self, role: As, reads: bool, limits: &Limits) -> String {
        let mut settings = format!("SET LOCAL statement_timeout = {}; ", milliseconds(limits));
        if self.roles.is_superuser && self.login.is_none() {
            settings.push_str("RESET ROLE; SET LOCAL temp_file_limit = '256MB'; ");
        }
        if reads {
            settings.push_str("SET LOCAL cursor_tuple_fraction = 1; SET LOCAL transaction_read_only = on; ");
        }
        let role = match role {
            As::Reader => Some(roles::READER),
            As::Author if self.login.is_none() => Some(roles::AUTHOR),
            As::Author => None,
        };
        if let Some(role) = role.filter(|_| self.roles.are_there) {
            settings.push_str(&format!("SET LOCAL ROLE {role}"));
        }
        settings
    }

    /// From here on, a stranger's trigger may run with any statement of this program.
    fn be_the_author(&self) -> Result<()> {
        match self.roles.are_there && self.login.is_none() {
            true => self.control(&format!("SET ROLE {}", roles::AUTHOR), "leaving the account's rights"),
            false => Ok(()),
        }
    }

    /// Lets the reader read the tables that exist now.
    fn let_read(&mut self) -> Result<()> {
        if !self.roles.are_there || self.granted {
            return Ok(());
        }
        let is_author = self.has_script && self.login.is_none();
        let back = if is_author { format!("; SET ROLE {}", roles::AUTHOR) } else { String::new() };
        self.control(&format!("RESET ROLE; {}{back}", self.roles.grant()), "granting what is read")?;
        self.granted = true;
        Ok(())
    }

    fn answer(&self, text: &str, limits: &Limits) -> Result<Answer, Trouble> {
        let begun = std::time::Instant::now();
        let explain = |error| self.explain(error, text, 0);
        let statement = self.ask(limits, self.client.prepare(text), explain)?;
        if !statement.params().is_empty() {
            return Err(parameters().into());
        }
        let columns = statement.columns();
        let kinds: Vec<_> = columns.iter().map(|column| column.type_().clone()).collect();
        let columns = columns.iter().map(|column| column.name().to_owned()).collect();
        let mut rows = Rows::new(columns, limits);
        let declare = format!("{DECLARE}{text}");
        let declared = async {
            let cursor = self.client.prepare(&declare).await?;
            self.client.execute(&cursor, &[]).await
        };
        self.ask(limits, declared, |error| self.explain(error, text, DECLARE.len()))?;
        let mut size = PIECES[0];
        loop {
            let more = format!("FETCH {size} FROM instaseed_rows");
            let fetched = self.fetch(&more, &kinds, &mut rows);
            let fetched = self.ask(limits, fetched, |stopped| self.stopped(stopped, text))?;
            if fetched < size {
                return Ok(rows.finish());
            }
            if begun.elapsed().as_secs_f64() > limits.seconds {
                return Err(Refusal::TooSlow.into());
            }
            size = (size * 4).min(PIECES[1]);
        }
    }

    /// Reads the rows of one statement, and returns how many there are.
    async fn fetch(
        &self,
        text: &str,
        kinds: &[tokio_postgres::types::Type],
        rows: &mut Rows<'_>,
    ) -> Result<usize, Stopped> {
        let stream = self.client.simple_query_raw(text).await.map_err(Stopped::Error)?;
        pin_mut!(stream);
        let mut count = 0;
        while let Some(message) = stream.next().await {
            let SimpleQueryMessage::Row(row) = message.map_err(Stopped::Error)? else { continue };
            count += 1;
            let cells = (0..row.len()).map(|at| cells::cell(row.get(at), kinds.get(at))).collect();
            rows.push(cells).map_err(Stopped::Refused)?;
        }
        Ok(count)
    }

    /// Runs a statement of this program for which a cursor cannot be declared.
    fn plain(&self, text: &str, limits: &Limits) -> Result<Answer, Trouble> {
        let explain = |error| self.explain(error, text, 0);
        let statement = self.ask(limits, self.client.prepare(text), explain)?;
        let kinds: Vec<_> = statement.columns().iter().map(|column| column.type_().clone()).collect();
        let columns = statement.columns().iter().map(|column| column.name().to_owned()).collect();
        let mut rows = Rows::new(columns, limits);
        let fetched = self.fetch(text, &kinds, &mut rows);
        self.ask(limits, fetched, |stopped| self.stopped(stopped, text))?;
        Ok(rows.finish())
    }

    fn stopped(&self, stopped: Stopped, text: &str) -> Trouble {
        match stopped {
            Stopped::Refused(refusal) => refusal.into(),
            Stopped::Error(error) => self.explain(error, text, 0),
        }
    }

    fn explain(&self, error: tokio_postgres::Error, text: &str, prefix: usize) -> Trouble {
        match error.as_db_error() {
            // Only the stranger's own account, or an administrator who stops the server, can end this session.
            Some(told) if *told.code() == SqlState::ADMIN_SHUTDOWN => {
                self.is_lost.set(true);
                Refusal::Forbidden { what: "ending a session".to_owned(), at: None }.into()
            }
            Some(told) => faults::refusal(told, text, prefix, &Names::default(), &RULES).into(),
            None => broken("running a statement", error).into(),
        }
    }

    /// Adds the nearest name to a refusal, after the transaction in which it occurred has ended.
    fn with_names(&self, trouble: Trouble, text: &str) -> Trouble {
        const ALL: &str = "SELECT table_name::text, column_name::text FROM information_schema.columns \
             WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position";
        let Trouble::Refused(Refusal::Invalid { raw, at, message }) = trouble else { return trouble };
        if !faults::needs_names(&raw) || self.in_transaction {
            return Refusal::Invalid { raw, at, message }.into();
        }
        let rows = self.runtime.run(self.client.simple_query(ALL)).unwrap_or_default();
        let names = Names::from_pairs(rows.iter().filter_map(|row| match row {
            SimpleQueryMessage::Row(row) => Some((row.get(0)?.to_owned(), row.get(1)?.to_owned())),
            _ => None,
        }));
        let message = faults::sentence("", &raw, text, &names).unwrap_or(message);
        Refusal::Invalid { message, at, raw }.into()
    }

    fn limit_session(&self, limits: &Limits) -> Result<()> {
        self.control(&format!("SET statement_timeout = {}", milliseconds(limits)), "limiting a statement")
    }
}

const DECLARE: &str = "DECLARE instaseed_rows NO SCROLL CURSOR FOR ";

impl Sandbox for PostgresSandbox {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn query(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble> {
        gate::query(text, &RULES)?;
        self.let_read()?;
        let answer = self.within(As::Reader, true, limits, |this| this.answer(text, limits));
        answer.map_err(|trouble| self.with_names(trouble, text))
    }

    fn trusted(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble> {
        // The statement inside is a stranger's.
        if text.trim_start().get(..7).is_some_and(|word| word.eq_ignore_ascii_case("EXPLAIN")) {
            self.let_read()?;
            return self.within(As::Reader, true, limits, |this| this.plain(text, limits));
        }
        self.is_alive()?;
        self.limit_session(limits)?;
        let done = self.plain(text, limits);
        self.recover(done)
    }

    fn script(&mut self, text: &str, limits: &Limits) -> Result<(), Trouble> {
        gate::script(text, &RULES)?;
        self.own()?;
        if !self.has_script && self.login.is_none() {
            self.runtime
                .run(self.roles.give_to(&self.client, roles::AUTHOR))
                .map_err(|error| broken("giving the tables away", error))?;
        }
        let run = |this: &Self| {
            let explain = |error| this.explain(error, text, 0);
            this.ask(limits, this.client.batch_execute(text), explain)
        };
        let done = self.within(As::Author, false, limits, run);
        (self.has_script, self.granted) = (true, false);
        if self.in_transaction {
            self.be_the_author()?;
        } else {
            self.renew()?;
        }
        done.map_err(|trouble| self.with_names(trouble, text))
    }

    fn execute(&mut self, text: &str, limits: &Limits) -> Result<(), Trouble> {
        self.is_alive()?;
        self.own()?;
        self.granted = false;
        self.limit_session(limits)?;
        let explain = |error| self.explain(error, text, 0);
        let done = self.ask(limits, self.client.batch_execute(text), explain);
        self.recover(done)
    }

    fn begin(&mut self) -> Result<()> {
        self.own()?;
        self.control("BEGIN", "beginning a transaction")?;
        (self.in_transaction, self.savepoints) = (true, 0);
        Ok(())
    }

    fn roll_back(&mut self) -> Result<()> {
        (self.in_transaction, self.granted) = (false, false);
        match std::mem::take(&mut self.is_gone) {
            true => Ok(()),
            false => self.control("ROLLBACK", "rolling a transaction back"),
        }
    }

    fn savepoint(&mut self) -> Result<()> {
        self.savepoints += 1;
        self.control_within(&format!("SAVEPOINT instaseed_{}", self.savepoints), "setting a savepoint")
    }

    fn release(&mut self) -> Result<()> {
        let name = self.savepoints;
        self.savepoints = name.saturating_sub(1);
        self.control_within(&format!("RELEASE instaseed_{name}"), "releasing a savepoint")
    }

    fn roll_back_to_savepoint(&mut self) -> Result<()> {
        let name = self.savepoints;
        (self.savepoints, self.granted) = (name.saturating_sub(1), false);
        let undo = format!("ROLLBACK TO instaseed_{name}; RELEASE instaseed_{name}");
        self.control_within(&undo, "rolling back to a savepoint")
    }
}

/// Why not all rows were read.
enum Stopped {
    Refused(Refusal),
    Error(tokio_postgres::Error),
}

fn milliseconds(limits: &Limits) -> u64 {
    ((limits.seconds.clamp(0.0, 86_400.0) * 1000.0) as u64).max(1)
}

fn parameters() -> Refusal {
    Refusal::Invalid {
        message: "The query has a parameter such as $1, and nothing gives it a value.".to_owned(),
        at: None,
        raw: String::new(),
    }
}

fn broken(action: &'static str, error: tokio_postgres::Error) -> SandboxError {
    let source: crate::database::Cause = match error.as_db_error() {
        Some(told) => told.message().to_owned().into(),
        None => Box::new(error),
    };
    SandboxError::Broken { action, source }
}
