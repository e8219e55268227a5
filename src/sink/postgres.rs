//! PostgreSQL: each portion is one COPY of binary rows in one transaction, over two connections side by side.
//!
//! Constraints and indexes are parked while the rows go in: a key that is kept costs more than the rows, and a
//! foreign key twenty times as much. They come back afterwards, foreign keys first unvalidated and then held
//! against the rows by the server, so that nothing is taken on trust.

mod definitions;
mod hold;

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::SinkExt;
use tokio_postgres::{Client, CopyInSink, SimpleQueryMessage};

use super::bulk::{
    Bulk, BulkError, Coming, ForeignKey, Hold, Kept, Parked, Portions, Problem, Stage, Strange, TextRow,
    column_list, names_of, number, one, unreadable,
};
use super::copy_binary::{CopyBinary, HEAD, SmallColumns, TAIL};
use super::{Batch, Sink};
use crate::database::postgres::{self, literal};
use crate::database::postgres::{HELPER_LOCK, LOCK};
use crate::database::{Runtime, Target};
use crate::edition::Table;
use crate::sink::Result;
use definitions::{AUTOVACUUM_OPTION, is_validated, statements};

/// Both connections work all the time, so workers of the server would only be in their way. A commit need not wait
/// for the disk: what a crash of the server takes away is the end of a load, its record included, and that load goes
/// on from there; the last commit drops tables, which the server always makes durable, with all before it.
const SESSION: &str = "SET max_parallel_maintenance_workers = 0; SET max_parallel_workers_per_gather = 0; SET jit = off; \
     SET synchronous_commit = off; SET standard_conforming_strings = on; SET statement_timeout = 0; SET lock_timeout = '60s'; \
     SET idle_in_transaction_session_timeout = 0; SET default_transaction_read_only = off; \
     SET default_transaction_isolation = 'read committed'";

/// Sorting in pieces of this size, and hashing in pieces of a quarter, stays in the processor's cache: a fifth to a
/// half faster than at once in memory.
const SORT_KIB: u64 = 8 << 10;
const HASH_KIB: u64 = 2 << 10;
const MOST_KIB: u64 = 256 << 10;

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
    /// Last: the connection lives on it.
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

    fn deliver(&mut self, table: &'static Table, batch: &mut Batch) -> Result<()> {
        let copy = self.copy.as_mut().expect("`begin` opens the COPY that `deliver` feeds");
        let mut rows = Bytes::from(std::mem::take(&mut batch.buffer.bytes));
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

    /// The extended protocol takes no second statement.
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

    /// Partitions and children hold rows of their own, which a table's name means as well.
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
            let words = format!("only the owner of {table}, {owner}, may take its keys away");
            return Err(BulkError::new(Problem::NotAllowed, words));
        }
        let strange = |table: &&'static Table| {
            let found = found.iter().find(|row| row[0].as_deref() == Some(table.name));
            let what = found.map_or_else(|| Some("not there".to_owned()), |row| row[1].clone());
            what.map(|what| Strange { table: table.name, what })
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

    /// Keys, plain indexes, and every foreign key that starts or ends at one of the tables, also of tables that
    /// are not ours: the key that it needs is parked too. And autovacuum, unless a table says of itself whether it
    /// wants it: it would find many new rows, and its lock would keep ours waiting for a second each time.
    fn parked(&mut self, tables: &[&'static Table]) -> Result<Vec<Parked>, BulkError> {
        // With nothing in the path the server names every table with its schema.
        let ours = self.rows(&relations(tables))?.into_iter().flatten().flatten().collect::<Vec<_>>();
        let ours = if ours.is_empty() { "NULL".to_owned() } else { ours.join(", ") };
        self.run("BEGIN; SET LOCAL search_path = pg_catalog")?;
        let read = self.definitions(&ours);
        self.run("ROLLBACK")?;
        let mut parked = Vec::new();
        for kept in read? {
            match self.remade(kept.clone(), tables) {
                Some(made) => parked.push(made),
                None => return Err(unreadable(&kept)),
            }
        }
        // An index that belongs to a key goes with it.
        let keys: Vec<_> =
            parked.iter().filter(|parked| parked.kept.stage == Stage::Key).map(named).collect();
        for index in parked.iter_mut().filter(|parked| parked.kept.stage == Stage::Index) {
            if keys.contains(&named(index)) {
                index.drop.clear();
            }
        }
        parked.sort_by_key(|parked| parked.kept.stage);
        Ok(parked)
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

    /// The lock is of use only when nobody works any more for the one who had it.
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

    fn attend(&mut self) -> Result<(), BulkError> {
        let (class, helper) = HELPER_LOCK;
        self.run(&format!("SELECT pg_advisory_lock_shared({class}, {helper})"))
    }

    fn expect(&mut self, portions: VecDeque<Coming>) {
        self.portions = Portions::new(portions);
    }

    /// TRUNCATE refuses a table that another refers to, even if that one is empty.
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
    /// Everything that is parked with these tables (their oids), read while the path holds nothing.
    fn definitions(&mut self, ours: &str) -> Result<Vec<Kept>, BulkError> {
        let constraints = self.rows(&format!(
            "SELECT k.contype, n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid), \
             CASE WHEN k.contype IN ('p', 'u') AND NOT i.indisexclusion THEN pg_get_indexdef(k.conindid) END, \
             concat_ws(' ', CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, 'USING INDEX', quote_ident(k.conname), \
             CASE WHEN k.condeferrable THEN 'DEFERRABLE' END, CASE WHEN k.condeferred THEN 'INITIALLY DEFERRED' END), \
             CASE WHEN NOT pg_has_role(c.relowner, 'USAGE') THEN pg_get_userbyid(c.relowner) END \
             FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace \
             LEFT JOIN pg_index i ON i.indexrelid = k.conindid WHERE (k.contype IN ('p', 'u', 'x') AND k.conrelid IN ({ours})) \
             OR (k.contype = 'f' AND k.conparentid = 0 AND (k.conrelid IN ({ours}) OR k.confrelid IN ({ours}))) \
             ORDER BY k.contype = 'f', k.oid"
        ))?;
        let indexes = self.rows(&format!(
            "SELECT n.nspname, c.relname, x.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid \
             JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_class x ON x.oid = i.indexrelid \
             WHERE i.indrelid IN ({ours}) AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid \
             AND k.contype IN ('p', 'u', 'x')) ORDER BY i.indexrelid"
        ))?;
        let vacuumed = self.rows(&format!(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.oid IN ({ours}) AND NOT EXISTS ({AUTOVACUUM_OPTION}) ORDER BY c.oid"
        ))?;
        let mut found = Vec::new();
        for row in constraints {
            let Ok(
                [
                    Some(kind),
                    Some(schema),
                    Some(table),
                    Some(name),
                    Some(definition),
                    index,
                    Some(using_index),
                    owner,
                ],
            ) = <[Option<String>; 8]>::try_from(row)
            else {
                continue;
            };
            if let Some(owner) = owner {
                let words = format!(
                    "{name} of {table} has to go while rows come in, and only the owner of {table}, {owner}, may take it away"
                );
                return Err(BulkError::new(Problem::NotAllowed, words));
            }
            let kept = |stage, definition| {
                let (schema, table, name) = (schema.clone(), table.clone(), name.clone());
                Kept { stage, schema, table, name, definition }
            };
            if kind == "f" {
                if is_validated(&definition) {
                    found.push(kept(Stage::Validation, String::new()));
                }
                found.push(kept(Stage::ForeignKey, definition));
                continue;
            }
            // The index goes with the key; it is built under a lock that other indexes of the table share.
            let definition = if index.is_some() { using_index } else { definition };
            found.extend(index.map(|index| kept(Stage::Index, index)));
            found.push(kept(Stage::Key, definition));
        }
        for row in indexes {
            if let Ok([Some(schema), Some(table), Some(name), Some(definition)]) =
                <[Option<String>; 4]>::try_from(row)
            {
                found.push(Kept { stage: Stage::Index, schema, table, name, definition });
            }
        }
        for row in vacuumed {
            if let Ok([Some(schema), Some(table)]) = <[Option<String>; 2]>::try_from(row) {
                let (name, definition) = (table.clone(), String::new());
                found.push(Kept { stage: Stage::Autovacuum, schema, table, name, definition });
            }
        }
        Ok(found)
    }

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

fn named(parked: &Parked) -> (String, String) {
    (parked.kept.schema.clone(), parked.kept.name.clone())
}

/// The query for the relations that tables are.
fn relations(tables: &[&'static Table]) -> String {
    format!(
        "SELECT c.oid FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND c.relname IN ({})",
        names_of(tables)
    )
}

/// KiB for the sort of an index: as little as lets one pass merge its pieces, one for each 272 KiB of the memory
/// (the server keeps such a buffer for each), of about 1.7 bytes to sort for each byte of a table.
fn sort_memory(table_bytes: u64) -> u64 {
    let sorted_kib = table_bytes as f64 * 1.7 / 1024.0;
    ((sorted_kib * 272.0).sqrt() as u64).clamp(SORT_KIB, MOST_KIB)
}

/// KiB for the hash table of a validation: the more rows, the larger its pieces, so that they do not become too many.
fn hash_memory(table_bytes: u64) -> u64 {
    (table_bytes / 64 / 1024).clamp(HASH_KIB, MOST_KIB)
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
