//! Parquet as Spark, DuckDB and Trino read it best: real types, statistics, dictionaries, zstd, row groups of about a million
//! rows, files of about half a gigabyte.
//!
//! The producing threads make complete, compressed pages of a chunk, column by column. The delivering thread only appends
//! pages to a buffer for each column until a row group is full, so it has little to do. It makes only the dictionary pages,
//! because the pages of a row group share a dictionary. Where pages, row groups and files end depends on the data alone, never
//! on threads.

mod bounds;
mod column;
mod dictionary;
mod group;
mod hybrid;
mod looked;
mod page;
mod read;
mod schema;

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

use super::{Encoder, Facts, FileFormat, FormatError, file_name};
use crate::edition::{Cells, EachRow, Table};
use crate::time::Time;
use column::Column;
use group::Group;
use page::{Packer, Paged};

/// When row groups and files end.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// A row group ends after the chunk with which it reaches this many rows.
    group_rows: u64,
    /// It also ends after the chunk with which it reaches this many bytes as written, because a reader holds a whole one.
    group_bytes: u64,
    /// A file ends after the row group with which it reaches this many bytes.
    file_bytes: u64,
}

const LIMITS: Limits = Limits { group_rows: 1_000_000, group_bytes: 128 << 20, file_bytes: 512 << 20 };

/// Encodes rows as pages.
#[derive(Default)]
pub struct Parquet {
    chunk: Columns,
    at: usize,
    packer: Packer,
}

/// The columns of a chunk.
#[derive(Default)]
pub struct Columns {
    columns: Vec<Paged>,
    rows: u32,
    /// A value that its column cannot hold. It is found where no error can be returned yet.
    unfit: Option<Unfit>,
}

/// A value that a column cannot hold.
#[derive(Clone, Copy, Debug)]
struct Unfit {
    column: &'static str,
    value: Option<i64>,
}

impl Encoder for Parquet {
    type Chunk = Columns;

    fn begin(&mut self, table: &'static Table, used: Columns) {
        self.chunk = used;
        self.at = 0;
        self.chunk.rows = 0;
        self.chunk.unfit = None;
        self.chunk.columns.resize_with(table.columns.len(), Paged::default);
        for (column, like) in self.chunk.columns.iter_mut().zip(table.columns) {
            column.begin(like);
        }
    }

    fn finish(&mut self) -> Columns {
        let Columns { columns, rows, .. } = &mut self.chunk;
        for column in columns {
            column.finish(*rows, &mut self.packer);
        }
        std::mem::take(&mut self.chunk)
    }
}

impl Parquet {
    #[inline(always)]
    fn next(&mut self) -> &mut Column {
        self.at += 1;
        &mut self.chunk.columns[self.at - 1].column
    }

    #[cold]
    #[inline(never)]
    fn unfit(&mut self, value: Option<i64>) {
        let column = self.chunk.columns[self.at - 1].column.name();
        self.chunk.unfit.get_or_insert(Unfit { column, value });
    }
}

impl Cells for Parquet {
    #[inline(always)]
    fn integer(&mut self, value: i64) {
        self.next().values.push(value as u32);
        if i64::from(value as i32) != value {
            self.unfit(Some(value));
        }
    }

    #[inline(always)]
    fn text(&mut self, value: &str) {
        let column = self.next();
        column.bytes.extend_from_slice(value.as_bytes());
        column.values.push(column.bytes.len() as u32);
    }

    #[inline(always)]
    fn time(&mut self, value: Time) {
        self.next().values.push(value.0);
    }

    #[inline(always)]
    fn null(&mut self) {
        let row = self.chunk.rows;
        let column = self.next();
        column.nulls.push(row);
        if !column.is_nullable() {
            self.unfit(None);
        }
    }

    #[inline(always)]
    fn end_row(&mut self) {
        self.at = 0;
        self.chunk.rows += 1;
    }
}

/// A file that is being written.
pub struct Open {
    file: SerializedFileWriter<Pending>,
    group: Group,
    packer: Packer,
    limits: Limits,
}

/// Bytes of the file that have not been written yet.
#[derive(Default)]
struct Pending(Vec<u8>);

impl Write for Pending {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Open {
    /// Ends the row group, and hands its bytes over.
    fn end_group(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.group.close(&mut self.file, &mut self.packer)?;
        self.file.flush()?;
        let pending = &mut self.file.inner_mut().0;
        out.write_all(pending)?;
        pending.clear();
        Ok(())
    }
}

impl FileFormat for Parquet {
    const NAME: &'static str = "parquet";
    const ABOUT: &'static str =
        "Apache Parquet: zstd, row groups of a million rows, large tables as folders of files";
    type Open = Open;

    fn file_name(table: &Table) -> String {
        file_name(table, "parquet")
    }

    fn open(table: &'static Table, facts: &Facts, _: &mut dyn Write) -> io::Result<Open> {
        let facts = [("instaseed.table", table.name.to_owned())].into_iter().chain(facts.0.iter().cloned());
        let facts = facts.map(|(key, value)| KeyValue::new(key.to_owned(), value)).collect();
        let properties = WriterProperties::builder()
            .set_created_by(concat!("instaseed version ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_key_value_metadata(Some(facts));
        let schema = schema::of(table).map_err(io::Error::other)?;
        let file = SerializedFileWriter::new(Pending::default(), schema, Arc::new(properties.build()));
        let file = file.map_err(io::Error::other)?;
        let group = Group::new(file.schema_descr().columns());
        Ok(Open { file, group, packer: Packer::default(), limits: LIMITS })
    }

    fn append(open: &mut Open, chunk: &mut Columns, out: &mut dyn Write) -> io::Result<()> {
        if let Some(unfit) = chunk.unfit {
            let value = unfit.value.map_or("NULL".to_owned(), |value| value.to_string());
            let text = format!("column {} cannot hold {value}", unfit.column);
            return Err(io::Error::new(io::ErrorKind::InvalidData, text));
        }
        open.group.append(chunk, &mut open.packer)?;
        match open.group.rows() >= open.limits.group_rows || open.group.bytes() >= open.limits.group_bytes {
            true => open.end_group(out),
            false => Ok(()),
        }
    }

    /// Only between two row groups, so their bounds are the same whether or not the rows continue in another file.
    fn is_full(open: &Open) -> bool {
        open.group.rows() == 0 && open.file.bytes_written() as u64 >= open.limits.file_bytes
    }

    fn close(mut open: Open, out: &mut dyn Write) -> io::Result<()> {
        if open.group.rows() > 0 {
            open.end_group(out)?;
        }
        open.file.finish().map_err(io::Error::other)?;
        out.write_all(&open.file.inner().0)
    }

    fn read<E: From<FormatError>>(
        path: &Path,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E> {
        read::read(path, table, each)
    }
}

#[cfg(test)]
mod tests;
