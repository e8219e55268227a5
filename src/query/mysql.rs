//! Queries on MySQL and MariaDB. For reading, the session and each transaction only read, and a prepared statement is one
//! statement.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use mysql_async::consts::ColumnType;
use mysql_async::prelude::{Protocol, Queryable};
use mysql_async::{Column, Conn, QueryResult, ServerError, Value};
use tokio::time::timeout;

use super::session::{Fault, Session, Unknown, between};
use super::waiting::{FAREWELL, answer};
use super::{Access, Cell, Rows};
use crate::database::mysql as server;
use crate::database::{DatabaseError, Runtime, Target};

/// A statement that ends the transaction around it must not write either.
const READ_ONLY: &str = "SET SESSION TRANSACTION READ ONLY";
/// The number of the character set of bytes that are no text.
const BINARY: u16 = 63;

pub(super) struct Mysql {
    target: Target,
    access: Access,
    stop: Arc<AtomicBool>,
    /// None after it was left, until it is opened again.
    conn: Option<Conn>,
    /// Keep this field last: the connection lives on it.
    runtime: Runtime,
}

/// What became of a statement.
struct Ran {
    counted: Option<u64>,
    /// No more rows were wanted, and the server may still send some.
    cut: bool,
}

impl Mysql {
    pub(super) fn open(
        target: &Target,
        access: Access,
        stop: Arc<AtomicBool>,
    ) -> Result<Mysql, DatabaseError> {
        let runtime = Runtime::new(target)?;
        let conn = Some(runtime.run(open(target, access))?);
        Ok(Mysql { target: target.clone(), access, stop, conn, runtime })
    }

    fn take(&mut self) -> Result<Conn, Fault> {
        match self.conn.take() {
            Some(conn) => Ok(conn),
            None => Ok(self.runtime.run(open(&self.target, self.access))?),
        }
    }

    /// Ends a session; what it has not committed is rolled back.
    fn leave(&self, conn: Conn) {
        let _ = self.runtime.run(async { timeout(FAREWELL, conn.disconnect()).await });
    }

    /// Keeps the session, unless nothing is known of it any more.
    fn keep<T>(&mut self, conn: Conn, done: &Result<T, Fault>) {
        match done {
            Err(Fault::Stopped | Fault::Broken(_)) => self.leave(conn),
            _ => self.conn = Some(conn),
        }
    }
}

impl Session for Mysql {
    fn run(&mut self, statement: &str, rows: &mut dyn Rows) -> Result<Option<u64>, Fault> {
        let mut conn = self.take()?;
        let asking = Asking { id: conn.id(), target: &self.target, stop: &self.stop };
        let done = self.runtime.run(async {
            match self.access {
                Access::Read => asking.reading(&mut conn, statement, rows).await,
                Access::Write => asking.statement(&mut conn, statement, rows, true).await,
            }
        });
        match done {
            Ok(Ran { counted, cut: true }) => {
                self.leave(conn);
                Ok(counted)
            }
            done => {
                self.keep(conn, &done);
                done.map(|ran| ran.counted)
            }
        }
    }

    fn control(&mut self, text: &str) -> Result<(), Fault> {
        let mut conn = self.take()?;
        let asking = Asking { id: conn.id(), target: &self.target, stop: &self.stop };
        let done = self.runtime.run(asking.control(&mut conn, text));
        self.keep(conn, &done);
        done
    }

    fn names(&self) -> &'static str {
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE() \
         ORDER BY table_name, ordinal_position"
    }
}

impl Drop for Mysql {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.leave(conn);
        }
    }
}

async fn open(target: &Target, access: Access) -> Result<Conn, DatabaseError> {
    let mut conn = server::raw(target).await?;
    if access == Access::Read {
        conn.query_drop(READ_ONLY).await.map_err(|source| DatabaseError::Server {
            target: target.to_string(),
            action: "setting the session up",
            source: Box::new(source),
        })?;
    }
    Ok(conn)
}

/// A session that is asked something.
struct Asking<'a> {
    /// Its number on the server.
    id: u32,
    target: &'a Target,
    stop: &'a AtomicBool,
}

impl Asking<'_> {
    async fn control(&self, conn: &mut Conn, text: &str) -> Result<(), Fault> {
        let done = answer(conn.query_drop(text), self.stop, || self.cancel()).await;
        done.ok_or(Fault::Stopped)?.map_err(fault)
    }

    async fn reading(&self, conn: &mut Conn, text: &str, rows: &mut dyn Rows) -> Result<Ran, Fault> {
        self.control(conn, "START TRANSACTION READ ONLY").await?;
        let ran = self.statement(conn, text, rows, false).await;
        let is_usable = match &ran {
            Ok(ran) => !ran.cut,
            Err(fault) => !matches!(fault, Fault::Stopped | Fault::Broken(_)),
        };
        if is_usable {
            self.control(conn, "ROLLBACK").await?;
        }
        ran
    }

    /// Runs one statement. One that writes is never cut short: its rows are dropped where they are not wanted.
    async fn statement(
        &self,
        conn: &mut Conn,
        text: &str,
        rows: &mut dyn Rows,
        writes: bool,
    ) -> Result<Ran, Fault> {
        let prepared = answer(conn.prep(text), self.stop, || self.cancel()).await.ok_or(Fault::Stopped)?;
        let prepared = match prepared {
            Ok(prepared) => prepared,
            // The protocol of prepared statements does not know it. In a comment that the server runs there may be others.
            Err(mysql_async::Error::Server(told))
                if told.code == 1295 && (writes || !text.contains("/*")) =>
            {
                let result = answer(conn.query_iter(text), self.stop, || self.cancel()).await;
                let result = result.ok_or(Fault::Stopped)?.map_err(fault)?;
                return self.rows(result, rows, writes).await;
            }
            Err(error) => return Err(fault(error)),
        };
        if prepared.num_params() > 0 {
            let _ = conn.close(prepared).await;
            return Err(Fault::Parameters);
        }
        let result = answer(conn.exec_iter(&prepared, ()), self.stop, || self.cancel()).await;
        let ran = self.rows(result.ok_or(Fault::Stopped)?.map_err(fault)?, rows, writes).await?;
        if !ran.cut {
            conn.close(prepared).await.map_err(fault)?;
        }
        Ok(ran)
    }

    async fn rows<P: Protocol>(
        &self,
        mut result: QueryResult<'_, 'static, P>,
        rows: &mut dyn Rows,
        writes: bool,
    ) -> Result<Ran, Fault> {
        let columns: Vec<Column> = result.columns_ref().to_vec();
        if !columns.is_empty() {
            let names: Vec<String> = columns.iter().map(|column| column.name_str().into_owned()).collect();
            rows.columns(&names);
        }
        let mut wants_more = true;
        loop {
            let next = answer(result.next(), self.stop, || self.cancel()).await.ok_or(Fault::Stopped)?;
            let Some(row) = next.map_err(fault)? else { break };
            if wants_more {
                let values = row.unwrap_raw().into_iter().zip(&columns);
                wants_more = rows.row(values.map(|(value, column)| cell(value, column)).collect());
            }
            let stops = self.stop.load(Ordering::Relaxed);
            if stops || !wants_more && !writes {
                self.cancel().await;
                return if stops { Err(Fault::Stopped) } else { Ok(Ran { counted: None, cut: true }) };
            }
        }
        let counted = Some(result.affected_rows());
        // A procedure may have more results.
        let rest = answer(result.drop_result(), self.stop, || self.cancel()).await;
        rest.ok_or(Fault::Stopped)?.map_err(fault)?;
        Ok(Ran { counted, cut: false })
    }

    /// Asks the server, over a second connection, to end what this session runs.
    async fn cancel(&self) {
        let cancelling = async {
            let mut second = server::raw(self.target).await.ok()?;
            let _ = second.query_drop(format!("KILL QUERY {}", self.id)).await;
            second.disconnect().await.ok()
        };
        // Where it cannot be asked, it ends the statement when it finds that the session is gone.
        let _ = timeout(FAREWELL, cancelling).await;
    }
}

fn fault(error: mysql_async::Error) -> Fault {
    match error {
        mysql_async::Error::Server(told) => match told.code {
            1792 => Fault::Writes,
            // The server or the session is ended.
            1053 | 1077 | 1079 | 1927 | 3169 => Fault::Broken(told.message.into()),
            _ => {
                let unknown = unknown(&told);
                let (words, line) = without_line(told.message);
                Fault::Refused { words, line, unknown }
            }
        },
        other => Fault::Broken(Box::new(other)),
    }
}

/// A message without the line that it ends with; that line of the statement, from 0.
fn without_line(words: String) -> (String, Option<usize>) {
    let found = words.rsplit_once(" at line ").and_then(|(before, number)| {
        Some((before.to_owned(), number.trim().parse::<usize>().ok()?.checked_sub(1)?))
    });
    match found {
        Some((before, line)) => (before, Some(line)),
        None => (words, None),
    }
}

/// The name that a message is about.
fn unknown(told: &ServerError) -> Option<Unknown> {
    let name = between(&told.message, "'", "'")?.to_owned();
    match told.code {
        1146 => Some(Unknown::Table(name)),
        1054 => Some(Unknown::Column(name)),
        _ => None,
    }
}

fn cell(value: Option<Value>, column: &Column) -> Cell {
    let kind = column.column_type();
    match value.unwrap_or(Value::NULL) {
        Value::NULL => Cell::Null,
        Value::Int(number) => Cell::Integer(number),
        Value::UInt(number) => {
            i64::try_from(number).map_or_else(|_| Cell::number(&number.to_string()), Cell::Integer)
        }
        // As its digits say: the same number in more digits would be another one.
        Value::Float(number) => Cell::float(number.to_string().parse().unwrap_or(f64::from(number))),
        Value::Double(number) => Cell::float(number),
        Value::Date(year, month, day, hour, minute, second, micros) => {
            let date = format!("{year:04}-{month:02}-{day:02}");
            Cell::Text(match kind {
                ColumnType::MYSQL_TYPE_DATE => date,
                _ => format!("{date} {hour:02}:{minute:02}:{second:02}{}", fraction(micros)),
            })
        }
        Value::Time(negative, days, hours, minutes, seconds, micros) => {
            let sign = if negative { "-" } else { "" };
            let hours = days * 24 + u32::from(hours);
            Cell::Text(format!("{sign}{hours:02}:{minutes:02}:{seconds:02}{}", fraction(micros)))
        }
        Value::Bytes(bytes) => of_bytes(bytes, kind, column.character_set()),
    }
}

/// What comes as bytes: texts, and over the plain protocol everything.
fn of_bytes(bytes: Vec<u8>, kind: ColumnType, character_set: u16) -> Cell {
    use ColumnType::{
        MYSQL_TYPE_BIT, MYSQL_TYPE_BLOB, MYSQL_TYPE_DECIMAL, MYSQL_TYPE_DOUBLE, MYSQL_TYPE_FLOAT,
        MYSQL_TYPE_GEOMETRY, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG, MYSQL_TYPE_LONG_BLOB, MYSQL_TYPE_LONGLONG,
        MYSQL_TYPE_MEDIUM_BLOB, MYSQL_TYPE_NEWDECIMAL, MYSQL_TYPE_SHORT, MYSQL_TYPE_STRING, MYSQL_TYPE_TINY,
        MYSQL_TYPE_TINY_BLOB, MYSQL_TYPE_VAR_STRING, MYSQL_TYPE_YEAR,
    };
    match kind {
        MYSQL_TYPE_BIT => {
            Cell::Integer(bytes.iter().fold(0, |number, byte| (number << 8) | i64::from(*byte)))
        }
        MYSQL_TYPE_GEOMETRY => Cell::Bytes(bytes),
        MYSQL_TYPE_TINY_BLOB
        | MYSQL_TYPE_BLOB
        | MYSQL_TYPE_MEDIUM_BLOB
        | MYSQL_TYPE_LONG_BLOB
        | MYSQL_TYPE_STRING
        | MYSQL_TYPE_VAR_STRING
            if character_set == BINARY =>
        {
            Cell::Bytes(bytes)
        }
        MYSQL_TYPE_DECIMAL
        | MYSQL_TYPE_NEWDECIMAL
        | MYSQL_TYPE_FLOAT
        | MYSQL_TYPE_DOUBLE
        | MYSQL_TYPE_TINY
        | MYSQL_TYPE_SHORT
        | MYSQL_TYPE_INT24
        | MYSQL_TYPE_LONG
        | MYSQL_TYPE_LONGLONG
        | MYSQL_TYPE_YEAR => {
            let text = String::from_utf8_lossy(&bytes);
            text.parse().map_or_else(|_| Cell::number(&text), Cell::Integer)
        }
        _ => Cell::text(bytes),
    }
}

fn fraction(micros: u32) -> String {
    match micros {
        0 => String::new(),
        micros => format!(".{micros:06}").trim_end_matches('0').to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_kept() {
        let column = |kind| Column::new(kind);
        let of = |value, kind| cell(Some(value), &column(kind));
        let time = Value::Date(2023, 1, 2, 3, 4, 5, 250_000);
        assert_eq!(
            of(time.clone(), ColumnType::MYSQL_TYPE_DATETIME),
            Cell::Text("2023-01-02 03:04:05.25".to_owned())
        );
        assert_eq!(of(time, ColumnType::MYSQL_TYPE_DATE), Cell::Text("2023-01-02".to_owned()));
        let decimal = of(Value::Bytes(b"1.50".to_vec()), ColumnType::MYSQL_TYPE_NEWDECIMAL);
        assert_eq!(decimal, Cell::Number("1.50".to_owned()));
        assert_eq!(of(Value::Bytes(b"7".to_vec()), ColumnType::MYSQL_TYPE_LONG), Cell::Integer(7));
        assert_eq!(of(Value::Bytes(vec![1, 0]), ColumnType::MYSQL_TYPE_BIT), Cell::Integer(256));
        assert_eq!(of(Value::Float(0.1), ColumnType::MYSQL_TYPE_FLOAT), Cell::Number("0.1".to_owned()));
        let largest = of(Value::UInt(u64::MAX), ColumnType::MYSQL_TYPE_LONGLONG);
        assert_eq!(largest, Cell::Number(u64::MAX.to_string()));
        assert_eq!(cell(None, &column(ColumnType::MYSQL_TYPE_LONG)), Cell::Null);
    }

    #[test]
    fn a_message_names_its_line() {
        let split = |words: &str| without_line(words.to_owned());
        assert_eq!(split("near 'FORM users' at line 3"), ("near 'FORM users'".to_owned(), Some(2)));
        assert_eq!(
            split("Table 'd.usres' doesn't exist"),
            ("Table 'd.usres' doesn't exist".to_owned(), None)
        );
    }
}
