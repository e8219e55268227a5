//! MySQL and MariaDB: rows are sent over two connections, each portion in one transaction with its record.
//!
//! MariaDB fills an empty table in a bulk mode (both checks off): without undo for each row, and with indexes sorted
//! in place. There a table is loaded in one portion, by one LOAD DATA streamed from memory; narrow rows go through a
//! table in the server's memory and one INSERT .. SELECT, which costs the server less. If one key is duplicated,
//! bulk mode drops the whole table, with or without a warning: so the rows are counted before the record counts.
//!
//! Elsewhere (MySQL, very large tables, tables with rows) `unique_checks` stays on, indexes and foreign keys
//! are parked, and each portion is a LOAD DATA, or INSERT statements if the server forbids LOAD DATA LOCAL.

mod constraints;
mod definitions;
mod hold;
mod names;
mod send;

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;
use mysql_async::prelude::Queryable;
use mysql_async::{Conn, Row, Value};
use tokio::runtime::Runtime;

use super::bulk::{
    Bulk, BulkError, ForeignKey, Hold, Kept, Parked, PortionSpec, Portions, Problem, Strange, TextRow,
    number, one,
};
use super::load_data::{Form, LoadData};
use super::{Batch, Sink};
use crate::database::Target;
use crate::database::mysql::LOCK;
use crate::database::mysql::{self, literal};
use crate::edition::Table;
use crate::format::Buffer;
use crate::sink::Result;
use definitions::statements;
use send::Load;

const SESSION: &str = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO'), foreign_key_checks = 0, unique_checks = 1, max_heap_table_size = 1073741824, \
     lock_wait_timeout = 60";

/// Tables of up to this many chunks, 16 million rows or more, are loaded in one portion if the
/// server has its bulk mode: that is how much is loaded again after an interruption.
const WHOLE_CHUNKS: u64 = 512;

/// Up to this many narrow rows are staged in the server's memory, at 24 bytes each or slightly more.
const STAGED_ROWS: u64 = 4_000_000;

/// One of the connections that load a MySQL or MariaDB database.
pub(crate) struct MysqlBulk {
    conn: Option<Conn>,
    portions: Portions,
    form: Form,
    packet_bytes: usize,
    /// The running statement, and where its rows go.
    load: Option<Load>,
    inserted: u64,
    /// The portion is loaded in the server's bulk mode.
    bulk: bool,
    /// The portion's rows go to the stage first.
    staged: bool,
    /// The row counts of the tables that were loaded in one portion.
    counted: HashMap<&'static str, u64>,
    /// The database, as the server spells its name.
    home: String,
    /// Table names are case-insensitive.
    folds_case: bool,
    runtime: Runtime,
}

impl Sink for MysqlBulk {
    type Encoder = LoadData;

    fn encoder(&self) -> LoadData {
        LoadData::new(self.form)
    }

    fn begin(&mut self, table: &'static Table) -> Result<()> {
        self.portions.begin();
        self.inserted = 0;
        let PortionSpec { whole, rows, .. } = self.portions.current();
        // A row that an application has written meanwhile prevents bulk mode.
        let first = format!("SELECT 1 FROM {} LIMIT 1", table.name);
        self.bulk = whole
            && self.form == Form::LoadData
            && self.rows(&first).map_err(|e| loading(table, e))?.is_empty();
        self.run(&format!("SET SESSION unique_checks = {}", i32::from(!self.bulk)))
            .map_err(|e| loading(table, e))?;
        self.staged = self.bulk && rows <= STAGED_ROWS && self.set_stage(table);
        self.run("START TRANSACTION").map_err(|e| loading(table, e))?;
        if self.form == Form::LoadData {
            self.open_load(table);
        }
        Ok(())
    }

    fn deliver(&mut self, table: &'static Table, batch: &mut Batch<Buffer>) -> Result<()> {
        let most = self.max_bytes();
        match &self.load {
            Some(load) => {
                let rows = Bytes::copy_from_slice(batch.chunk.as_slice());
                // each piece is a packet, and the server puts them together again
                let mut pieces =
                    (0..rows.len()).step_by(most).map(|from| rows.slice(from..rows.len().min(from + most)));
                if pieces.any(|piece| load.rows.blocking_send(piece).is_err()) {
                    return Err(self.close_load(table).err().unwrap_or_else(|| lost(table)).into());
                }
            }
            None => self.insert(table, batch.chunk.as_slice()).map_err(|e| loading(table, e))?,
        }
        self.portions.add(batch);
        Ok(())
    }

    fn end(&mut self, table: &'static Table) -> Result<()> {
        if self.load.is_some() {
            self.inserted = self.close_load(table)?;
        }
        self.expect_all(table)?;
        if self.staged {
            self.inserted = self.clear_stage(table).map_err(|e| loading(table, e))?;
            self.expect_all(table)?;
        }
        if self.bulk {
            // Only a read makes the server sort the rows in and, silently, drop all of them over a
            // duplicate. Count by the primary key: another index does not know which transaction
            // owns an entry, and would look up each row.
            let count = number(self, &format!("SELECT count(*) FROM {} FORCE INDEX (PRIMARY)", table.name));
            let count = count.map_err(|e| loading(table, e))?.unwrap_or(0);
            // More rows than were sent: an application was faster, so it was not bulk mode, which drops rows.
            if count <= self.inserted {
                self.inserted = count;
                self.expect_all(table)?;
                self.counted.insert(table.name, self.inserted);
            }
            // Never write the records in bulk mode: it would lock their table, and two connections
            // would block each other.
            self.run("SET SESSION unique_checks = 1").map_err(|e| loading(table, e))?;
        }
        let record = self.portions.record(table);
        self.run(&record).and_then(|()| self.run("COMMIT")).map_err(|e| loading(table, e))?;
        Ok(())
    }
}

impl Bulk for MysqlBulk {
    const LANES: usize = 2;
    const VALIDATES: bool = false;
    const ROLLS_BACK_DDL: bool = false;
    const RESERVING_WAITS: bool = true;
    const CONNECTION: Option<&str> = Some("SELECT CONNECTION_ID()");
    const ROW_BYTES: u64 = 50;
    const TABLE_OPTIONS: &str = " ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin";

    fn literal(text: &str) -> String {
        literal(text)
    }

    fn open(target: &Target) -> Result<Self, BulkError> {
        let broken = |words: String| BulkError::new(Problem::Lost, words).while_doing("connecting");
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .map_err(|e| broken(e.to_string()))?;
        let conn = runtime.block_on(mysql::raw(target)).map_err(|e| broken(e.to_string()))?;
        let mut bulk = Self {
            conn: Some(conn),
            portions: Portions::default(),
            form: Form::LoadData,
            packet_bytes: 0,
            load: None,
            inserted: 0,
            bulk: false,
            staged: false,
            counted: HashMap::new(),
            home: String::new(),
            folds_case: false,
            runtime,
        };
        bulk.run(SESSION)?;
        bulk.home = one(&mut bulk, "SELECT DATABASE()")?.unwrap_or_default();
        bulk.folds_case = one(&mut bulk, "SELECT @@lower_case_table_names")?.as_deref() != Some("0");
        if one(&mut bulk, "SELECT @@local_infile")?.as_deref() != Some("1") {
            bulk.form = Form::Insert;
        }
        bulk.packet_bytes = number(&mut bulk, "SELECT @@max_allowed_packet")?.unwrap_or(1 << 20);
        Ok(bulk)
    }

    fn run(&mut self, sql: &str) -> Result<(), BulkError> {
        let conn = connection(&mut self.conn)?;
        self.runtime.block_on(conn.query_drop(sql)).map_err(problem)
    }

    /// The driver accepts several statements in one message, but only one in a prepared statement.
    fn run_one(&mut self, sql: &str) -> Result<(), BulkError> {
        let conn = connection(&mut self.conn)?;
        self.runtime.block_on(conn.exec_drop(sql, ())).map_err(problem)
    }

    fn rows(&mut self, sql: &str) -> Result<Vec<TextRow>, BulkError> {
        let conn = connection(&mut self.conn)?;
        let rows: Vec<Row> = self.runtime.block_on(conn.exec(sql, ())).map_err(problem)?;
        Ok(rows.into_iter().map(|row| row.unwrap().into_iter().map(text).collect()).collect())
    }

    fn strange(&mut self, tables: &[&'static Table]) -> Result<Vec<Strange>, BulkError> {
        self.strange_tables(tables)
    }

    fn parkable(&mut self, tables: &[&'static Table]) -> Result<Vec<Parked>, BulkError> {
        constraints::parkable(self, tables)
    }

    fn remade(&self, kept: Kept, tables: &[&'static Table]) -> Option<Parked> {
        statements(kept, &self.home, |name| self.is_one_of(name, tables))
    }

    fn hold(&mut self, hold: &Hold<'_>) -> Result<(), BulkError> {
        hold::hold(self, hold)
    }

    fn release(&mut self) -> Result<(), BulkError> {
        hold::release(self)
    }

    fn last_id(&mut self, table: &Table) -> Result<i64, BulkError> {
        hold::last_id(self, table)
    }

    fn reserve(&mut self, table: &Table, last: i64) -> Result<(), BulkError> {
        hold::reserve(self, table, last)
    }

    fn foreign_keys(&mut self, tables: &[&'static Table]) -> Result<Vec<ForeignKey>, BulkError> {
        self.keys_referring(tables)
    }

    fn has_table(&mut self, table: &str) -> Result<bool, BulkError> {
        let sql = format!(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND table_name = {}",
            literal(table)
        );
        let found = self.rows(&sql)?;
        Ok(found.into_iter().flatten().flatten().any(|name| self.is_called(&name, table)))
    }

    fn try_lock(&mut self) -> Result<bool, BulkError> {
        Ok(one(self, &format!("SELECT GET_LOCK({LOCK}, 0)"))?.as_deref() == Some("1"))
    }

    /// From 10.7 on, MariaDB builds the indexes of an empty table by sorting; MySQL does not.
    fn whole_chunks(&mut self) -> Result<u64, BulkError> {
        let version = one(self, "SELECT VERSION()")?.unwrap_or_default();
        Ok(if self.form == Form::LoadData && has_bulk_mode(&version) { WHOLE_CHUNKS } else { 0 })
    }

    fn expect(&mut self, portions: VecDeque<PortionSpec>) {
        self.portions = Portions::new(portions);
    }

    fn counted(&self, table: &Table) -> Option<u64> {
        self.counted.get(table.name).copied()
    }

    fn empty(&mut self, tables: &[&'static Table]) -> Result<(), BulkError> {
        tables.iter().rev().try_for_each(|table| self.run(&format!("TRUNCATE TABLE {}", table.name)))
    }

    fn finish_tables(&mut self, tables: &[&'static Table]) -> Result<(), BulkError> {
        let names: Vec<_> = tables.iter().map(|table| table.name).collect();
        self.run(&format!("ANALYZE TABLE {}", names.join(", ")))
    }

    fn size(&mut self) -> Result<Option<u64>, BulkError> {
        let sql = "SELECT CAST(sum(data_length + index_length) AS UNSIGNED) FROM information_schema.tables WHERE table_schema = DATABASE()";
        number(self, sql)
    }

    fn notes(&self) -> Vec<String> {
        match self.form {
            Form::LoadData => Vec::new(),
            Form::Insert => vec![
                "the server does not take LOAD DATA LOCAL (local_infile is off): loading with INSERT, which takes longer; an administrator turns it on with: SET GLOBAL local_infile = 1;".to_owned(),
            ],
        }
    }
}

/// Whether a server of this version fills an empty table in bulk mode, secondary indexes included.
fn has_bulk_mode(version: &str) -> bool {
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map_while(|n| n.parse::<u32>().ok());
    version.contains("MariaDB") && (numbers.next(), numbers.next()) >= (Some(10), Some(7))
}

fn connection(conn: &mut Option<Conn>) -> Result<&mut Conn, BulkError> {
    conn.as_mut().ok_or_else(|| BulkError::new(Problem::Lost, "its last statement never came back"))
}

fn lost(table: &Table) -> BulkError {
    loading(table, BulkError::new(Problem::Lost, "the server stopped reading"))
}

fn loading(table: &Table, error: BulkError) -> BulkError {
    error.while_doing(format!("loading {}", table.name))
}

fn text(value: Value) -> Option<String> {
    match value {
        Value::NULL => None,
        Value::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
        other => Some(other.as_sql(true).trim_matches('\'').to_owned()),
    }
}

fn problem(error: mysql_async::Error) -> BulkError {
    let kind = match &error {
        mysql_async::Error::Server(server) => match server.code {
            1021 | 1114 | 3 | 28 => Problem::Full,
            1205 | 1213 | 3572 => Problem::Busy,
            1044 | 1142 | 1143 | 1227 | 1290 | 1836 => Problem::NotAllowed,
            1053 | 1080 | 1152 | 1158..=1161 | 1927 => Problem::Lost,
            _ => Problem::Other,
        },
        mysql_async::Error::Io(_) => Problem::Lost,
        mysql_async::Error::Driver(mysql_async::DriverError::ConnectionClosed) => Problem::Lost,
        _ => Problem::Other,
    };
    let words = match error {
        mysql_async::Error::Server(server) => server.message,
        other => other.to_string(),
    };
    BulkError::new(kind, words)
}
