//! Reads a PostgreSQL database at one moment: connections that share a snapshot, each reading by COPY in the binary
//! format.

use bytes::Bytes;
use futures_util::{StreamExt, pin_mut};
use tokio_postgres::{Client, SimpleQueryMessage};

use super::pieces::{Piece, Reader};
use super::values::Place;
use super::{CopyError, Result};
use crate::database::postgres::{self, literal};
use crate::database::{Runtime, Target};
use crate::edition::{Cells, Column, Kind, Table};

/// 2000-01-01 in Unix seconds: the format counts microseconds from then.
const EPOCH: i64 = 946_684_800;
/// Signature, flags and the length of the extension of the header.
const HEAD: usize = 19;

const SESSION: &str = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET jit = off; \
     SET max_parallel_workers_per_gather = 0; SET row_security = off; \
     BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";

/// A connection that reads.
pub(crate) struct PostgresReader {
    client: Client,
    /// Keep this field last: the connection lives on it.
    runtime: Runtime,
}

/// Opens so many readers of the same moment.
pub(super) fn snapshot(target: &Target, readers: usize) -> Result<Vec<PostgresReader>> {
    let mut first = PostgresReader::open(target)?;
    let shared = first.texts("SELECT pg_export_snapshot()")?.into_iter().flatten().next().flatten();
    let shared = shared.ok_or_else(|| CopyError::Source { words: "the server shares no snapshot".into() })?;
    let mut opened = vec![first];
    for _ in 1..readers {
        let reader = PostgresReader::open(target)?;
        let join = format!("SET TRANSACTION SNAPSHOT {}", literal(&shared));
        reader.runtime.run(reader.client.batch_execute(&join)).map_err(failed)?;
        opened.push(reader);
    }
    Ok(opened)
}

impl PostgresReader {
    fn open(target: &Target) -> Result<Self> {
        let runtime = Runtime::new(target)?;
        let client = runtime.run(async {
            let (client, connection) = postgres::raw(target).await?;
            tokio::spawn(connection);
            client.batch_execute(SESSION).await.map_err(failed)?;
            Ok::<_, CopyError>(client)
        })?;
        Ok(Self { client, runtime })
    }

    fn texts(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>> {
        let messages = self.runtime.run(self.client.simple_query(sql)).map_err(failed)?;
        let rows = messages.into_iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => {
                Some((0..row.len()).map(|at| row.get(at).map(str::to_owned)).collect())
            }
            _ => None,
        });
        Ok(rows.collect())
    }
}

impl Reader for PostgresReader {
    fn numbers(&mut self, sql: &str) -> Result<Vec<Option<i64>>> {
        let cells = self.texts(sql)?.into_iter().flatten();
        Ok(cells.map(|cell| cell.and_then(|text| text.parse().ok())).collect())
    }

    fn read<C: Cells>(&mut self, table: &'static Table, piece: Piece, cells: &mut C) -> Result<()> {
        let columns: Vec<_> = table.columns.iter().map(cast).collect();
        let sql = format!("COPY ({}) TO STDOUT (FORMAT BINARY)", piece.query(table, &columns.join(", ")));
        self.runtime.run(async {
            let stream = self.client.copy_out(&sql).await.map_err(failed)?;
            pin_mut!(stream);
            let mut rows = BinaryRows { table, left: Vec::new(), begun: false };
            while let Some(message) = stream.next().await {
                rows.take(&message.map_err(failed)?, cells)?;
            }
            Ok(())
        })
    }
}

/// A column in the type that the parser expects, whatever the table has.
fn cast(column: &Column) -> String {
    let kind = match column.kind {
        Kind::Integer => "bigint",
        Kind::Text => "text",
        Kind::Time => "timestamp",
    };
    format!("{}::{kind}", column.name)
}

/// Takes a stream of binary rows apart. A message is usually one row, but need not be.
struct BinaryRows {
    table: &'static Table,
    /// What has come of a row that is not whole yet.
    left: Vec<u8>,
    begun: bool,
}

impl BinaryRows {
    fn take(&mut self, message: &Bytes, cells: &mut impl Cells) -> Result<()> {
        if self.left.is_empty() && self.begun {
            let used = self.rows(message, cells)?;
            self.left.extend_from_slice(&message[used..]);
            return Ok(());
        }
        let mut bytes = std::mem::take(&mut self.left);
        bytes.extend_from_slice(message);
        let head = if self.begun { 0 } else { HEAD };
        if bytes.len() < head {
            self.left = bytes;
            return Ok(());
        }
        self.begun = true;
        let used = head + self.rows(&bytes[head..], cells)?;
        self.left = bytes.split_off(used);
        Ok(())
    }

    /// Passes on the whole rows; how many bytes they have.
    fn rows(&self, bytes: &[u8], cells: &mut impl Cells) -> Result<usize> {
        let mut used = 0;
        while let Some(len) = whole_row(&bytes[used..]) {
            if len > 2 {
                self.row(&bytes[used..used + len], cells)?;
            }
            used += len;
        }
        Ok(used)
    }

    fn row(&self, row: &[u8], cells: &mut impl Cells) -> Result<()> {
        let mut at = 2;
        for column in self.table.columns {
            let place = Place { table: self.table, column };
            let Some(len) = number::<4>(row, at).map(i32::from_be_bytes) else {
                return Err(place.refuse("a row with fewer cells"));
            };
            at += 4;
            if len < 0 {
                cells.null();
                continue;
            }
            let cell = row.get(at..at + len as usize).unwrap_or_default();
            at += len as usize;
            match (column.kind, number::<8>(cell, 0).map(i64::from_be_bytes)) {
                (Kind::Text, _) => place.text(cell, cells)?,
                (Kind::Integer, Some(value)) => place.integer(value, cells)?,
                (Kind::Time, Some(micros)) if micros % 1_000_000 == 0 => {
                    place.seconds(micros / 1_000_000 + EPOCH, cells)?;
                }
                (_, value) => return Err(place.refuse(&format!("{} us since 2000", value.unwrap_or(0)))),
            }
        }
        cells.end_row();
        Ok(())
    }
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

/// The length of the row at the start, if all of it is there; the mark at the end of a stream counts as a row.
fn whole_row(bytes: &[u8]) -> Option<usize> {
    let count = i16::from_be_bytes(number(bytes, 0)?);
    let mut at = 2;
    for _ in 0..count.max(0) {
        let len = i32::from_be_bytes(number(bytes, at)?);
        at += 4 + len.max(0) as usize;
    }
    (at <= bytes.len()).then_some(at)
}

fn failed(error: tokio_postgres::Error) -> CopyError {
    let words = match error.as_db_error() {
        Some(server) => server.message().to_owned(),
        None => {
            let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
            format!("{error}{}", source.unwrap_or_default())
        }
    };
    CopyError::Source { words }
}
