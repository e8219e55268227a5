//! Files of other programs, and files that are none: what holds the same is read, anything else is named.

use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, Int96};
use parquet::schema::parser::parse_message_type;

use super::*;

/// Values of a column as another program may store them.
enum Stored {
    Int32(&'static [i32]),
    Int64(&'static [i64]),
    Int96(&'static [[u32; 3]]),
    Bytes(&'static [&'static [u8]]),
}

/// Writes a file with the library's own writer; each row is there.
fn store(schema: &str, compression: Compression, columns: &[Stored]) -> tempfile::NamedTempFile {
    let file = tempfile::NamedTempFile::new().unwrap();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
    let mut writer = SerializedFileWriter::new(file.reopen().unwrap(), schema, properties).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut columns = columns.iter();
    while let Some(mut column) = group.next_column().unwrap() {
        let levels = |count: usize| vec![1; count];
        match (column.untyped(), columns.next().unwrap()) {
            (ColumnWriter::Int32ColumnWriter(writer), Stored::Int32(values)) => {
                writer.write_batch(values, Some(&levels(values.len())), None).unwrap()
            }
            (ColumnWriter::Int64ColumnWriter(writer), Stored::Int64(values)) => {
                writer.write_batch(values, Some(&levels(values.len())), None).unwrap()
            }
            (ColumnWriter::Int96ColumnWriter(writer), Stored::Int96(values)) => {
                let values: Vec<_> = values.iter().map(|words| Int96::from(words.to_vec())).collect();
                writer.write_batch(&values, Some(&levels(values.len())), None).unwrap()
            }
            (ColumnWriter::ByteArrayColumnWriter(writer), Stored::Bytes(values)) => {
                let values: Vec<_> = values.iter().map(|bytes| ByteArray::from(*bytes)).collect();
                writer.write_batch(&values, Some(&levels(values.len())), None).unwrap()
            }
            _ => panic!("the values are not of the schema's type"),
        };
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    file
}

fn tags() -> &'static Table {
    Edition::Course.table("tags").unwrap()
}

const IDS: Stored = Stored::Int64(&[1, 2]);
const NAMES: Stored = Stored::Bytes(&[b"love", "żółć".as_bytes()]);

fn expected() -> Vec<Vec<Owned>> {
    let row = |id, name: &str, time| {
        vec![Owned::Integer(id), Owned::Text(name.to_owned()), Owned::Time(Time(time))]
    };
    vec![row(1, "love", 0), row(2, "żółć", 1_700_000_000)]
}

#[test]
fn columns_may_be_in_another_order_and_of_another_type() {
    let times: [(&str, Stored); 5] = [
        ("INT64 created_at (TIMESTAMP(MILLIS,true))", Stored::Int64(&[0, 1_700_000_000_000])),
        ("INT64 created_at (TIMESTAMP(MICROS,false))", Stored::Int64(&[0, 1_700_000_000_000_000])),
        ("INT64 created_at (TIMESTAMP(NANOS,false))", Stored::Int64(&[0, 1_700_000_000_000_000_000])),
        ("INT64 created_at (TIMESTAMP_MILLIS)", Stored::Int64(&[0, 1_700_000_000_000])),
        // 80,000 seconds of day 2,460,263
        ("INT96 created_at", Stored::Int96(&[[0, 0, 2_440_588], [1_939_144_704, 18_626, 2_460_263]])),
    ];
    for (time, stored) in times {
        for compression in [Compression::UNCOMPRESSED, Compression::SNAPPY] {
            let stored = match &stored {
                Stored::Int64(values) => Stored::Int64(values),
                Stored::Int96(values) => Stored::Int96(values),
                _ => unreachable!("times are one of these"),
            };
            let schema = format!(
                "message pandas {{ optional {time}; optional BYTE_ARRAY tag_name (UTF8); optional INT64 id; }}"
            );
            let file = store(&schema, compression, &[stored, NAMES, IDS]);
            assert_eq!(read(file.path(), tags()).unwrap(), expected(), "{time}");
        }
    }
    let small = "message spark { required INT32 id (INTEGER(8,false)); required BYTE_ARRAY tag_name; \
                 required INT64 created_at (TIMESTAMP(MILLIS,true)); }";
    let file = store(
        small,
        Compression::UNCOMPRESSED,
        &[Stored::Int32(&[1, 2]), NAMES, Stored::Int64(&[0, 1_700_000_000_000])],
    );
    assert_eq!(read(file.path(), tags()).unwrap(), expected());
}

fn problem(path: &Path, table: &'static Table) -> String {
    let error = read(path, table).unwrap_err().to_string();
    error.strip_prefix(&format!("{}: ", path.display())).expect("the file is named").to_owned()
}

#[test]
fn what_is_not_the_same_is_named() {
    let id = "optional INT64 id;";
    let name = "optional BYTE_ARRAY tag_name (UTF8);";
    let time = "optional INT64 created_at (TIMESTAMP(NANOS,true));";
    let times = || Stored::Int64(&[0, 0]);
    let cases: [(String, Vec<Stored>, &str); 9] = [
        (format!("{id} {name}"), vec![IDS, NAMES], "column created_at is missing"),
        (
            format!("{id} {name} {time} optional INT64 __index_level_0__;"),
            vec![IDS, NAMES, times(), IDS],
            "table tags has no column \"__index_level_0__\"",
        ),
        (
            format!("{name} {time} optional BYTE_ARRAY id (UTF8);"),
            vec![NAMES, times(), NAMES],
            "column id should be INT32 or INT64, but is BYTE_ARRAY (String)",
        ),
        (
            format!("{id} {name} optional INT64 created_at;"),
            vec![IDS, NAMES, times()],
            "column created_at should be a timestamp, but is INT64",
        ),
        (
            format!("{id} {name} optional BYTE_ARRAY created_at (UTF8);"),
            vec![IDS, NAMES, NAMES],
            "column created_at should be a timestamp, but is BYTE_ARRAY (String)",
        ),
        (
            format!("{id} {name} {time}"),
            vec![IDS, NAMES, Stored::Int64(&[0, 1_500_000_000])],
            "row 2: created_at is not a valid time in whole seconds: 1500000000 / 1000000000 s",
        ),
        (
            format!("{id} {name} {time}"),
            vec![IDS, NAMES, Stored::Int64(&[-1_000_000_000, 0])],
            "row 1: created_at is not a valid time from 1970 to 2106: -1000000000 / 1000000000 s",
        ),
        (
            format!("{id} {name} {time}"),
            vec![IDS, Stored::Bytes(&[b"love", b"\xFF"]), times()],
            "row 2: tag_name is not a valid text: not UTF-8",
        ),
        (
            format!("optional group id {{ optional INT64 id; }} {name} {time}"),
            vec![],
            "column id should be INT32 or INT64, but is nested",
        ),
    ];
    for (schema, columns, wanted) in cases {
        let schema = format!("message other {{ {schema} }}");
        let file = match columns.is_empty() {
            false => store(&schema, Compression::UNCOMPRESSED, &columns),
            true => {
                let file = tempfile::NamedTempFile::new().unwrap();
                let schema = Arc::new(parse_message_type(&schema).unwrap());
                let writer = SerializedFileWriter::new(file.reopen().unwrap(), schema, Default::default());
                writer.unwrap().close().unwrap();
                file
            }
        };
        assert_eq!(problem(file.path(), tags()), wanted);
    }
}

#[test]
fn what_is_no_parquet_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("tags.parquet");
    for bytes in [&b""[..], b"PAR1", b"id,tag_name,created_at\n1,love,\n", b"PAR1\0\0\0\0PAR1", &[0xFF; 5000]]
    {
        fs::write(&path, bytes).unwrap();
        let problem = problem(&path, tags());
        assert!(problem.starts_with("not a whole Parquet file ("), "{problem}");
    }
}

/// A cut file never passes for a whole one.
#[test]
fn cut_files_are_refused() {
    let table = Edition::Platform.table("users").unwrap();
    let rows = rows(table, 300, 9);
    let dir = tempfile::tempdir().unwrap();
    let path = &write(dir.path(), table, &[&rows], LIMITS)[0];
    let whole = fs::read(path).unwrap();
    for length in (0..whole.len()).step_by(97) {
        fs::write(path, &whole[..length]).unwrap();
        assert!(problem(path, table).starts_with("not a whole Parquet file ("), "{length}");
    }
}

/// Pages have a checksum: a changed byte of one never passes for another value.
#[test]
fn changed_values_are_found() {
    let table = Edition::Platform.table("users").unwrap();
    let rows = rows(table, 300, 9);
    let dir = tempfile::tempdir().unwrap();
    let path = &write(dir.path(), table, &[&rows], LIMITS)[0];
    let whole = fs::read(path).unwrap();
    let index = described(path).page_index().unwrap().offset_index(0, 1).unwrap().page_locations()[0].clone();
    // the end of the page of the second column: values, then their checksum
    let end = index.offset as usize + index.compressed_page_size as usize;
    for at in end - 8..end {
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(path, &bytes).unwrap();
        assert!(problem(path, table).starts_with("broken in row 1: "), "{at}");
    }
}

/// No changed byte is worse than an error. A panic would end the program, so nothing here catches one.
#[test]
fn changed_bytes_are_errors_or_rows() {
    let dir = tempfile::tempdir().unwrap();
    for (seed, table) in all_tables().enumerate() {
        let rows = rows(table, 300, seed as u64 + 100);
        let path = &write(dir.path(), table, &[&rows], LIMITS)[0];
        let whole = fs::read(path).unwrap();
        let mut random = Stream::new(seed as u64);
        for _ in 0..300 {
            let mut bytes = whole.clone();
            for _ in 0..1 + random.draw() % 3 {
                let at = (random.draw() % bytes.len() as u64) as usize;
                bytes[at] ^= (1 + random.draw() % 255) as u8;
            }
            fs::write(path, &bytes).unwrap();
            let _ = read(path, table);
        }
    }
}
