//! Reads a Parquet file of this or another program: columns by name, in any order, of any type that holds the same values.
//!
//! Times may be in milliseconds, microseconds, nanoseconds or Spark's old INT96, as long as they are whole seconds.

use std::fs::File;
use std::path::Path;

use parquet::basic::{CompressionCodec, LogicalType, TimeUnit, Type as Physical};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{ByteArray, DataType, Int96};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;

use super::FormatError;
use super::looked::Looked;
use crate::edition::{Cell, EachRow, Kind, Table, WIDEST};
use crate::format::FileProblem;
use crate::time::{DAY, Time};

/// Rows that are read at once.
const BATCH: usize = 4096;
/// INT96 counts days from noon of a day of 4713 BC.
const JULIAN_DAY_OF_1970: i64 = 2_440_588;

/// Reads every row of a file.
pub(super) fn read<E: From<FormatError>>(
    path: &Path,
    table: &'static Table,
    each: &mut EachRow<'_, E>,
) -> Result<(), E> {
    let cannot = |problem| FormatError::Unreadable { path: path.to_owned(), problem };
    let file = File::open(path).map_err(|source| FormatError::Read { path: path.to_owned(), source })?;
    let not_whole = |error: ParquetError| cannot(FileProblem::NotWhole { message: plain(&error) });
    let file = SerializedFileReader::new(file).map_err(not_whole)?;
    let places = places(table, &file).map_err(cannot)?;
    let mut row = 1;
    for at in 0..file.num_row_groups() {
        let mut left = usize::try_from(file.metadata().row_group(at).num_rows()).unwrap_or(0);
        let group = file.get_row_group(at).map_err(not_whole)?;
        let mut columns = Vec::new();
        for (column, place) in table.columns.iter().zip(&places) {
            let pages = group.get_column_page_reader(place.leaf).map_err(not_whole)?;
            let like = group.metadata().column(place.leaf).column_descr_ptr();
            let max_level = like.max_def_level();
            let pages = Looked::at(pages, like.physical_type(), max_level);
            let reader = get_column_reader(like, Box::new(pages));
            columns.push(Batch::new(column.name, place.as_what, max_level, reader));
        }
        while left > 0 {
            let count = left.min(BATCH);
            let broken = |message| cannot(FileProblem::Broken { row, message });
            for column in &mut columns {
                column.fill(count).map_err(broken)?;
            }
            for _ in 0..count {
                let mut cells = [Cell::Null; WIDEST];
                for (cell, column) in cells.iter_mut().zip(&mut columns) {
                    let name = column.name;
                    *cell = column.next().map_err(|(what, value)| {
                        cannot(FileProblem::Cell { row, column: name, what, value })
                    })?;
                }
                each(&cells[..table.columns.len()])?;
                row += 1;
            }
            left -= count;
        }
    }
    Ok(())
}

/// The message of the library, without its name for the kind of error.
fn plain(error: &ParquetError) -> String {
    let text = error.to_string();
    text.split_once(": ").map_or(text.clone(), |(_, text)| text.to_owned())
}

/// Where a column is in the file, and what its values are.
struct Place {
    leaf: usize,
    as_what: AsWhat,
}

/// How a stored value becomes a cell.
#[derive(Clone, Copy)]
enum AsWhat {
    Integer,
    Unsigned,
    Text,
    /// The number of its units in a second.
    Instant(i64),
}

fn places(table: &'static Table, file: &SerializedFileReader<File>) -> Result<Vec<Place>, FileProblem> {
    let schema = file.metadata().file_metadata().schema_descr();
    for field in schema.root_schema().get_fields() {
        if table.column(field.name()).is_none() {
            let column = field.name().to_owned();
            return Err(FileProblem::UnknownColumn { table: table.name, column });
        }
    }
    let place = |column: &'static crate::edition::Column| {
        let leaf = schema.columns().iter().position(|leaf| leaf.path().parts()[0] == column.name);
        let leaf = leaf.ok_or(FileProblem::NoColumn { column: column.name })?;
        let like = schema.column(leaf);
        let as_what = as_what(column.kind, &like).ok_or_else(|| FileProblem::Type {
            column: column.name,
            wanted: match column.kind {
                Kind::Integer => "INT32 or INT64",
                Kind::Text => "a string",
                Kind::Time => "a timestamp",
            },
            found: describe(&like),
        })?;
        for group in file.metadata().row_groups() {
            let chunk = group.column(leaf);
            let begin = chunk.dictionary_page_offset().unwrap_or_else(|| chunk.data_page_offset());
            if begin < 0 || chunk.compressed_size() < 0 {
                let message = format!("column {} is where no column can be", column.name);
                return Err(FileProblem::NotWhole { message });
            }
            let codec = chunk.compression_codec();
            if !matches!(
                codec,
                CompressionCodec::UNCOMPRESSED | CompressionCodec::SNAPPY | CompressionCodec::ZSTD
            ) {
                return Err(FileProblem::Codec { column: column.name, codec: format!("{codec:?}") });
            }
        }
        Ok(Place { leaf, as_what })
    };
    table.columns.iter().map(place).collect()
}

/// What the values of a column are, if they can be of this kind.
fn as_what(kind: Kind, like: &ColumnDescriptor) -> Option<AsWhat> {
    if like.max_rep_level() > 0 || like.max_def_level() > 1 || like.path().parts().len() > 1 {
        return None;
    }
    let logical = like.logical_type_ref().cloned().or_else(|| converted(like));
    Some(match (kind, like.physical_type(), logical) {
        (Kind::Integer, Physical::INT32 | Physical::INT64, None) => AsWhat::Integer,
        (Kind::Integer, Physical::INT32 | Physical::INT64, Some(LogicalType::Integer(int))) => {
            if int.is_signed { AsWhat::Integer } else { AsWhat::Unsigned }
        }
        (
            Kind::Text,
            Physical::BYTE_ARRAY,
            None | Some(LogicalType::String | LogicalType::Enum | LogicalType::Json),
        ) => AsWhat::Text,
        (Kind::Time, Physical::INT64, Some(LogicalType::Timestamp(time))) => {
            AsWhat::Instant(match time.unit {
                TimeUnit::MILLIS => 1_000,
                TimeUnit::MICROS => 1_000_000,
                TimeUnit::NANOS => 1_000_000_000,
            })
        }
        (Kind::Time, Physical::INT96, _) => AsWhat::Instant(1),
        _ => return None,
    })
}

/// The type in files from before logical types existed.
fn converted(like: &ColumnDescriptor) -> Option<LogicalType> {
    use parquet::basic::ConvertedType as Old;
    let int = LogicalType::integer;
    Some(match like.converted_type() {
        Old::NONE => return None,
        Old::UTF8 => LogicalType::String,
        Old::ENUM => LogicalType::Enum,
        Old::JSON => LogicalType::Json,
        Old::TIMESTAMP_MILLIS => LogicalType::timestamp(true, TimeUnit::MILLIS),
        Old::TIMESTAMP_MICROS => LogicalType::timestamp(true, TimeUnit::MICROS),
        Old::INT_8 | Old::INT_16 | Old::INT_32 | Old::INT_64 => int(64, true),
        Old::UINT_8 | Old::UINT_16 | Old::UINT_32 | Old::UINT_64 => int(64, false),
        _ => LogicalType::Unknown,
    })
}

fn describe(like: &ColumnDescriptor) -> String {
    if like.max_rep_level() > 0 || like.path().parts().len() > 1 {
        return "nested".to_owned();
    }
    match like.logical_type_ref().cloned().or_else(|| converted(like)) {
        Some(logical) => format!("{} ({logical:?})", like.physical_type()),
        None => like.physical_type().to_string(),
    }
}

/// Some values of a column, as they are stored; NULL has none.
enum Values {
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    Bytes(Vec<ByteArray>),
}

/// A column of a row group, batch by batch.
struct Batch {
    name: &'static str,
    as_what: AsWhat,
    reader: ColumnReader,
    values: Values,
    levels: Vec<i16>,
    max_level: i16,
    row: usize,
    value: usize,
}

impl Batch {
    fn new(name: &'static str, as_what: AsWhat, max_level: i16, reader: ColumnReader) -> Batch {
        let values = match &reader {
            ColumnReader::Int32ColumnReader(_) => Values::Int32(Vec::new()),
            ColumnReader::Int64ColumnReader(_) => Values::Int64(Vec::new()),
            ColumnReader::Int96ColumnReader(_) => Values::Int96(Vec::new()),
            _ => Values::Bytes(Vec::new()),
        };
        Batch { name, as_what, reader, values, levels: Vec::new(), max_level, row: 0, value: 0 }
    }

    /// Reads the next rows, all of them or none.
    fn fill(&mut self, count: usize) -> Result<(), String> {
        self.levels.clear();
        (self.row, self.value) = (0, 0);
        let levels = &mut self.levels;
        let read = match (&mut self.reader, &mut self.values) {
            (ColumnReader::Int32ColumnReader(reader), Values::Int32(values)) => {
                more(reader, count, levels, values)
            }
            (ColumnReader::Int64ColumnReader(reader), Values::Int64(values)) => {
                more(reader, count, levels, values)
            }
            (ColumnReader::Int96ColumnReader(reader), Values::Int96(values)) => {
                more(reader, count, levels, values)
            }
            (ColumnReader::ByteArrayColumnReader(reader), Values::Bytes(values)) => {
                more(reader, count, levels, values)
            }
            _ => return Err(format!("column {} is not of the type that its schema says", self.name)),
        };
        let (rows, found) = read.map_err(|error| plain(&error))?;
        let wanted = match self.max_level {
            0 => count,
            max => self.levels.iter().filter(|level| **level == max).count(),
        };
        match rows == count && found == wanted && (self.max_level == 0 || self.levels.len() == count) {
            true => Ok(()),
            false => Err(format!("column {} ends before the others", self.name)),
        }
    }

    /// The cell of the next row; or what the value should be, and the value.
    fn next(&mut self) -> Result<Cell<'_>, (&'static str, String)> {
        let is_null = self.max_level > 0 && self.levels[self.row] < self.max_level;
        self.row += 1;
        if is_null {
            return Ok(Cell::Null);
        }
        let at = self.value;
        self.value += 1;
        match (&self.values, self.as_what) {
            (Values::Int32(values), AsWhat::Unsigned) => Ok(Cell::Integer(i64::from(values[at] as u32))),
            (Values::Int32(values), _) => Ok(Cell::Integer(i64::from(values[at]))),
            (Values::Int64(values), AsWhat::Instant(second)) => instant(values[at], second),
            (Values::Int64(values), AsWhat::Unsigned) if values[at] < 0 => {
                Err(("whole number", (values[at] as u64).to_string()))
            }
            (Values::Int64(values), _) => Ok(Cell::Integer(values[at])),
            (Values::Int96(values), _) => {
                let [low, high, day] = *values[at].data() else { return Err(("time", "INT96".to_owned())) };
                let nanos = i64::from(high) << 32 | i64::from(low);
                let day = i64::from(day as i32) - JULIAN_DAY_OF_1970;
                instant(nanos, 1_000_000_000)
                    .ok()
                    .and_then(Cell::time)
                    .map_or(Err(("time", format!("day {day} of 1970, {nanos} ns"))), |time| {
                        instant(day * i64::from(DAY) + i64::from(time.0), 1)
                    })
            }
            (Values::Bytes(values), _) => match std::str::from_utf8(values[at].data()) {
                Ok(text) => Ok(Cell::Text(text)),
                Err(_) => Err(("text", "not UTF-8".to_owned())),
            },
        }
    }
}

/// A time in units of which this many are a second.
fn instant(units: i64, second: i64) -> Result<Cell<'static>, (&'static str, String)> {
    let seconds = (units % second == 0).then(|| u32::try_from(units / second).ok()).flatten();
    seconds.map(|seconds| Cell::Time(Time(seconds))).ok_or_else(|| {
        let what = match units % second {
            0 => "time from 1970 to 2106",
            _ => "time in whole seconds",
        };
        (what, format!("{units} / {second} s"))
    })
}

/// Reads values in place of the earlier ones. Returns the number of rows, and how many of them are not NULL.
fn more<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    count: usize,
    levels: &mut Vec<i16>,
    values: &mut Vec<T::T>,
) -> Result<(usize, usize), ParquetError> {
    values.clear();
    let (rows, found, _) = reader.read_records(count, Some(levels), None, values)?;
    Ok((rows, found))
}
