//! PostgreSQL: each portion is one COPY of binary rows in one transaction, over two connections side by side.
//!
//! Constraints and indexes are parked while the rows go in: a key that is kept costs more than the rows, and a
//! foreign key twenty times as much. They come back afterwards, foreign keys first unvalidated and then held
//! against the rows by the server, so that nothing is taken on trust.

mod hold;

use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::SinkExt;
use tokio_postgres::{Client, CopyInSink, SimpleQueryMessage};

use super::bulk::{
    Bulk, BulkError, Coming, ForeignKey, Hold, Parked, Portions, Problem, Stage, TextRow, column_list,
    literal, literals, number,
};
use super::copy_binary::{CopyBinary, HEAD, TAIL, Widths};
use super::{Batch, Sink};
use crate::Result;
use crate::database::{Runtime, Target, postgres};
use crate::edition::Table;
use crate::migration::postgres::LOCK;

/// Both connections work all the time, so workers of the server would only be in their way. A commit need not wait
/// for the disk: what a crash of the server takes away is the end of a load, its record included, and that load goes
/// on from there; the last commit drops tables, which the server always makes durable, with all before it.
const SESSION: &str = "SET max_parallel_maintenance_workers = 0; SET max_parallel_workers_per_gather = 0; SET jit = off; \
     SET synchronous_commit = off; SET statement_timeout = 0; SET lock_timeout = '60s'; \
     SET idle_in_transaction_session_timeout = 0";

/// Sorting in pieces of this size, and hashing in pieces of a quarter, stays in the processor's cache: a fifth to a
/// half faster than at once in memory.
const SORT_KIB: u64 = 8 << 10;
const HASH_KIB: u64 = 2 << 10;
const MOST_KIB: u64 = 256 << 10;

/// Of a row of pg_class: what the table says about autovacuum.
const AUTOVACUUM_OPTION: &str =
    "SELECT FROM pg_options_to_table(reloptions) WHERE option_name = 'autovacuum_enabled'";

/// Beside the lock of the class: what every connection shares that works for the one with the lock.
const ATTENDING: i32 = LOCK.1 + 1;

/// Bytes in a message: what is copied for the socket stays in the processor's cache.
const MESSAGE: usize = 64 << 10;

/// One of the connections that load a PostgreSQL database.
pub(crate) struct PostgresBulk {
    client: Client,
    portions: Portions,
    copy: Option<Pin<Box<CopyInSink<Bytes>>>>,
    widths: Arc<HashMap<String, Widths>>,
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
        let mut bulk =
            Self { client, portions: Portions::default(), copy: None, widths: Arc::default(), runtime };
        bulk.widths = Arc::new(bulk.widths()?);
        Ok(bulk)
    }

    fn run(&mut self, sql: &str) -> Result<(), BulkError> {
        self.runtime.run(self.client.batch_execute(sql)).map_err(problem)
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

    /// Keys, plain indexes, and every foreign key that starts or ends at one of the tables, also of tables that
    /// are not ours: the key that it needs is parked too. And autovacuum, unless a table says of itself whether it
    /// wants it: it would find many new rows, and its lock would keep ours waiting for a second each time.
    fn parked(&mut self, tables: &[&'static Table]) -> Result<Vec<Parked>, BulkError> {
        let ours = relations(tables);
        let constraints = self.rows(&format!(
            "SELECT k.contype, k.conrelid::regclass, quote_ident(k.conname), pg_get_constraintdef(k.oid), k.conrelid, k.convalidated, \
             CASE WHEN k.contype IN ('p', 'u') AND NOT i.indisexclusion THEN k.conindid::regclass END, pg_get_indexdef(k.conindid), \
             concat_ws(' ', CASE k.contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, 'USING INDEX', quote_ident(k.conname), \
             CASE WHEN k.condeferrable THEN 'DEFERRABLE' END, CASE WHEN k.condeferred THEN 'INITIALLY DEFERRED' END) \
             FROM pg_constraint k LEFT JOIN pg_index i ON i.indexrelid = k.conindid WHERE (k.contype IN ('p', 'u', 'x') AND k.conrelid IN ({ours})) \
             OR (k.contype = 'f' AND k.conparentid = 0 AND (k.conrelid IN ({ours}) OR k.confrelid IN ({ours}))) \
             ORDER BY k.contype = 'f', k.oid"
        ))?;
        let indexes = self.rows(&format!(
            "SELECT i.indrelid::regclass, i.indexrelid::regclass, pg_get_indexdef(i.indexrelid) FROM pg_index i \
             WHERE i.indrelid IN ({ours}) AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid \
             AND k.contype IN ('p', 'u', 'x')) ORDER BY i.indexrelid"
        ))?;
        let vacuumed = self.rows(&format!(
            "SELECT oid::regclass, oid FROM pg_class WHERE oid IN ({ours}) AND NOT EXISTS ({AUTOVACUUM_OPTION}) ORDER BY pg_class.oid"
        ))?;
        let mut parked = Vec::new();
        for row in constraints {
            let Ok(
                [
                    Some(kind),
                    Some(table),
                    Some(name),
                    Some(definition),
                    Some(oid),
                    Some(valid),
                    index,
                    index_definition,
                    Some(using_index),
                ],
            ) = <[Option<String>; 9]>::try_from(row)
            else {
                continue;
            };
            let present = format!(
                "SELECT 1 FROM pg_constraint WHERE conrelid = {oid} AND quote_ident(conname) = {}",
                literal(&name)
            );
            let drop = format!("ALTER TABLE {table} DROP CONSTRAINT {name}");
            let add = format!("ALTER TABLE {table} ADD CONSTRAINT {name}");
            if kind != "f" {
                // The index goes with the key; it is built under a lock that other indexes of the table share.
                let split = index.zip(index_definition);
                let definition = if split.is_some() { using_index } else { definition };
                if let Some((index, restore)) = split {
                    parked.push(self::index(table.clone(), index, restore, String::new()));
                }
                let restore = format!("{add} {definition}");
                parked.push(Parked { stage: Stage::Key, table, name, drop, restore, present });
                continue;
            }
            let add = format!("{add} {definition}");
            // A key that was never validated says so in its definition, and stays as it was.
            let restore = if valid == "t" { format!("{add} NOT VALID") } else { add };
            if valid == "t" {
                parked.push(Parked {
                    stage: Stage::Validation,
                    table: table.clone(),
                    name: name.clone(),
                    drop: String::new(),
                    restore: format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}"),
                    present: format!("{present} AND convalidated"),
                });
            }
            parked.push(Parked { stage: Stage::ForeignKey, table, name, drop, restore, present });
        }
        for row in indexes {
            let Ok([Some(table), Some(name), Some(restore)]) = <[Option<String>; 3]>::try_from(row) else {
                continue;
            };
            let drop = format!("DROP INDEX {name}");
            parked.push(index(table, name, restore, drop));
        }
        for row in vacuumed {
            let Ok([Some(table), Some(oid)]) = <[Option<String>; 2]>::try_from(row) else { continue };
            parked.push(Parked {
                stage: Stage::Autovacuum,
                drop: format!("ALTER TABLE {table} SET (autovacuum_enabled = off)"),
                restore: format!("ALTER TABLE {table} RESET (autovacuum_enabled)"),
                present: format!(
                    "SELECT 1 FROM pg_class WHERE oid = {oid} AND NOT EXISTS ({AUTOVACUUM_OPTION})"
                ),
                name: table.clone(),
                table,
            });
        }
        parked.sort_by_key(|parked| parked.stage);
        Ok(parked)
    }

    fn bytes_of(&mut self, table: &str) -> Result<u64, BulkError> {
        let sql = format!("SELECT pg_relation_size(to_regclass({}))", literal(table));
        Ok(number(self, &sql)?.unwrap_or(0))
    }

    fn put_back(&mut self, parked: &Parked, bytes: u64) -> Result<(), BulkError> {
        let memory = match parked.stage {
            Stage::Validation => hash_memory(bytes),
            _ => sort_memory(bytes),
        };
        self.run(&format!("SET maintenance_work_mem = {memory}"))?;
        self.run(&parked.restore)
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

    fn referring(&mut self, tables: &[&'static Table]) -> Result<Vec<String>, BulkError> {
        let ours = relations(tables);
        let names = self.rows(&format!(
            "SELECT DISTINCT conrelid::regclass::text FROM pg_constraint \
             WHERE contype = 'f' AND confrelid IN ({ours}) AND conrelid NOT IN ({ours}) ORDER BY 1"
        ))?;
        Ok(names.into_iter().flatten().flatten().collect())
    }

    fn has_table(&mut self, table: &str) -> Result<bool, BulkError> {
        let sql = format!("SELECT 1 WHERE to_regclass({}) IS NOT NULL", literal(table));
        Ok(!self.rows(&sql)?.is_empty())
    }

    /// The lock is of use only when nobody works any more for the one who had it.
    fn try_lock(&mut self) -> Result<bool, BulkError> {
        let (class, object) = LOCK;
        let locked = super::bulk::one(self, &format!("SELECT pg_try_advisory_lock({class}, {object})"))?;
        if locked.as_deref() != Some("t") {
            return Ok(false);
        }
        let attending = self.rows(&format!(
            "SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND classid = {class} AND objid = {ATTENDING} AND objsubid = 2 \
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ))?;
        if !attending.is_empty() {
            self.run(&format!("SELECT pg_advisory_unlock({class}, {object})"))?;
        }
        Ok(attending.is_empty())
    }

    fn attend(&mut self) -> Result<(), BulkError> {
        let (class, _) = LOCK;
        self.run(&format!("SELECT pg_advisory_lock_shared({class}, {ATTENDING})"))
    }

    fn expect(&mut self, portions: VecDeque<Coming>) {
        self.portions = Portions::new(portions);
    }

    /// TRUNCATE refuses a table that another refers to, even if that one is empty.
    fn empty(&mut self, tables: &[&'static Table]) -> Result<(), BulkError> {
        if self.referring(tables)?.is_empty() {
            let names: Vec<_> = tables.iter().map(|table| table.name).collect();
            return self.run(&format!("TRUNCATE {} RESTART IDENTITY", names.join(", ")));
        }
        tables.iter().rev().try_for_each(|table| self.run(&format!("DELETE FROM {}", table.name)))
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
    fn widths(&mut self) -> Result<HashMap<String, Widths>, BulkError> {
        let rows = self.rows(
            "SELECT table_name, ordinal_position FROM information_schema.columns \
             WHERE table_schema = current_schema() AND data_type = 'smallint'",
        )?;
        let mut widths: HashMap<String, Widths> = HashMap::new();
        for row in rows {
            if let [Some(table), Some(position)] = &row[..]
                && let Ok(position) = position.parse::<usize>()
            {
                widths.entry(table.clone()).or_default().set_small(position - 1);
            }
        }
        Ok(widths)
    }
}

/// The query for the relations that tables are.
fn relations(tables: &[&'static Table]) -> String {
    format!(
        "SELECT c.oid FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace AND c.relname IN ({})",
        literals(tables.iter().map(|table| table.name))
    )
}

fn index(table: String, name: String, restore: String, drop: String) -> Parked {
    let present = format!("SELECT 1 WHERE to_regclass({}) IS NOT NULL", literal(&name));
    Parked { stage: Stage::Index, table, name, drop, restore, present }
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
