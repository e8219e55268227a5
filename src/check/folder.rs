//! Reads the CSV files of a folder, one row at a time in one reused buffer.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use super::error::{CheckError, FileProblem};
use super::schema::Difference;
use super::source::{Cell, EachRow, Source};
use crate::check::Result;
use crate::edition::{Column, Edition, Kind, Table, WIDEST};
use crate::sink::csv;
use crate::time::Time;

/// No record of ours comes near this; a file that does not end is found by it.
const MOST_RECORD_BYTES: usize = 1 << 24;
/// Bytes read at once.
const BUFFER_BYTES: usize = 1 << 18;

/// A folder of CSV files, one a table.
pub struct Folder {
    dir: PathBuf,
}

impl Folder {
    pub fn new(dir: &Path) -> Folder {
        Folder { dir: dir.to_owned() }
    }

    fn path(&self, table: &Table) -> PathBuf {
        self.dir.join(format!("{}.csv", table.name))
    }
}

impl Source for Folder {
    fn place(&self) -> String {
        self.dir.display().to_string()
    }

    /// The edition whose files are all there.
    fn edition(&mut self) -> Result<Edition> {
        if !self.dir.is_dir() {
            return Err(CheckError::NoFolder { path: self.dir.clone() });
        }
        let whole = |edition: &Edition| edition.tables().iter().all(|table| self.path(table).is_file());
        let found = Edition::ALL.into_iter().find(whole);
        found.ok_or_else(|| CheckError::NoEdition { place: self.dir.display().to_string() })
    }

    /// A file's header is looked at when the file is read.
    fn differences(&mut self, _: Edition) -> Result<Vec<Difference>> {
        Ok(Vec::new())
    }

    fn read(&mut self, table: &'static Table, each: EachRow<'_>) -> Result<()> {
        let path = self.path(table);
        let file = File::open(&path).map_err(|source| CheckError::Read { path: path.clone(), source })?;
        let mut lines = Records {
            input: BufReader::with_capacity(BUFFER_BYTES, file),
            path,
            line: 1,
            next_line: 1,
            text: Vec::new(),
        };
        let expected = csv::header(table);
        if !lines.advance()? || lines.text != expected.trim_end().as_bytes() {
            return Err(lines.problem(FileProblem::Header { expected: expected.trim_end().to_owned() }));
        }
        let mut plain = String::new();
        while lines.advance()? {
            lines.row(table, &mut plain, each)?;
        }
        Ok(())
    }
}

/// Records of a file: lines, but for line ends in quotes.
struct Records {
    input: BufReader<File>,
    path: PathBuf,
    /// The line on which the record begins.
    line: u64,
    next_line: u64,
    text: Vec<u8>,
}

impl Records {
    fn problem(&self, problem: FileProblem) -> CheckError {
        CheckError::Malformed { path: self.path.clone(), line: self.line, problem }
    }

    /// Reads the next record into `text`; false at the end of the file.
    fn advance(&mut self) -> Result<bool> {
        self.line = self.next_line;
        self.text.clear();
        let mut even = true;
        loop {
            let before = self.text.len();
            let room = (MOST_RECORD_BYTES - before) as u64;
            let read = self.input.by_ref().take(room).read_until(b'\n', &mut self.text);
            read.map_err(|source| CheckError::Read { path: self.path.clone(), source })?;
            if self.text.len() == MOST_RECORD_BYTES {
                return Err(self.problem(FileProblem::TooLong));
            }
            self.next_line += 1;
            let quotes = self.text[before..].iter().filter(|&&b| b == b'"').count();
            even ^= quotes % 2 == 1;
            if self.text.len() == before {
                if !even {
                    return Err(self.problem(FileProblem::OpenQuote));
                }
                return Ok(!self.text.is_empty());
            }
            if even {
                break;
            }
        }
        for end in [b'\n', b'\r'] {
            if self.text.last() == Some(&end) {
                self.text.pop();
            }
        }
        Ok(true)
    }

    /// Splits the record into cells. `plain` holds the texts whose quotes had to be undone.
    fn row(&self, table: &'static Table, plain: &mut String, each: EachRow<'_>) -> Result<()> {
        let record = std::str::from_utf8(&self.text).map_err(|_| self.problem(FileProblem::Encoding))?;
        let columns = table.columns;
        // Undone texts are shorter than the record, so that this room is never outgrown while it is lent.
        plain.clear();
        let mut spans = [(0, 0); WIDEST];
        let mut found = 0;
        let mut rest = Some(record);
        let mut fields = [Field::Bare(""); WIDEST];
        while let Some(text) = rest {
            let (field, left) = split(text);
            if let Some(slot) = fields.get_mut(found) {
                *slot = field;
                if let Field::Doubled(inside) = field {
                    let start = plain.len();
                    inside.split("\"\"").enumerate().for_each(|(i, piece)| {
                        if i > 0 {
                            plain.push('"');
                        }
                        plain.push_str(piece);
                    });
                    spans[found] = (start, plain.len());
                }
            }
            found += 1;
            rest = left;
        }
        if found != columns.len() {
            return Err(self.problem(FileProblem::Fields { found, expected: columns.len() }));
        }
        let mut cells = [Cell::Null; WIDEST];
        for (i, column) in columns.iter().enumerate() {
            let text = match fields[i] {
                Field::Bare("") => continue,
                Field::Bare(text) | Field::Quoted(text) => text,
                Field::Doubled(_) => &plain[spans[i].0..spans[i].1],
            };
            cells[i] = cell(column, text).map_err(|problem| self.problem(problem))?;
        }
        each(&cells[..columns.len()])
    }
}

#[derive(Clone, Copy)]
enum Field<'a> {
    Bare(&'a str),
    Quoted(&'a str),
    /// Quoted, with doubled quotes inside.
    Doubled(&'a str),
}

/// The first field of a record, and what follows its comma.
fn split(record: &str) -> (Field<'_>, Option<&str>) {
    let Some(inside) = record.strip_prefix('"') else {
        return match record.split_once(',') {
            Some((field, rest)) => (Field::Bare(field), Some(rest)),
            None => (Field::Bare(record), None),
        };
    };
    let bytes = inside.as_bytes();
    let (mut at, mut doubled) = (0, false);
    while at < bytes.len() {
        if bytes[at] != b'"' {
            at += 1;
        } else if bytes.get(at + 1) == Some(&b'"') {
            doubled = true;
            at += 2;
        } else {
            break;
        }
    }
    let field = if doubled { Field::Doubled(&inside[..at]) } else { Field::Quoted(&inside[..at]) };
    (field, inside.get(at + 1..).and_then(|rest| rest.strip_prefix(',')))
}

fn cell<'a>(column: &Column, text: &'a str) -> Result<Cell<'a>, FileProblem> {
    let wrong =
        |what| FileProblem::Cell { column: column.name, what, value: text.chars().take(40).collect() };
    Ok(match column.kind {
        Kind::Text => Cell::Text(text),
        Kind::Integer => Cell::Integer(text.parse().map_err(|_| wrong("whole number"))?),
        Kind::Time => Cell::Time(Time::parse(text).ok_or_else(|| wrong("time (YYYY-MM-DD HH:MM:SS)"))?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(table: &str, content: &str) -> Result<Vec<String>> {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join(format!("{table}.csv")), content).unwrap();
        let table = Edition::Course.table(table).unwrap();
        let mut rows = Vec::new();
        Folder::new(dir.path()).read(table, &mut |cells| {
            rows.push(format!("{cells:?}"));
            Ok(())
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
            (format!("{head}1,\"a\nb\",\nx,a,\n"), "line 4: id is no whole number: \"x\""),
            (
                format!("{head}1,a,yesterday\n"),
                "line 2: created_at is no time (YYYY-MM-DD HH:MM:SS): \"yesterday\"",
            ),
            (format!("{head}1,\"a,\n"), "line 2: a quoted field does not end"),
        ] {
            let error = read("tags", &text).unwrap_err().to_string();
            assert!(error.ends_with(problem), "{error}");
        }
    }
}
