//! A sandbox on MySQL or MariaDB.
//!
//! What protects against a hostile query:
//! - the gate refuses statements, clauses and functions by their names, and comments that the server executes;
//! - a name before a dot must not be that of another database, whatever the account may read;
//! - a prepared statement is one statement;
//! - a transaction that only reads refuses changes of tables; in a transaction of the grader, a savepoint undoes them;
//! - the server's own time limit stops a statement; if it does not, a second connection kills the first one.
//!
//! A script is sent as it is. Before that, the gate refuses all statements except those about tables and what belongs to them.
//! The session of a script ends with the script, and so do its settings, variables, temporary tables and locks.

mod cells;
mod faults;
mod rules;

use std::time::{Duration, Instant};

use mysql_async::prelude::Queryable;
use mysql_async::{Column, Conn, Row};

use super::gate::{self, Words};
use super::names::Names;
use super::rows::Rows;
use super::{Answer, Limits, Refusal, Result, Sandbox, SandboxError, Trouble};
use crate::database::mysql as server;
use crate::database::{Engine, Runtime, Target};
use rules::RULES;

/// What belongs to the server: never part of an exercise.
const SYSTEM: [&str; 4] = ["mysql", "information_schema", "performance_schema", "sys"];
/// How much longer than its limit a statement may take before its connection is killed.
const GRACE: Duration = Duration::from_millis(1500);
/// Set in a copy without rows, so that rows can be inserted without the rows that they reference.
const KEYS_OFF: &str = "SET foreign_key_checks = 0";
/// The limits of the grader's own statements.
const OURS: Limits = Limits { work: u64::MAX, seconds: 30.0, rows: usize::MAX, bytes: usize::MAX };

/// A database on a server.
pub(super) struct MysqlSandbox {
    target: Target,
    /// `None` after it was killed, until it is opened again.
    conn: Option<Conn>,
    is_mariadb: bool,
    /// Databases besides this one.
    others: Vec<String>,
    in_transaction: bool,
    /// Whether the open transaction ended with its connection. Every statement in it is then refused.
    is_gone: bool,
    savepoints: usize,
    /// Whether foreign keys are off. A new session must turn them off again.
    keys_are_off: bool,
    /// Keep this field last: the connection lives on it.
    runtime: Runtime,
}

impl MysqlSandbox {
    pub(super) fn open(target: &Target) -> Result<MysqlSandbox> {
        let runtime = Runtime::new(target)?;
        let conn = Some(runtime.run(server::raw(target))?);
        let mut sandbox = MysqlSandbox {
            target: target.clone(),
            conn,
            is_mariadb: false,
            others: Vec::new(),
            in_transaction: false,
            is_gone: false,
            savepoints: 0,
            keys_are_off: false,
            runtime,
        };
        let asked = "SELECT schema_name FROM information_schema.schemata WHERE schema_name <> DATABASE() UNION ALL SELECT VERSION()";
        let mut found: Vec<String> =
            sandbox.ours(asked)?.rows.iter().filter_map(|row| Some(row.first()?.shown())).collect();
        sandbox.is_mariadb = found.pop().is_some_and(|version| version.contains("MariaDB"));
        sandbox.others = found.iter().map(|name| name.to_lowercase()).collect();
        Ok(sandbox)
    }

    /// Runs a statement of the grader that should not fail.
    fn ours(&mut self, text: &str) -> Result<Answer> {
        self.answer(text, &OURS).map_err(|trouble| match trouble {
            Trouble::Failed(error) => error,
            Trouble::Refused(refusal) => {
                SandboxError::Broken { action: "asking the server", source: Box::new(refusal) }
            }
        })
    }

    fn control(&mut self, text: &str, action: &'static str) -> Result<()> {
        let conn = connection(&mut self.conn, &self.runtime, &self.target, self.keys_are_off)?;
        self.runtime.run(conn.query_drop(text)).map_err(|error| broken(action, error))
    }

    /// The same within a transaction, which may have been lost.
    fn control_within(&mut self, text: &str, action: &'static str) -> Result<()> {
        if self.is_gone { Ok(()) } else { self.control(text, action) }
    }

    fn is_alive(&self) -> Result<(), Refusal> {
        if self.is_gone { Err(Refusal::TooSlow) } else { Ok(()) }
    }

    /// Ends the session. The next statement starts a new one.
    fn leave(&mut self) {
        if let Some(conn) = self.conn.take() {
            let _ = self.runtime.run(conn.disconnect());
        }
    }

    fn limit(&mut self, limits: &Limits) -> Result<()> {
        let seconds = limits.seconds.clamp(0.001, 86_400.0);
        let text = match self.is_mariadb {
            true => format!("SET SESSION max_statement_time = {seconds:.3}"),
            false => format!("SET SESSION max_execution_time = {}", (seconds * 1000.0) as u64),
        };
        self.control(&text, "limiting a statement")
    }

    /// Waits for a statement, and kills its connection if the server does not stop it in time.
    fn run<T>(
        &mut self,
        limits: &Limits,
        run: impl AsyncFnOnce(&mut Conn) -> Result<T, Stopped>,
    ) -> Result<T, Stopped> {
        let conn = connection(&mut self.conn, &self.runtime, &self.target, self.keys_are_off)
            .map_err(|error| Stopped::Failed(Box::new(error)))?;
        let id = conn.id();
        let patience = Duration::from_secs_f64(limits.seconds.clamp(0.0, 86_400.0)) + GRACE;
        let done = self.runtime.run(async { tokio::time::timeout(patience, run(conn)).await });
        let done = match done.unwrap_or(Err(Stopped::Refused(Refusal::TooSlow))) {
            Err(Stopped::Error(error)) if is_too_large(&error) => {
                Err(Stopped::Refused(Refusal::TooLarge { most: limits.bytes }))
            }
            done => done,
        };
        if let Err(Stopped::Refused(_)) = done {
            // The server still sends rows, or still computes them.
            self.kill(id).map_err(|error| Stopped::Failed(Box::new(error)))?;
        }
        done
    }

    fn kill(&mut self, id: u32) -> Result<()> {
        let target = &self.target;
        let conn = self.conn.take();
        self.is_gone = self.in_transaction;
        self.runtime.run(async {
            let mut second = server::raw(target).await?;
            // The session may have ended by itself.
            let _ = second.query_drop(format!("KILL CONNECTION {id}")).await;
            let _ = second.disconnect().await;
            drop(conn);
            Ok(())
        })
    }

    fn answer(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble> {
        let done = self.run(limits, async |conn| {
            let statement = conn.prep(text).await?;
            if statement.num_params() > 0 {
                return Err(Stopped::Invalid(
                    "The query has a \"?\" outside of a text, and nothing gives it a value.".to_owned(),
                ));
            }
            let begun = Instant::now();
            let mut result = conn.exec_iter(&statement, ()).await?;
            let columns: Vec<Column> = result.columns_ref().to_vec();
            let names = columns.iter().map(|column| column.name_str().into_owned()).collect();
            let mut rows = Rows::new(names, limits);
            let mut count = 0_usize;
            while let Some(row) = result.next().await? {
                let row: Row = row;
                if count.is_multiple_of(1024) && begun.elapsed().as_secs_f64() > limits.seconds {
                    return Err(Stopped::Refused(Refusal::TooSlow));
                }
                count += 1;
                let values = row.unwrap_raw().into_iter().zip(&columns);
                let cells = values.map(|(value, column)| cells::cell(value, column)).collect();
                rows.push(cells).map_err(Stopped::Refused)?;
            }
            drop(result);
            conn.close(statement).await?;
            Ok(rows.finish())
        });
        done.map_err(|stopped| self.explain(stopped, text))
    }

    fn explain(&mut self, stopped: Stopped, text: &str) -> Trouble {
        match stopped {
            Stopped::Refused(refusal) => refusal.into(),
            Stopped::Invalid(message) => Refusal::Invalid { message, at: None, raw: String::new() }.into(),
            Stopped::Failed(error) => (*error).into(),
            Stopped::Error(mysql_async::Error::Server(told)) => {
                let names = if faults::needs_names(told.code) { self.names() } else { Names::default() };
                match faults::refusal(&told, text, &names, &RULES) {
                    // The rest of a stopped statement is of no use, but the connection still is.
                    Some(refusal) => refusal.into(),
                    None => broken("running a statement", mysql_async::Error::Server(told)).into(),
                }
            }
            Stopped::Error(error) => {
                // The state of a connection that failed is unknown.
                self.conn = None;
                self.is_gone = self.in_transaction;
                broken("running a statement", error).into()
            }
        }
    }

    fn names(&mut self) -> Names {
        const ALL: &str = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE() \
             ORDER BY table_name, ordinal_position";
        let Ok(conn) = connection(&mut self.conn, &self.runtime, &self.target, self.keys_are_off) else {
            return Names::default();
        };
        let pairs: Vec<(String, String)> = self.runtime.run(conn.query(ALL)).unwrap_or_default();
        Names::from_pairs(pairs.into_iter())
    }

    /// Refuses the name of another database before a dot, and variables of the server.
    fn stays_inside(&self, text: &str) -> Result<(), Refusal> {
        let words = match Words::read(text, &RULES) {
            Err(Refusal::Empty) => return Ok(()),
            words => words?,
        };
        if let Some(at) = words.system_variable() {
            return Err(Refusal::Forbidden { what: "a variable of the server".to_owned(), at: Some(at) });
        }
        let is_other = |name: &str| SYSTEM.contains(&name) || self.others.iter().any(|other| other == name);
        match words.qualifiers().find(|(name, _)| is_other(name)) {
            Some((name, at)) => {
                Err(Refusal::Forbidden { what: format!("the database {name}"), at: Some(at) })
            }
            None => Ok(()),
        }
    }

    /// Clears the variables, because an earlier query may have set them.
    fn forget_variables(&mut self, text: &str) -> Result<(), Trouble> {
        let words = Words::read(text, &RULES)?;
        let mut names: Vec<&str> = words.variables().collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return Ok(());
        }
        let set: Vec<String> = names.iter().map(|name| format!("{name} = NULL")).collect();
        Ok(self.control(&format!("SET {}", set.join(", ")), "forgetting variables")?)
    }
}

impl Sandbox for MysqlSandbox {
    fn engine(&self) -> Engine {
        Engine::Mysql
    }

    fn query(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble> {
        gate::query(text, &RULES)?;
        self.stays_inside(text)?;
        self.is_alive()?;
        self.forget_variables(text)?;
        self.limit(limits)?;
        let (begin, end) = match self.in_transaction {
            true => ("SAVEPOINT instaseed_within", "ROLLBACK TO SAVEPOINT instaseed_within"),
            false => ("START TRANSACTION READ ONLY", "ROLLBACK"),
        };
        self.control(begin, "beginning a transaction")?;
        let answer = self.answer(text, limits);
        if self.conn.is_some() {
            self.control(end, "ending a transaction")?;
        }
        answer
    }

    fn trusted(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble> {
        self.is_alive()?;
        self.limit(limits)?;
        self.answer(text, limits)
    }

    fn script(&mut self, text: &str, limits: &Limits) -> Result<(), Trouble> {
        gate::script(text, &RULES)?;
        self.stays_inside(text)?;
        let done = self.execute(text, limits);
        self.keys_are_off = false;
        match self.in_transaction {
            true => {
                self.control_within("SET SESSION foreign_key_checks = 1", "checking foreign keys again")?;
            }
            false => self.leave(),
        }
        done
    }

    fn execute(&mut self, text: &str, limits: &Limits) -> Result<(), Trouble> {
        if gate::space(text, RULES.lexis) == text.len() {
            return Ok(());
        }
        self.is_alive()?;
        self.limit(limits)?;
        let done = self.run(limits, async |conn| Ok(conn.query_drop(text).await?));
        self.keys_are_off |= done.is_ok() && text.contains(KEYS_OFF);
        done.map_err(|stopped| self.explain(stopped, text))
    }

    fn begin(&mut self) -> Result<()> {
        self.control("START TRANSACTION", "beginning a transaction")?;
        (self.in_transaction, self.savepoints) = (true, 0);
        Ok(())
    }

    fn roll_back(&mut self) -> Result<()> {
        self.in_transaction = false;
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
        self.control_within(&format!("RELEASE SAVEPOINT instaseed_{name}"), "releasing a savepoint")
    }

    fn roll_back_to_savepoint(&mut self) -> Result<()> {
        let name = self.savepoints;
        self.savepoints = name.saturating_sub(1);
        self.control_within(
            &format!("ROLLBACK TO SAVEPOINT instaseed_{name}"),
            "rolling back to a savepoint",
        )?;
        self.control_within(&format!("RELEASE SAVEPOINT instaseed_{name}"), "releasing a savepoint")
    }
}

/// Why a statement did not run to the end.
enum Stopped {
    Refused(Refusal),
    Invalid(String),
    Error(mysql_async::Error),
    Failed(Box<SandboxError>),
}

impl From<mysql_async::Error> for Stopped {
    fn from(error: mysql_async::Error) -> Stopped {
        Stopped::Error(error)
    }
}

/// Whether a row is larger than a message of the server may be. The driver has no separate error for this.
fn is_too_large(error: &mysql_async::Error) -> bool {
    matches!(error, mysql_async::Error::Io(_)) && error.to_string().contains("packet too large")
}

fn connection<'a>(
    conn: &'a mut Option<Conn>,
    runtime: &Runtime,
    target: &Target,
    keys_are_off: bool,
) -> Result<&'a mut Conn> {
    let open = match conn.take() {
        Some(open) => open,
        None => {
            let mut open = runtime.run(server::raw(target))?;
            if keys_are_off {
                runtime.run(open.query_drop(KEYS_OFF)).map_err(|error| broken("opening it", error))?;
            }
            open
        }
    };
    Ok(conn.insert(open))
}

fn broken(action: &'static str, error: mysql_async::Error) -> SandboxError {
    let source: crate::database::Cause = match error {
        mysql_async::Error::Server(told) => told.message.into(),
        other => Box::new(other),
    };
    SandboxError::Broken { action, source }
}
