//! Properties of files and digests, over rows that nobody would think of.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::{Cell, Folder, Source};
use crate::edition::{Cells, Edition, Kind, Table};
use crate::format::{Facts, FileFormat, FileType, Format, WithFormat};
use crate::random::stream::Stream;
use crate::sink::digest::{Digest, Digester};
use crate::time::Time;

/// What quoting, line ends and widths go wrong with.
const PIECES: [&str; 14] = [
    "\"",
    "\"\"",
    ",",
    "\n",
    "\r",
    "\r\n",
    " ",
    "a",
    "NULL",
    "\u{0}",
    "ż",
    "🍣",
    "\u{202e}",
    "0123456789abcdef",
];

/// A cell that owns its text.
#[derive(Clone, Debug, PartialEq)]
enum Owned {
    Null,
    Integer(i64),
    Text(String),
    Time(Time),
}

impl Owned {
    fn draw(kind: Kind, random: &mut Stream) -> Owned {
        if random.draw().is_multiple_of(8) {
            return Owned::Null;
        }
        match kind {
            Kind::Integer => Owned::Integer((random.draw() as i64) >> (random.draw() % 64)),
            Kind::Time => Owned::Time(Time((random.draw() as u32) >> (random.draw() % 32))),
            Kind::Text => {
                let pieces = random.draw() % 6;
                let piece = |random: &mut Stream| PIECES[(random.draw() % PIECES.len() as u64) as usize];
                Owned::Text((0..pieces).map(|_| piece(random)).collect())
            }
        }
    }

    fn cell(&self) -> Cell<'_> {
        match self {
            Owned::Null => Cell::Null,
            Owned::Integer(value) => Cell::Integer(*value),
            Owned::Text(text) => Cell::Text(text),
            Owned::Time(time) => Cell::Time(*time),
        }
    }
}

fn rows(table: &Table, count: u64, random: &mut Stream) -> Vec<Vec<Owned>> {
    let row = |random: &mut Stream| table.columns.iter().map(|c| Owned::draw(c.kind, random)).collect();
    (0..count).map(|_| row(random)).collect()
}

fn put(rows: &[Vec<Owned>], cells: &mut impl Cells) {
    for row in rows {
        row.iter().for_each(|cell| cell.cell().put(cells));
        cells.end_row();
    }
}

fn digest(rows: &[Vec<Owned>]) -> Digest {
    let mut digester = Digester::default();
    put(rows, &mut digester);
    digester.sum()
}

/// Rows that fit the types of the schema, as a format with types needs them.
fn as_the_schema_has(table: &Table, mut rows: Vec<Vec<Owned>>) -> Vec<Vec<Owned>> {
    for row in &mut rows {
        for (cell, column) in row.iter_mut().zip(table.columns) {
            *cell = match (&*cell, column.kind) {
                (Owned::Integer(value), _) => Owned::Integer(i64::from(*value as i32)),
                (Owned::Null, Kind::Integer) if !column.nullable => Owned::Integer(0),
                (Owned::Null, Kind::Time) if !column.nullable => Owned::Time(Time(0)),
                (Owned::Null, Kind::Text) if !column.nullable => Owned::Text(String::new()),
                _ => continue,
            };
        }
    }
    rows
}

/// Writes the file of a table in any format.
struct WriteFile<'a> {
    dir: &'a Path,
    table: &'static Table,
    rows: &'a [Vec<Owned>],
}

impl WithFormat for WriteFile<'_> {
    type Output = PathBuf;

    fn with<F: FileFormat>(self) -> PathBuf {
        let path = self.dir.join(F::file_name(self.table));
        let mut file = File::create(&path).expect("a file can be made");
        let mut open = F::open(self.table, &Facts::default(), &mut file).expect("a file can be written");
        let mut encoder = F::default();
        let mut used = F::Chunk::default();
        for rows in self.rows.chunks(300) {
            encoder.begin(self.table, used);
            put(rows, &mut encoder);
            used = encoder.finish();
            F::append(&mut open, &mut used, &mut file).expect("a file can be written");
        }
        F::close(open, &mut file).expect("a file can be written");
        path
    }
}

#[test]
fn whatever_is_written_is_read_back_to_the_letter_in_every_format() {
    let dialects = Format::ALL.iter().map(|format| format.plain());
    for kind in FileType::all().chain(dialects) {
        let dir = tempfile::tempdir().expect("a folder can be made");
        let dir = dir.path();
        for edition in Edition::ALL {
            for (at, table) in edition.tables().iter().enumerate() {
                let written = rows(table, 1000, &mut Stream::new(at as u64));
                let written =
                    if kind.format.can_compress() { written } else { as_the_schema_has(table, written) };
                let path = kind.choose(WriteFile { dir, table, rows: &written });
                assert_eq!(path, dir.join(kind.file_name(table)));
                let mut read = written.iter();
                let mut each = |cells: &[Cell<'_>]| {
                    let wanted: Vec<Cell<'_>> =
                        read.next().expect("not more rows").iter().map(Owned::cell).collect();
                    assert_eq!(cells, wanted, "{kind:?} {edition} {}", table.name);
                    Ok(())
                };
                Folder::new(dir).read(table, &mut each).expect("the file can be read");
                assert!(read.next().is_none(), "{kind:?} {edition} {}: rows are missing", table.name);
                std::fs::remove_file(path).expect("it is there");
            }
        }
    }
}

#[test]
fn a_digest_tells_every_change_of_a_cell_and_no_change_of_order() {
    let table = Edition::Platform.table("users").expect("it is there");
    let mut random = Stream::new(7);
    for _ in 0..300 {
        let mut rows = rows(table, 1 + random.draw() % 8, &mut random);
        let whole = digest(&rows);
        assert_eq!(Digest::parse(whole.rows, &whole.to_string()), Some(whole));

        let (first, second) = rows.split_at((random.draw() % rows.len() as u64) as usize);
        let mut sum = digest(second);
        sum += digest(first);
        assert_eq!(sum, whole, "parts add up in any order");

        let row = (random.draw() % rows.len() as u64) as usize;
        let at = (random.draw() % table.columns.len() as u64) as usize;
        let other = Owned::draw(table.columns[at].kind, &mut random);
        if other != rows[row][at] {
            rows[row][at] = other;
            assert_ne!(digest(&rows), whole, "{rows:?}");
        }
    }
}

#[test]
fn a_text_that_is_no_digest_is_refused() {
    let digest = digest(&[vec![Owned::Integer(1)]]).to_string();
    assert_eq!(digest.len(), 32);
    for text in [
        "",
        "0",
        &digest[1..],
        &format!("{digest}0"),
        &format!("+{}", &digest[1..]),
        &digest.replace(|_| true, "g"),
    ] {
        assert_eq!(Digest::parse(1, text), None, "{text}");
    }
    assert_eq!(Digest::parse(1, "ééééééééééééééééé"), None, "letters of two bytes");
}
