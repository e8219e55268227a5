//! Queries on PostgreSQL. For reading, each statement is in a transaction that only reads, and the extended protocol takes one
//! statement only. Rows come over the simple protocol, as texts, as fast as they are taken.

use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::StreamExt;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};
use tokio_postgres::types::Type;
use tokio_postgres::{Client, SimpleQueryMessage};

use super::session::{Fault, Session, Unknown, between, line_at};
use super::waiting::{FAREWELL, answer};
use super::{Access, Cell, Rows};
use crate::database::postgres as server;
use crate::database::{DatabaseError, Runtime, Target};

/// Row-level security applies as it does to any other client of the account.
const ROW_SECURITY: &str = "SET row_security = on";

pub(super) struct Postgres {
    target: Target,
    access: Access,
    stop: Arc<AtomicBool>,
    /// None after it was left, until it is opened again.
    live: Option<Live>,
    /// Keep this field last: the connection lives on it.
    runtime: Runtime,
}

/// An open session.
struct Live {
    client: Client,
    /// Its number on the server.
    pid: i32,
    driver: JoinHandle<Result<(), tokio_postgres::Error>>,
}

/// What became of a statement.
struct Ran {
    counted: Option<u64>,
    /// No more rows were wanted, and the server may still send some.
    cut: bool,
}

impl Postgres {
    pub(super) fn open(
        target: &Target,
        access: Access,
        stop: Arc<AtomicBool>,
    ) -> Result<Postgres, DatabaseError> {
        let runtime = Runtime::new(target)?;
        let live = Some(runtime.run(open(target))?);
        Ok(Postgres { target: target.clone(), access, stop, live, runtime })
    }

    fn take(&mut self) -> Result<Live, Fault> {
        match self.live.take() {
            Some(live) => Ok(live),
            None => Ok(self.runtime.run(open(&self.target))?),
        }
    }

    /// Ends a session; what it has not committed is rolled back.
    fn leave(&self, live: Live) {
        let Live { client, driver, .. } = live;
        drop(client);
        // Lets the goodbye reach the server.
        let _ = self.runtime.run(async { timeout(FAREWELL, driver).await });
    }

    /// Keeps the session, unless nothing is known of it any more.
    fn keep<T>(&mut self, live: Live, done: &Result<T, Fault>) {
        match done {
            Err(Fault::Stopped | Fault::Broken(_)) => self.leave(live),
            _ => self.live = Some(live),
        }
    }
}

impl Session for Postgres {
    fn run(&mut self, statement: &str, rows: &mut dyn Rows) -> Result<Option<u64>, Fault> {
        let live = self.take()?;
        let asking = Asking { live: &live, target: &self.target, stop: &self.stop };
        let done = self.runtime.run(async {
            match self.access {
                Access::Read => asking.reading(statement, rows).await,
                Access::Write => asking.statement(statement, rows, true).await,
            }
        });
        match done {
            Ok(Ran { counted, cut: true }) => {
                self.leave(live);
                Ok(counted)
            }
            done => {
                self.keep(live, &done);
                done.map(|ran| ran.counted)
            }
        }
    }

    fn control(&mut self, text: &str) -> Result<(), Fault> {
        let live = self.take()?;
        let asking = Asking { live: &live, target: &self.target, stop: &self.stop };
        let done = self.runtime.run(asking.control(text));
        self.keep(live, &done);
        done
    }

    fn names(&self) -> &'static str {
        "SELECT table_name::text, column_name::text FROM information_schema.columns \
         WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Some(live) = self.live.take() {
            self.leave(live);
        }
    }
}

async fn open(target: &Target) -> Result<Live, DatabaseError> {
    let failed = |source: tokio_postgres::Error| DatabaseError::Server {
        target: target.to_string(),
        action: "setting the session up",
        source: Box::new(source),
    };
    let (client, connection) = server::raw(target).await?;
    let driver = tokio::spawn(connection);
    for settings in [server::SESSION, ROW_SECURITY] {
        client.batch_execute(settings).await.map_err(failed)?;
    }
    let row = client.query_one("SELECT pg_backend_pid()", &[]).await.map_err(failed)?;
    let pid = row.try_get(0).map_err(failed)?;
    Ok(Live { client, pid, driver })
}

/// A session that is asked something.
struct Asking<'a> {
    live: &'a Live,
    target: &'a Target,
    stop: &'a AtomicBool,
}

impl Asking<'_> {
    async fn control(&self, text: &str) -> Result<(), Fault> {
        let done = answer(self.live.client.batch_execute(text), self.stop, || self.cancel()).await;
        done.ok_or(Fault::Stopped)?.map_err(|error| fault(error, text))
    }

    async fn reading(&self, text: &str, rows: &mut dyn Rows) -> Result<Ran, Fault> {
        self.control("BEGIN READ ONLY").await?;
        let ran = self.statement(text, rows, false).await?;
        if !ran.cut {
            // Nothing was changed; an error of a statement is told before one of the end.
            self.control("ROLLBACK").await?;
        }
        Ok(ran)
    }

    /// Runs one statement. One that writes is never cut short: its rows are dropped where they are not wanted.
    async fn statement(&self, text: &str, rows: &mut dyn Rows, writes: bool) -> Result<Ran, Fault> {
        let ran = self.rows(text, rows, writes).await;
        if !writes && matches!(ran, Err(Fault::Refused { .. } | Fault::Writes | Fault::Parameters)) {
            // The transaction has failed, and the session is still of use.
            self.control("ROLLBACK").await?;
        }
        ran
    }

    async fn rows(&self, text: &str, rows: &mut dyn Rows, writes: bool) -> Result<Ran, Fault> {
        let client = &self.live.client;
        let prepared = answer(client.prepare(text), self.stop, || self.cancel()).await;
        let prepared = prepared.ok_or(Fault::Stopped)?.map_err(|error| fault(error, text))?;
        if !prepared.params().is_empty() {
            return Err(Fault::Parameters);
        }
        let kinds: Vec<Type> = prepared.columns().iter().map(|column| column.type_().clone()).collect();
        let stream = answer(client.simple_query_raw(text), self.stop, || self.cancel()).await;
        let stream = stream.ok_or(Fault::Stopped)?.map_err(|error| fault(error, text))?;
        let mut stream = pin!(stream);
        let mut ran = Ran { counted: None, cut: false };
        let mut wants_more = true;
        while let Some(message) =
            answer(stream.next(), self.stop, || self.cancel()).await.ok_or(Fault::Stopped)?
        {
            match message.map_err(|error| fault(error, text))? {
                SimpleQueryMessage::RowDescription(columns) => {
                    let names: Vec<String> = columns.iter().map(|column| column.name().to_owned()).collect();
                    if !names.is_empty() {
                        rows.columns(&names);
                    }
                }
                SimpleQueryMessage::Row(row) if wants_more && !row.is_empty() => {
                    let cells = (0..row.len()).map(|at| cell(row.get(at), kinds.get(at))).collect();
                    wants_more = rows.row(cells);
                }
                SimpleQueryMessage::CommandComplete(count) => ran.counted = Some(count),
                _ => {}
            }
            let stops = self.stop.load(Ordering::Relaxed);
            if stops || !wants_more && !writes {
                self.cancel().await;
                ran.cut = true;
                return if stops { Err(Fault::Stopped) } else { Ok(ran) };
            }
        }
        Ok(ran)
    }

    /// Asks the server, over a second connection, to end what this session runs.
    async fn cancel(&self) {
        let cancelling = async {
            let (client, connection) = server::raw(self.target).await.ok()?;
            let driver = tokio::spawn(connection);
            let text = format!("SELECT pg_cancel_backend({})", self.live.pid);
            client.batch_execute(&text).await.ok()?;
            drop(client);
            driver.await.ok()
        };
        // Where it cannot be asked, it ends the statement when it finds that the session is gone.
        let _ = timeout(FAREWELL, cancelling).await;
    }
}

fn fault(error: tokio_postgres::Error, text: &str) -> Fault {
    match error.as_db_error() {
        Some(told) if *told.code() == SqlState::READ_ONLY_SQL_TRANSACTION => Fault::Writes,
        Some(told) if *told.code() == SqlState::ADMIN_SHUTDOWN => Fault::Broken(told.message().into()),
        Some(told) => refused(told, text),
        None => Fault::Broken(Box::new(error)),
    }
}

fn refused(told: &DbError, text: &str) -> Fault {
    let line = match told.position() {
        // In characters, from 1.
        Some(ErrorPosition::Original(at)) => {
            let bytes = text.char_indices().nth((*at as usize).saturating_sub(1)).map(|(byte, _)| byte);
            Some(line_at(text, bytes.unwrap_or(text.len())))
        }
        _ => None,
    };
    let words = match told.detail() {
        Some(detail) => format!("{} ({})", told.message(), detail.trim_end_matches('.')),
        None => told.message().to_owned(),
    };
    Fault::Refused { words, line, unknown: unknown(told.code(), told.message()) }
}

/// The name that a message is about.
fn unknown(code: &SqlState, words: &str) -> Option<Unknown> {
    if *code == SqlState::UNDEFINED_TABLE {
        return Some(Unknown::Table(between(words, "relation \"", "\"")?.to_owned()));
    }
    if *code == SqlState::UNDEFINED_COLUMN {
        return Some(Unknown::Column(between(words, "column ", " ")?.trim_matches('"').to_owned()));
    }
    None
}

fn cell(text: Option<&str>, kind: Option<&Type>) -> Cell {
    let Some(text) = text else { return Cell::Null };
    let other = || Cell::Text(text.to_owned());
    match kind {
        Some(&(Type::INT2 | Type::INT4 | Type::INT8 | Type::OID)) => {
            text.parse().map_or_else(|_| other(), Cell::Integer)
        }
        Some(&(Type::FLOAT4 | Type::FLOAT8 | Type::NUMERIC)) => Cell::number(text),
        Some(&Type::BOOL) => Cell::Bool(text == "t"),
        Some(&Type::BYTEA) => text.strip_prefix("\\x").and_then(bytes).map_or_else(other, Cell::Bytes),
        _ => other(),
    }
}

fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_kept() {
        assert_eq!(cell(None, Some(&Type::INT4)), Cell::Null);
        assert_eq!(cell(Some("-7"), Some(&Type::INT8)), Cell::Integer(-7));
        assert_eq!(cell(Some("1.50"), Some(&Type::NUMERIC)), Cell::Number("1.50".to_owned()));
        assert_eq!(cell(Some("NaN"), Some(&Type::FLOAT8)), Cell::Text("NaN".to_owned()));
        assert_eq!(cell(Some("f"), Some(&Type::BOOL)), Cell::Bool(false));
        assert_eq!(cell(Some("\\x00ff"), Some(&Type::BYTEA)), Cell::Bytes(vec![0, 255]));
    }

    #[test]
    fn an_unknown_name_is_found_in_the_message() {
        let table = unknown(&SqlState::UNDEFINED_TABLE, "relation \"usres\" does not exist");
        assert_eq!(table, Some(Unknown::Table("usres".to_owned())));
        let column = unknown(&SqlState::UNDEFINED_COLUMN, "column u.nam does not exist");
        assert_eq!(column, Some(Unknown::Column("u.nam".to_owned())));
        let column =
            unknown(&SqlState::UNDEFINED_COLUMN, "column \"nam\" of relation \"users\" does not exist");
        assert_eq!(column, Some(Unknown::Column("nam".to_owned())));
        assert_eq!(unknown(&SqlState::SYNTAX_ERROR, "syntax error"), None);
    }
}
