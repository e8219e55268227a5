//! What is written is read back, by this reader and by the library's own; the file's own description of itself is true.

use std::fs;
use std::path::{Path, PathBuf};

use parquet::basic::{Encoding, LogicalType, Repetition, TimeUnit, Type as Physical};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;

use super::*;
use crate::edition::{Cell, Edition, Kind};
use crate::random::stream::Stream;

mod foreign;
mod parts;

/// A cell that owns its text.
#[derive(Clone, Debug, PartialEq)]
enum Owned {
    Null,
    Integer(i64),
    Text(String),
    Time(Time),
}

impl Owned {
    fn cell(&self) -> Cell<'_> {
        match self {
            Owned::Null => Cell::Null,
            Owned::Integer(value) => Cell::Integer(*value),
            Owned::Text(text) => Cell::Text(text),
            Owned::Time(time) => Cell::Time(*time),
        }
    }

    fn of(cell: Cell<'_>) -> Owned {
        match cell {
            Cell::Null => Owned::Null,
            Cell::Integer(value) => Owned::Integer(value),
            Cell::Text(text) => Owned::Text(text.to_owned()),
            Cell::Time(time) => Owned::Time(time),
        }
    }
}

/// Texts that no cut of statistics may break.
const TEXTS: [&str; 7] = [
    "",
    "a",
    "\0\n\"",
    "żółć",
    "🍣🍣🍣🍣🍣🍣🍣🍣🍣🍣🍣🍣🍣🍣🍣🍣🍣🍣🍣🍣",
    "a text of more than sixty-four bytes, of which statistics have the beginning only",
    "\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}\u{10FFFF}",
];

/// Draws rows of which a column repeats little, much, or in runs.
fn rows(table: &Table, count: u32, seed: u64) -> Vec<Vec<Owned>> {
    let mut random = Stream::new(seed);
    let habits: Vec<u64> = table.columns.iter().map(|_| random.draw() % 4).collect();
    let row = |at: u32| {
        let cell = |(column, habit): (&crate::edition::Column, &u64)| {
            let draw = match habit {
                0 => random.draw(),
                1 => random.draw() % 5,
                2 => u64::from(at) / 100,
                _ => u64::from(at),
            };
            if column.nullable && random.draw().is_multiple_of(6) {
                return Owned::Null;
            }
            match column.kind {
                Kind::Integer => Owned::Integer(i64::from(draw as i32)),
                Kind::Time => Owned::Time(Time(draw as u32)),
                Kind::Text => Owned::Text(format!("{}{}", TEXTS[draw as usize % TEXTS.len()], draw / 7)),
            }
        };
        table.columns.iter().zip(&habits).map(cell).collect()
    };
    (0..count).map(row).collect()
}

/// Writes chunks of so many rows; none of the files holds more than the limits say.
fn write(dir: &Path, table: &'static Table, chunks: &[&[Vec<Owned>]], limits: Limits) -> Vec<PathBuf> {
    let facts = Facts(vec![("instaseed.seed", "7".to_owned())]);
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut encoder = Parquet::default();
    let mut used = Columns::default();
    let mut open: Option<(Open, Vec<u8>)> = None;
    let mut end = |(open, mut out): (Open, Vec<u8>)| {
        Parquet::close(open, &mut out).unwrap();
        let path = dir.join(format!("{}-{}.parquet", table.name, paths.len()));
        fs::write(&path, out).unwrap();
        paths.push(path);
    };
    for rows in chunks {
        encoder.begin(table, used);
        for row in *rows {
            row.iter().for_each(|cell| cell.cell().put(&mut encoder));
            encoder.end_row();
        }
        let mut chunk = encoder.finish();
        let (file, out) = open.get_or_insert_with(|| {
            let mut out = Vec::new();
            let open = Parquet::open(table, &facts, &mut out).unwrap();
            (Open { limits, ..open }, out)
        });
        Parquet::append(file, &mut chunk, out).unwrap();
        if Parquet::is_full(file) {
            end(open.take().unwrap());
        }
        used = chunk;
    }
    open.into_iter().for_each(&mut end);
    paths
}

fn read(path: &Path, table: &'static Table) -> Result<Vec<Vec<Owned>>, FormatError> {
    let mut rows = Vec::new();
    Parquet::read(path, table, &mut |cells| {
        rows.push(cells.iter().copied().map(Owned::of).collect());
        Ok::<_, FormatError>(())
    })?;
    Ok(rows)
}

/// The same by the library's own reader of rows.
fn read_by_library(path: &Path) -> Vec<Vec<Owned>> {
    let file = SerializedFileReader::try_from(path).unwrap();
    let rows = file.get_row_iter(None).unwrap();
    let cell = |(_, field): (&String, &Field)| match field {
        Field::Null => Owned::Null,
        Field::Int(value) => Owned::Integer(i64::from(*value)),
        Field::Str(text) => Owned::Text(text.clone()),
        Field::TimestampMicros(micros) => Owned::Time(Time((micros / 1_000_000) as u32)),
        other => panic!("no field is {other:?}"),
    };
    rows.map(|row| row.unwrap().get_column_iter().map(cell).collect()).collect()
}

fn described(path: &Path) -> ParquetMetaData {
    let mut reader = ParquetMetaDataReader::new().with_page_index_policy(PageIndexPolicy::Required);
    reader.try_parse(&fs::File::open(path).unwrap()).unwrap();
    reader.finish().unwrap()
}

fn all_tables() -> impl Iterator<Item = &'static Table> {
    Edition::ALL.into_iter().flat_map(|edition| edition.tables())
}

const SMALL: Limits = Limits { group_rows: 5000, group_bytes: 1 << 20, file_bytes: u64::MAX };

#[test]
fn what_is_written_is_read_back() {
    let dir = tempfile::tempdir().unwrap();
    for (seed, table) in all_tables().enumerate() {
        for count in [0, 1, 7, 8, 9, 12_345] {
            let rows = rows(table, count, seed as u64);
            let chunks: Vec<_> = rows.chunks(2000).collect();
            let paths = write(dir.path(), table, &chunks, SMALL);
            let wanted = if count == 0 { 0 } else { 1 };
            assert_eq!(paths.len(), wanted);
            for path in paths {
                assert!(read(&path, table).unwrap() == rows, "{} {count}", table.name);
                assert!(read_by_library(&path) == rows, "{} {count}", table.name);
            }
        }
    }
}

#[test]
fn a_table_without_rows_is_a_file_without_row_groups() {
    let table = Edition::Course.table("tags").unwrap();
    let mut out = Vec::new();
    let open = Parquet::open(table, &Facts::default(), &mut out).unwrap();
    Parquet::close(open, &mut out).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tags.parquet");
    fs::write(&path, out).unwrap();
    assert_eq!(read(&path, table).unwrap(), Vec::<Vec<Owned>>::new());
}

#[test]
fn pages_of_a_large_chunk_are_small() {
    let table = Edition::Platform.table("posts").unwrap();
    let rows = rows(table, 50_000, 3);
    let dir = tempfile::tempdir().unwrap();
    let paths = write(dir.path(), table, &[&rows], SMALL);
    assert!(read(&paths[0], table).unwrap() == rows);
    let described = described(&paths[0]);
    let index = described.page_index().unwrap();
    for column in 0..table.columns.len() {
        let pages = index.offset_index(0, column).unwrap().page_locations();
        assert!(pages.len() >= 3, "{}", pages.len());
        let firsts: Vec<_> = pages.iter().map(|page| page.first_row_index).collect();
        assert!(firsts.windows(2).all(|pair| pair[1] - pair[0] <= 20_000), "{firsts:?}");
    }
}

#[test]
fn row_groups_and_files_end_with_chunks() {
    let table = Edition::Course.table("follows").unwrap();
    let rows = rows(table, 20_000, 1);
    let chunks: Vec<_> = rows.chunks(1500).collect();
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits { file_bytes: 1, ..SMALL };
    let paths = write(dir.path(), table, &chunks, limits);
    assert_eq!(paths.len(), 4);
    let mut together = Vec::new();
    for path in &paths {
        let groups: Vec<_> = described(path).row_groups().iter().map(|group| group.num_rows()).collect();
        assert!(matches!(groups[..], [6000] | [2000]), "{groups:?}");
        together.extend(read(path, table).unwrap());
    }
    assert!(together == rows);

    let one = write(dir.path(), table, &chunks, SMALL);
    let groups: Vec<_> = described(&one[0]).row_groups().iter().map(|group| group.num_rows()).collect();
    assert_eq!(groups, [6000, 6000, 6000, 2000]);
}

#[test]
fn types_are_real_and_the_file_says_what_it_is() {
    let table = Edition::Course.table("tags").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let rows = rows(table, 100, 1);
    let described = described(&write(dir.path(), table, &[&rows], LIMITS)[0]);
    let file = described.file_metadata();
    let types = file.schema_descr().columns().iter().map(|column| {
        let repetition = column.self_type().get_basic_info().repetition();
        (column.name().to_owned(), repetition, column.physical_type(), column.logical_type_ref().cloned())
    });
    let instant = LogicalType::timestamp(true, TimeUnit::MICROS);
    assert_eq!(
        types.collect::<Vec<_>>(),
        [
            ("id".to_owned(), Repetition::REQUIRED, Physical::INT32, None),
            ("tag_name".to_owned(), Repetition::OPTIONAL, Physical::BYTE_ARRAY, Some(LogicalType::String)),
            ("created_at".to_owned(), Repetition::OPTIONAL, Physical::INT64, Some(instant)),
        ]
    );
    assert_eq!(file.created_by(), Some(concat!("instaseed version ", env!("CARGO_PKG_VERSION"))));
    let facts = file.key_value_metadata().unwrap().iter();
    let facts: Vec<_> = facts.map(|fact| (fact.key.as_str(), fact.value.as_deref().unwrap())).collect();
    assert_eq!(facts, [("instaseed.table", "tags"), ("instaseed.seed", "7")]);
}

/// Compares every bound that the file states with the values that it is for.
#[test]
fn statistics_hold_for_every_value() {
    let dir = tempfile::tempdir().unwrap();
    for (seed, table) in all_tables().enumerate() {
        let rows = rows(table, 12_000, seed as u64);
        let chunks: Vec<_> = rows.chunks(2000).collect();
        let described = described(&write(dir.path(), table, &chunks, SMALL)[0]);
        let index = described.page_index().unwrap();
        let mut first = 0;
        for (at, group) in described.row_groups().iter().enumerate() {
            let end = first + group.num_rows() as usize;
            for (column, chunk) in group.columns().iter().enumerate() {
                let cells: Vec<_> = rows[first..end].iter().map(|row| &row[column]).collect();
                let statistics = chunk.statistics().expect("every column has some values");
                let nulls = cells.iter().filter(|cell| ***cell == Owned::Null).count();
                assert_eq!(statistics.null_count_opt(), Some(nulls as u64));
                holds(statistics.min_bytes_opt(), statistics.max_bytes_opt(), &cells);
                let pages = index.offset_index(at, column).unwrap();
                let pages = pages.page_locations();
                let bounds = index.column_index(at, column);
                for (page, place) in pages.iter().enumerate() {
                    let next = pages.get(page + 1).map_or(cells.len(), |next| next.first_row_index as usize);
                    let cells = &cells[place.first_row_index as usize..next];
                    let Some(bounds) = &bounds else { continue };
                    assert!(!bounds.is_null_page(page));
                    holds(bounds_of(bounds, page).0.as_deref(), bounds_of(bounds, page).1.as_deref(), cells);
                }
            }
            first = end;
        }
    }
}

use parquet::file::page_index::column_index::ColumnIndexMetaData;

type Bytes = Option<Vec<u8>>;

fn bounds_of(index: &ColumnIndexMetaData, page: usize) -> (Bytes, Bytes) {
    match index {
        ColumnIndexMetaData::INT32(index) => (
            index.min_value(page).map(|value| value.to_le_bytes().to_vec()),
            index.max_value(page).map(|value| value.to_le_bytes().to_vec()),
        ),
        ColumnIndexMetaData::INT64(index) => (
            index.min_value(page).map(|value| value.to_le_bytes().to_vec()),
            index.max_value(page).map(|value| value.to_le_bytes().to_vec()),
        ),
        ColumnIndexMetaData::BYTE_ARRAY(index) => {
            (index.min_value(page).map(<[u8]>::to_vec), index.max_value(page).map(<[u8]>::to_vec))
        }
        other => panic!("no column has {other:?}"),
    }
}

/// A missing bound holds for everything; a number is as good as its nearest one, a text may be cut.
fn holds(least: Option<&[u8]>, greatest: Option<&[u8]>, cells: &[&Owned]) {
    let whole = |bytes: &[u8]| i64::from_le_bytes(bytes.try_into().unwrap());
    let half = |bytes: &[u8]| i64::from(i32::from_le_bytes(bytes.try_into().unwrap()));
    let mut reached = (false, false);
    for cell in cells {
        match cell {
            Owned::Null => {}
            Owned::Text(text) => {
                assert!(least.unwrap() <= text.as_bytes(), "{text}");
                assert!(greatest.is_none_or(|greatest| greatest >= text.as_bytes()), "{text}");
                reached = (true, true);
            }
            Owned::Integer(value) => {
                let (least, greatest) = (half(least.unwrap()), half(greatest.unwrap()));
                assert!(least <= *value && *value <= greatest);
                reached = (reached.0 | (*value == least), reached.1 | (*value == greatest));
            }
            Owned::Time(time) => {
                let micros = i64::from(time.0) * 1_000_000;
                let (least, greatest) = (whole(least.unwrap()), whole(greatest.unwrap()));
                assert!(least <= micros && micros <= greatest);
                reached = (reached.0 | (micros == least), reached.1 | (micros == greatest));
            }
        }
    }
    assert_eq!(reached, (true, true), "the bounds are values");
}

#[test]
fn dictionaries_are_for_what_repeats_and_end_when_they_are_large() {
    let table = Edition::Platform.table("media").unwrap();
    let dir = tempfile::tempdir().unwrap();
    // urls that repeat ten times each, and are too long for a dictionary of them all
    let row = |at: i64| {
        vec![
            Owned::Integer(at),
            Owned::Integer(at / 10),
            Owned::Text(format!("{:0200}", at / 10)),
            Owned::Text("IMAGE".to_owned()),
            Owned::Integer(at % 3),
            Owned::Time(Time(at as u32)),
        ]
    };
    let rows: Vec<_> = (0..80_000).map(row).collect();
    let chunks: Vec<_> = rows.chunks(8000).collect();
    let path = &write(dir.path(), table, &chunks, LIMITS)[0];
    assert!(read(path, table).unwrap() == rows);
    let described = described(path);
    let encodings = |column: usize| -> Vec<Encoding> {
        let group = described.row_group(0).column(column);
        let all = group.page_encoding_stats_mask().unwrap().encodings();
        all.collect()
    };
    assert_eq!(encodings(0), [Encoding::PLAIN]);
    assert_eq!(encodings(1), [Encoding::RLE_DICTIONARY]);
    assert_eq!(encodings(2), [Encoding::PLAIN, Encoding::RLE_DICTIONARY]);
    assert_eq!(encodings(3), [Encoding::RLE_DICTIONARY]);
}

#[test]
fn what_a_column_cannot_hold_is_refused() {
    let table = Edition::Course.table("likes").unwrap();
    for (value, text) in [
        (Owned::Integer(1 << 31), "column photo_id cannot hold 2147483648"),
        (Owned::Null, "column photo_id cannot hold NULL"),
    ] {
        let mut encoder = Parquet::default();
        encoder.begin(table, Columns::default());
        [Owned::Integer(1), value, Owned::Null].iter().for_each(|cell| cell.cell().put(&mut encoder));
        encoder.end_row();
        let mut out = Vec::new();
        let mut open = Parquet::open(table, &Facts::default(), &mut out).unwrap();
        let error = Parquet::append(&mut open, &mut encoder.finish(), &mut out).unwrap_err();
        assert_eq!(error.to_string(), text);
    }
}
