//! A columnar format, as small as one can be: its chunks are columns, and the end of a file says where each begins.
//! It goes through the run and into a folder like any other format.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

use super::{Fake, options, tables};
use crate::edition::{Cell, Cells, EachRow, Kind, Table};
use crate::format::{Encoder, Facts, FileFormat, FormatError};
use crate::plan::{Shard, plan};
use crate::run::run;
use crate::sink::SinkError;
use crate::sink::files::{Existing, Folder};
use crate::time::Time;

/// A column of a chunk, by its kind.
#[derive(Debug)]
enum Column {
    Integers(Vec<i64>),
    Texts(Vec<String>),
    Times(Vec<u32>),
}

impl Column {
    fn bytes(&self) -> Vec<u8> {
        match self {
            Column::Integers(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
            Column::Texts(values) => values.iter().flat_map(|text| text.bytes().chain([0])).collect(),
            Column::Times(values) => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        }
    }
}

/// A file is full after so many chunks; never after none.
#[derive(Debug, Default)]
struct Columnar<const FULL: usize> {
    columns: Vec<Column>,
    at: usize,
}

impl<const FULL: usize> Columnar<FULL> {
    fn next(&mut self) -> &mut Column {
        self.at += 1;
        &mut self.columns[self.at - 1]
    }
}

impl<const FULL: usize> Cells for Columnar<FULL> {
    fn integer(&mut self, value: i64) {
        let Column::Integers(values) = self.next() else { panic!("no column of integers") };
        values.push(value);
    }

    fn text(&mut self, value: &str) {
        let Column::Texts(values) = self.next() else { panic!("no column of texts") };
        values.push(value.to_owned());
    }

    fn time(&mut self, value: Time) {
        let Column::Times(values) = self.next() else { panic!("no column of times") };
        values.push(value.0);
    }

    fn null(&mut self) {
        panic!("no column of this format is nullable");
    }

    fn end_row(&mut self) {
        self.at = 0;
    }
}

impl<const FULL: usize> Encoder for Columnar<FULL> {
    type Chunk = Vec<Column>;

    fn begin(&mut self, table: &'static Table, _used: Vec<Column>) {
        let empty = |kind| match kind {
            Kind::Integer => Column::Integers(Vec::new()),
            Kind::Text => Column::Texts(Vec::new()),
            Kind::Time => Column::Times(Vec::new()),
        };
        self.columns = table.columns.iter().map(|column| empty(column.kind)).collect();
        self.at = 0;
    }

    fn finish(&mut self) -> Vec<Column> {
        std::mem::take(&mut self.columns)
    }
}

impl<const FULL: usize> FileFormat for Columnar<FULL> {
    const NAME: &'static str = "columnar";
    const ABOUT: &'static str = "columns, then the length of each";
    /// The lengths of the columns so far.
    type Open = Vec<u64>;

    fn file_name(table: &Table) -> String {
        format!("{}.col", table.name)
    }

    fn open(_: &'static Table, _: &Facts, out: &mut dyn Write) -> io::Result<Vec<u64>> {
        out.write_all(b"COL1").map(|()| Vec::new())
    }

    fn append(lengths: &mut Vec<u64>, chunk: &mut Vec<Column>, out: &mut dyn Write) -> io::Result<()> {
        for column in chunk.drain(..) {
            let bytes = column.bytes();
            lengths.push(bytes.len() as u64);
            out.write_all(&bytes)?;
        }
        Ok(())
    }

    fn is_full(lengths: &Vec<u64>) -> bool {
        FULL > 0 && lengths.len() == 3 * FULL
    }

    fn close(lengths: Vec<u64>, out: &mut dyn Write) -> io::Result<()> {
        lengths.iter().try_for_each(|length| out.write_all(&length.to_le_bytes()))?;
        out.write_all(&(lengths.len() as u64).to_le_bytes())
    }

    /// Tables of an integer, an integer and a time.
    fn read<E: From<FormatError>>(
        path: &Path,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E> {
        let failed = |source| FormatError::Read { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        std::fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(failed)?;
        let whole = |bytes: &[u8]| u64::from_le_bytes(bytes.try_into().expect("eight bytes"));
        let (rest, count) = bytes.split_at(bytes.len() - 8);
        let (mut rest, lengths) = rest.split_at(rest.len() - 8 * whole(count) as usize);
        rest = &rest[4..];
        let lengths: Vec<_> = lengths.chunks(8).map(whole).collect();
        for lengths in lengths.chunks(table.columns.len()) {
            let columns: Vec<_> = lengths
                .iter()
                .map(|length| rest.split_off(..*length as usize).expect("it is there"))
                .collect();
            for row in 0..columns[2].len() / 4 {
                let integer = |column: &[u8]| Cell::Integer(whole(&column[8 * row..][..8]) as i64);
                let time = u32::from_le_bytes(columns[2][4 * row..][..4].try_into().expect("four bytes"));
                each(&[integer(columns[0]), integer(columns[1]), Cell::Time(Time(time))])?;
            }
        }
        Ok(())
    }
}

/// Writes a table of 16 chunks, and reads the files back: their names, if their rows are those that were written.
fn names<const FULL: usize>(dir: &Path, existing: Existing) -> Result<Vec<String>, SinkError> {
    let fake = Fake { units: 1000, chunk_units: 64 };
    let tables = tables(&["follows"]);
    let parts = plan(&fake, &tables, Shard::WHOLE).unwrap();
    let mut folder = Folder::<Columnar<FULL>>::new(dir, &tables, existing)?;
    let digests = run(&fake, &parts, &mut folder, options(3)).unwrap();
    let written = folder.commit()?;
    let mut digester = crate::sink::digest::Digester::default();
    for file in &written {
        assert_eq!(file.path, dir.join(&file.name));
        assert_eq!(file.bytes, fs::metadata(&file.path).unwrap().len());
        let before = digester.sum().rows;
        Columnar::<FULL>::read(&file.path, tables[0], &mut |cells| {
            cells.iter().for_each(|cell| cell.put(&mut digester));
            digester.end_row();
            Ok::<_, FormatError>(())
        })
        .unwrap();
        assert_eq!(digester.sum().rows - before, file.rows);
    }
    assert_eq!(digester.sum(), digests[0]);
    Ok(written.into_iter().map(|file| file.name).collect())
}

#[test]
fn a_columnar_format_goes_the_way_of_the_others() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(names::<0>(dir.path(), Existing::Refuse).unwrap(), ["follows.col"]);
}

#[test]
fn a_table_of_several_files_is_a_folder_of_parts() {
    let dir = tempfile::tempdir().unwrap();
    let part = |number| format!("follows.col/part-{number:05}.col");
    assert_eq!(names::<5>(dir.path(), Existing::Refuse).unwrap(), [part(1), part(2), part(3), part(4)]);
    // a file that is full at the very end is not followed by an empty one
    let other = tempfile::tempdir().unwrap();
    assert_eq!(names::<4>(other.path(), Existing::Refuse).unwrap(), [part(1), part(2), part(3), part(4)]);
    assert_eq!(names::<16>(tempfile::tempdir().unwrap().path(), Existing::Refuse).unwrap(), ["follows.col"]);

    let again = names::<0>(dir.path(), Existing::Refuse).unwrap_err().to_string();
    assert!(again.ends_with("follows.col already exists"), "{again}");
    let listing = |dir: &Path| {
        let names = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    };
    // parts become fewer parts, one file, and parts again
    assert_eq!(names::<8>(dir.path(), Existing::Replace).unwrap(), [part(1), part(2)]);
    assert_eq!(listing(&dir.path().join("follows.col")), ["part-00001.col", "part-00002.col"]);
    assert_eq!(names::<0>(dir.path(), Existing::Replace).unwrap(), ["follows.col"]);
    assert_eq!(names::<8>(dir.path(), Existing::Replace).unwrap(), [part(1), part(2)]);
    assert_eq!(listing(dir.path()), ["follows.col"]);

    fs::write(dir.path().join("follows.col/notes.txt"), "mine").unwrap();
    let refused = names::<0>(dir.path(), Existing::Replace).unwrap_err().to_string();
    assert!(
        refused.ends_with("follows.col is a folder with more than the parts of a table; it is not replaced"),
        "{refused}"
    );
    assert_eq!(listing(&dir.path().join("follows.col")), ["notes.txt", "part-00001.col", "part-00002.col"]);
}
