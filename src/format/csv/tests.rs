//! What is written as CSV, to the byte, and what is read from it.

use super::*;
use crate::edition::Edition;
use crate::format::FileFormat;

fn line(row: impl Fn(&mut Csv)) -> String {
    let mut csv = Csv::default();
    csv.begin(Edition::Course.table("photos").unwrap(), Buffer::default());
    row(&mut csv);
    csv.end_row();
    String::from_utf8(csv.finish().as_slice().to_vec()).unwrap()
}

#[test]
fn integers_are_written_in_full() {
    let samples =
        [0, 1, 9, 10, 99, 100, 12_345, 99_999_999, 100_000_000, 2_147_483_647, -1, i64::MIN, i64::MAX];
    for value in samples.into_iter().chain((0..27).map(|i| 3i64.pow(i))) {
        assert_eq!(line(|csv| csv.integer(value)), format!("{value}\n"));
    }
}

#[test]
fn times_are_utc_to_the_second() {
    for (seconds, text) in [
        (0, "1970-01-01 00:00:00"),
        (951_782_399, "2000-02-28 23:59:59"),
        (951_782_400, "2000-02-29 00:00:00"),
        (1_709_208_000, "2024-02-29 12:00:00"),
        (u32::MAX, "2106-02-07 06:28:15"),
    ] {
        assert_eq!(line(|csv| csv.time(Time(seconds))), format!("{text}\n"));
    }
}

#[test]
fn texts_are_quoted_only_when_they_must_be() {
    assert_eq!(line(|csv| csv.text("plain text #tag")), "plain text #tag\n");
    assert_eq!(line(|csv| csv.text("")), "\"\"\n");
    assert_eq!(line(|csv| csv.text("a,b")), "\"a,b\"\n");
    assert_eq!(line(|csv| csv.text("say \"hi\"")), "\"say \"\"hi\"\"\"\n");
    assert_eq!(line(|csv| csv.text("two\nlines")), "\"two\nlines\"\n");
    assert_eq!(line(|csv| csv.text("\"")), "\"\"\"\"\n");
}

#[test]
fn null_is_an_empty_field_without_quotes() {
    assert_eq!(
        line(|csv| {
            csv.integer(7);
            csv.null();
            csv.text("");
        }),
        "7,,\"\"\n"
    );
}

#[test]
fn a_buffer_grows_with_its_rows_and_is_used_again() {
    let table = Edition::Course.table("tags").unwrap();
    let (mut csv, mut spare) = (Csv::default(), Buffer::default());
    for round in 0..2 {
        csv.begin(table, spare);
        for i in 0..50_000 {
            csv.integer(i);
            csv.text("żółw");
            csv.end_row();
        }
        let buffer = csv.finish();
        let text = std::str::from_utf8(buffer.as_slice()).unwrap();
        assert_eq!(text.lines().count(), 50_000, "round {round}");
        assert!(text.ends_with("49999,żółw\n"));
        spare = buffer;
    }
}

fn read(table: &str, content: &str) -> Result<Vec<String>, FormatError> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    let mut rows = Vec::new();
    <Csv as FileFormat>::read(file.path(), Edition::Course.table(table).unwrap(), &mut |cells| {
        rows.push(format!("{cells:?}"));
        Ok::<_, FormatError>(())
    })?;
    Ok(rows)
}

#[test]
fn what_csv_can_say_is_understood() {
    let rows = read(
        "tags",
        "id,tag_name,created_at\n1,love,2020-01-01 00:00:00\n2,\"a,\"\"b\"\"\nc\",\n3,\"\",\n4,,\n",
    );
    assert_eq!(
        rows.unwrap(),
        [
            "[Integer(1), Text(\"love\"), Time(Time(1577836800))]",
            "[Integer(2), Text(\"a,\\\"b\\\"\\nc\"), Null]",
            "[Integer(3), Text(\"\"), Null]",
            "[Integer(4), Null, Null]",
        ]
    );
}

#[test]
fn a_long_field_of_many_lines_takes_no_longer_than_its_length() {
    let lines = "a line of it\n".repeat(1_200_000);
    let rows = read("tags", &format!("id,tag_name,created_at\n1,\"{lines}\",\n")).unwrap();
    assert_eq!(rows.len(), 1);
    let error = read("tags", &format!("id,tag_name,created_at\n1,\"{lines}{lines}\",\n")).unwrap_err();
    assert!(error.to_string().ends_with("line 2: a record is longer than 16 megabytes"), "{error}");
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    let head = "id,tag_name,created_at\n";
    for (text, problem) in [
        ("id,name\n".to_owned(), "line 1: the columns should be id,tag_name,created_at"),
        (String::new(), "line 1: the columns should be id,tag_name,created_at"),
        (format!("{head}1,a\n"), "line 2: 2 fields instead of 3"),
        (format!("{head}1,a,,\n"), "line 2: 4 fields instead of 3"),
        (format!("{head}1,\"a\nb\",\nx,a,\n"), "line 4: id is not a valid whole number: \"x\""),
        (
            format!("{head}1,a,yesterday\n"),
            "line 2: created_at is not a valid time (YYYY-MM-DD HH:MM:SS): \"yesterday\"",
        ),
        (format!("{head}1,\"a,\n"), "line 2: a quoted field has no closing quote"),
    ] {
        let error = read("tags", &text).unwrap_err().to_string();
        assert!(error.ends_with(problem), "{error}");
    }
}
