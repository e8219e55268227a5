//! PostgreSQL: each portion is one COPY of binary rows in one transaction, over two parallel connections.
//!
//! Constraints and indexes are parked while the rows are loaded: maintaining a key costs more than
//! the rows, and a foreign key twenty times as much. They are put back afterwards, foreign keys first
//! unvalidated and then validated by the server against the rows, so that nothing is taken on trust.

mod constraints;
mod definitions;
mod hold;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::SinkExt;
use tokio_postgres::{Client, CopyInSink, SimpleQueryMessage};

use super::bulk::{
    Bulk, BulkError, ForeignKey, Hold, Kept, Parked, PortionSpec, Portions, Problem, Stage, Strange, TextRow,
    column_list, names_of, number, one,
};
use super::copy_binary::{CopyBinary, HEAD, SmallColumns, TAIL};
use super::{Batch, Sink};
use crate::database::postgres::{self, literal};
use crate::database::postgres::{HELPER_LOCK, LOCK};
use crate::database::{Runtime, Target};
use crate::edition::Table;
use crate::format::Buffer;
use crate::sink::Result;
use definitions::statements;

/// Both connections are always busy, so the server's parallel workers would only slow them down. A commit need not
/// wait for the disk: a crash of the server loses the end of a load together with its record, and the load resumes
/// from there. The last commit drops tables, which the server always makes durable, with everything before it.
const SESSION: &str = "SET max_parallel_maintenance_workers = 0; SET max_parallel_workers_per_gather = 0; SET jit = off; \
     SET synchronous_commit = off; SET standard_conforming_strings = on; SET statement_timeout = 0; SET lock_timeout = '60s'; \
     SET idle_in_transaction_session_timeout = 0; SET default_transaction_read_only = off; \
     SET default_transaction_isolation = 'read committed'";

/// Sorting in pieces of this size, and hashing in pieces of a quarter, stays in the processor's
/// cache: that is a fifth to a half faster than all at once in memory.
const SORT_KIB: u64 = 8 << 10;
const HASH_KIB: u64 = 2 << 10;
const MAX_KIB: u64 = 256 << 10;

/// Bytes in a message: what is copied for the socket stays in the processor's cache.
const MESSAGE: usize = 64 << 10;

/// One of the connections that load a PostgreSQL database.
pub(crate) struct PostgresBulk {
    client: Client,
    portions: Portions,
    copy: Option<Pin<Box<CopyInSink<Bytes>>>>,
    widths: Arc<SmallColumns>,
    /// The schema of our tables.
    home: String,
    /// Keep this field last: the connection lives on it.
    runtime: Runtime,
}

impl Sink for PostgresBulk {
    type Encoder = CopyBinary;

    fn encoder(&self) -> CopyBinary {
        CopyBinary::new(Arc::clone(&self.widths))
    }

    fn begin(&mut self, table: &'static Table) -> Result<()> {
        self.portions.begin();
        let copy = format!("COPY {} ({}) FROM STDIN (FORMAT BINARY)", table.name, column_list(table));
        let begun = self.runtime.run(async {
            self.client.batch_execute("BEGIN").await?;
            let mut sink = Box::pin(self.client.copy_in::<_, Bytes>(&copy).await?);
            sink.feed(Bytes::from_static(HEAD)).await?;
            Ok(sink)
        });
        self.copy = Some(begun.map_err(|e| loading(table, e))?);
        Ok(())
    }

    fn deliver(&mut self, table: &'static Table, batch: &mut Batch<Buffer>) -> Result<()> {
        let copy = self.copy.as_mut().expect("`begin` opens the COPY that `deliver` feeds");
        let mut rows = Bytes::from(std::mem::take(&mut batch.chunk.bytes));
        let sent = self.runtime.run(async {
            while !rows.is_empty() {
                copy.send(rows.split_to(rows.len().min(MESSAGE))).await?;
            }
            Ok(())
        });
        sent.map_err(|e| loading(table, e))?;
        self.portions.add(batch);
        Ok(())
    }

    fn end(&mut self, table: &'static Table) -> Result<()> {
        let mut copy = self.copy.take().expect("`begin` opens the COPY that `end` closes");
        let taken = self.runtime.run(async {
            copy.feed(Bytes::from_static(TAIL)).await?;
            copy.as_mut().finish().await
        });
        let taken = taken.map_err(|e| loading(table, e))?;
        if taken != self.portions.rows() {
            let words = format!("{} rows were sent and {taken} are in", self.portions.rows());
            let error = BulkError::new(Problem::Mismatch, words);
            return Err(error.while_doing(format!("loading {}", table.name)).into());
        }
        let close = format!("{}; COMMIT", self.portions.record(table));
        self.runtime.run(self.client.batch_execute(&close)).map_err(|e| loading(table, e))?;
        Ok(())
    }
}

impl Bulk for PostgresBulk {
    const LANES: usize = 2;
    const VALIDATES: bool = true;
    const CONNECTION: Option<&str> = Some("SELECT pg_backend_pid()");
    const ROW_BYTES: u64 = 90;

    fn open(target: &Target) -> Result<Self, BulkError> {
        let refused = |e: crate::database::DatabaseError| {
            BulkError::new(Problem::Lost, chain(&e)).while_doing("connecting")
        };
        let runtime = Runtime::new(target).map_err(refused)?;
        let client = runtime.run(async {
            let (client, connection) = postgres::raw(target).await.map_err(refused)?;
            tokio::spawn(connection);
            client.batch_execute(SESSION).await.map_err(problem)?;
            Ok::<_, BulkError>(client)
        })?;
        let mut bulk = Self {
            client,
            portions: Portions::default(),
            copy: None,
            widths: Arc::default(),
            home: String::new(),
            runtime,
        };
        bulk.home = one(&mut bulk, "SELECT current_schema()")?.unwrap_or_default();
        bulk.widths = Arc::new(bulk.widths()?);
        Ok(bulk)
    }

    fn literal(text: &str) -> String {
        literal(text)
    }

    fn run(&mut self, sql: &str) -> Result<(), BulkError> {
        self.runtime.run(self.client.batch_execute(sql)).map_err(problem)
    }

    /// The extended protocol accepts no second statement.
    fn run_one(&mut self, sql: &str) -> Result<(), BulkError> {
        self.runtime.run(self.client.execute(sql, &[])).map(drop).map_err(problem)
    }

    fn rows(&mut self, sql: &str) -> Result<Vec<TextRow>, BulkError> {
        let messages = self.runtime.run(self.client.simple_query(sql)).map_err(problem)?;
        let rows = messages.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|i| row.get(i).map(str::to_owned)).collect())
            }
            _ => None,
        });
        Ok(rows.collect())
    }

    /// Refuses partitions and children: they hold separate rows, which a table's name includes.
    fn strange(&mut self, tables: &[&'static Table]) -> Result<Vec<Strange>, BulkError> {
        let found = self.rows(&format!(
            "SELECT c.relname, CASE c.relkind WHEN 'v' THEN 'a view' WHEN 'm' THEN 'a materialized view' WHEN 'f' THEN 'a foreign table' \
             WHEN 'p' THEN 'a partitioned table' WHEN 'r' THEN CASE WHEN c.relispartition THEN 'a partition of another table' \
             WHEN row_security_active(c.oid) THEN 'under row-level security, which lets this account see a part of its rows only' \
             WHEN c.relhassubclass THEN (SELECT 'the parent of ' || i.inhrelid::regclass || ', whose rows its name means as well' \
             FROM pg_inherits i WHERE i.inhparent = c.oid LIMIT 1) END ELSE 'no table' END, \
             CASE WHEN NOT pg_has_role(c.relowner, 'USAGE') THEN pg_get_userbyid(c.relowner) END FROM pg_class c WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND c.relname IN ({})",
            names_of(tables)
        ))?;
        if let Some([Some(table), _, Some(owner)]) =
            found.iter().map(|row| &row[..]).find(|row| row[2].is_some())
        {
            let words = format!("only the owner of {table}, {owner}, may drop its keys");
            return Err(BulkError::new(Problem::NotAllowed, words));
        }
        let strange =
            |table: &&'static Table| match found.iter().find(|row| row[0].as_deref() == Some(table.name)) {
                None => Some(Strange::missing(table.name)),
                Some(row) => row[1].clone().map(|what| Strange::other(table.name, what)),
            };
        Ok(tables.iter().filter_map(strange).collect())
    }

    fn stranger(&mut self, tables: &[&str]) -> Result<Option<(String, String)>, BulkError> {
        let found = self.rows(&postgres::strangers(tables))?;
        Ok(found.into_iter().find_map(|row| {
            let mut cells = row.into_iter();
            Some((cells.next()??, cells.next()??))
        }))
    }

    fn parkable(&mut self, tables: &[&'static Table]) -> Result<Vec<Parked>, BulkError> {
        constraints::parkable(self, tables)
    }

    fn remade(&self, kept: Kept, tables: &[&'static Table]) -> Option<Parked> {
        statements(kept, &self.home, tables)
    }

    fn bytes_of(&mut self, kept: &Kept) -> Result<u64, BulkError> {
        let sql = format!(
            "SELECT pg_relation_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = {} AND c.relname = {}",
            literal(&kept.schema),
            literal(&kept.table)
        );
        Ok(number(self, &sql)?.unwrap_or(0))
    }

    fn put_back(&mut self, parked: &Parked, bytes: u64) -> Result<(), BulkError> {
        let memory = match parked.kept.stage {
            Stage::Validation => hash_memory(bytes),
            _ => sort_memory(bytes),
        };
        self.run(&format!("SET maintenance_work_mem = {memory}"))?;
        self.run_one(&parked.restore)
    }

    fn hold(&mut self, hold: &Hold<'_>) -> Result<(), BulkError> {
        hold::hold(self, hold)
    }

    fn release(&mut self) -> Result<(), BulkError> {
        self.run("COMMIT")
    }

    fn last_id(&mut self, table: &Table) -> Result<i64, BulkError> {
        hold::last_id(self, table)
    }

    fn reserve(&mut self, table: &Table, last: i64) -> Result<(), BulkError> {
        hold::reserve(self, table, last)
    }

    fn foreign_keys(&mut self, tables: &[&'static Table]) -> Result<Vec<ForeignKey>, BulkError> {
        hold::foreign_keys(self, tables)
    }

    fn look_ourselves(&mut self, tables: &[&'static Table], wanted: bool) -> Result<bool, BulkError> {
        hold::look_ourselves(self, tables, wanted)
    }

    fn has_table(&mut self, table: &str) -> Result<bool, BulkError> {
        let sql = format!(
            "SELECT 1 FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
             AND relkind = 'r' AND relname = {}",
            literal(table)
        );
        Ok(!self.rows(&sql)?.is_empty())
    }

    /// The lock counts only if no connection still works for its previous holder.
    fn try_lock(&mut self) -> Result<bool, BulkError> {
        let (class, object) = LOCK;
        let locked = one(self, &format!("SELECT pg_try_advisory_lock({class}, {object})"))?;
        if locked.as_deref() != Some("t") {
            return Ok(false);
        }
        let (class, helper) = HELPER_LOCK;
        let helpers = self.rows(&format!(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = {class} AND objid = {helper} AND objsubid = 2 \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ))?;
        if !helpers.is_empty() {
            self.run(&format!("SELECT pg_advisory_unlock({class}, {object})"))?;
        }
        Ok(helpers.is_empty())
    }

    fn hold_helper_lock(&mut self) -> Result<(), BulkError> {
        let (class, helper) = HELPER_LOCK;
        self.run(&format!("SELECT pg_advisory_lock_shared({class}, {helper})"))
    }

    fn expect(&mut self, portions: VecDeque<PortionSpec>) {
        self.portions = Portions::new(portions);
    }

    /// TRUNCATE refuses a table that another table refers to, even if that one is empty.
    fn empty(&mut self, tables: &[&'static Table]) -> Result<(), BulkError> {
        if self.referring(tables)?.is_empty() {
            let names: Vec<_> = tables.iter().map(|table| format!("ONLY {}", table.name)).collect();
            return self.run(&format!("TRUNCATE {} RESTART IDENTITY", names.join(", ")));
        }
        tables.iter().rev().try_for_each(|table| self.run(&format!("DELETE FROM ONLY {}", table.name)))
    }

    fn analyze(&mut self, table: &Table) -> Result<(), BulkError> {
        self.run(&format!("ANALYZE {}", table.name))
    }

    fn size(&mut self) -> Result<Option<u64>, BulkError> {
        number(self, "SELECT pg_database_size(current_database())")
    }
}

impl PostgresBulk {
    /// The format is strict: a SMALLINT takes two bytes where an INT takes four.
    fn widths(&mut self) -> Result<SmallColumns, BulkError> {
        let rows = self.rows(
            "SELECT table_name, column_name FROM information_schema.columns \
             WHERE table_schema = current_schema() AND data_type = 'smallint'",
        )?;
        let mut widths = SmallColumns::new();
        for row in rows {
            if let [Some(table), Some(column)] = &row[..] {
                widths.entry(table.clone()).or_default().push(column.clone());
            }
        }
        Ok(widths)
    }
}

/// KiB for sorting an index: the smallest size whose pieces can be merged in one pass, with one piece per 272
/// KiB of memory (the server keeps such a buffer for each), at about 1.7 bytes to sort per byte of table.
fn sort_memory(table_bytes: u64) -> u64 {
    let sorted_kib = table_bytes as f64 * 1.7 / 1024.0;
    ((sorted_kib * 272.0).sqrt() as u64).clamp(SORT_KIB, MAX_KIB)
}

/// KiB for the hash table of a validation: more rows get larger pieces, so that there are not too many.
fn hash_memory(table_bytes: u64) -> u64 {
    (table_bytes / 64 / 1024).clamp(HASH_KIB, MAX_KIB)
}

fn loading(table: &Table, error: tokio_postgres::Error) -> BulkError {
    problem(error).while_doing(format!("loading {}", table.name))
}

fn problem(error: tokio_postgres::Error) -> BulkError {
    let Some(server) = error.as_db_error() else {
        let kind = if error.is_closed() || is_io(&error) { Problem::Lost } else { Problem::Other };
        return BulkError::new(kind, chain(&error));
    };
    let code = server.code().code();
    let kind = match (code, &code[..2]) {
        ("53100", _) => Problem::Full,
        ("55P03" | "40P01" | "55006", _) => Problem::Busy,
        ("42501" | "25006", _) => Problem::NotAllowed,
        (_, "57" | "08") => Problem::Lost,
        _ => Problem::Other,
    };
    let mut words = server.message().to_owned();
    for more in [server.detail(), server.hint()].into_iter().flatten() {
        words = format!("{words}: {more}");
    }
    BulkError::new(kind, words)
}

fn is_io(error: &tokio_postgres::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<std::io::Error>())
}

/// An error with its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.ends_with(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}
