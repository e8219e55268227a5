//! A table above the size of a file, with a limit that a test can afford: the parts are the same from any number of
//! threads, and together they are the table.

use std::sync::atomic::AtomicBool;

use super::*;
use crate::edition::WorldRows;
use crate::plan::{Shard, plan};
use crate::profile::{Profile, ProfileOverrides};
use crate::run::{self, Options};
use crate::sink::digest::{Digest, Digester};
use crate::sink::files::{Existing, Folder, Written};
use crate::world::World;

const FEW: Limits = Limits { group_rows: 10_000, group_bytes: 1 << 20, file_bytes: 100_000 };

/// Parquet with other limits.
#[derive(Default)]
struct Few(Parquet);

impl Cells for Few {
    fn integer(&mut self, value: i64) {
        self.0.integer(value);
    }

    fn text(&mut self, value: &str) {
        self.0.text(value);
    }

    fn time(&mut self, value: Time) {
        self.0.time(value);
    }

    fn null(&mut self) {
        self.0.null();
    }

    fn end_row(&mut self) {
        self.0.end_row();
    }
}

impl Encoder for Few {
    type Chunk = Columns;

    fn begin(&mut self, table: &'static Table, used: Columns) {
        self.0.begin(table, used);
    }

    fn finish(&mut self) -> Columns {
        self.0.finish()
    }
}

impl FileFormat for Few {
    const NAME: &'static str = Parquet::NAME;
    const ABOUT: &'static str = Parquet::ABOUT;
    type Open = Open;

    fn file_name(table: &Table) -> String {
        Parquet::file_name(table)
    }

    fn open(table: &'static Table, facts: &Facts, out: &mut dyn Write) -> io::Result<Open> {
        Ok(Open { limits: FEW, ..Parquet::open(table, facts, out)? })
    }

    fn append(open: &mut Open, chunk: &mut Columns, out: &mut dyn Write) -> io::Result<()> {
        Parquet::append(open, chunk, out)
    }

    fn is_full(open: &Open) -> bool {
        Parquet::is_full(open)
    }

    fn close(open: Open, out: &mut dyn Write) -> io::Result<()> {
        Parquet::close(open, out)
    }

    fn read<E: From<FormatError>>(
        path: &Path,
        table: &'static Table,
        each: &mut EachRow<'_, E>,
    ) -> Result<(), E> {
        Parquet::read(path, table, each)
    }
}

fn generate(dir: &Path, table: &'static Table, threads: usize) -> (Vec<Written>, Digest) {
    static GO: AtomicBool = AtomicBool::new(false);
    let overrides = ProfileOverrides { users: Some(8000), ..ProfileOverrides::default() };
    let world = World::new(&Profile::load("social", &overrides).unwrap()).unwrap();
    let rows = WorldRows::new(&world, Edition::Course).unwrap();
    let options = Options { threads, stop: &GO, observer: &() };
    let mut parts = plan(&rows, &[table], Shard::WHOLE).unwrap();
    run::number(&rows, &mut parts, options).unwrap();
    let mut folder = Folder::<Few>::new(dir, &[table], Existing::Refuse).unwrap();
    let digests = run::run(&rows, &parts, &mut folder, options).unwrap();
    (folder.commit().unwrap(), digests[0])
}

#[test]
fn a_table_above_the_limit_is_parts_that_are_the_table() {
    let table = Edition::Course.table("follows").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let (written, digest) = generate(dir.path(), table, 3);
    assert!(written.len() >= 3, "{}", written.len());
    let (last, full) = written.split_last().unwrap();
    let mut digester = Digester::default();
    for (number, file) in (1..).zip(&written) {
        assert_eq!(file.name, format!("follows.parquet/part-{number:05}.parquet"));
        assert_eq!(fs::metadata(&file.path).unwrap().len(), file.bytes);
        let groups: i64 = described(&file.path).row_groups().iter().map(|group| group.num_rows()).sum();
        assert_eq!(file.rows, groups as u64);
        for row in read(&file.path, table).unwrap() {
            row.iter().for_each(|cell| cell.cell().put(&mut digester));
            digester.end_row();
        }
    }
    assert_eq!(digester.sum(), digest);
    assert!(last.rows > 0, "no empty file follows the last full one");
    for file in full {
        // a row group past the limit, and the description of the file
        assert!((100_000..1_000_000).contains(&file.bytes), "{} has {} bytes", file.name, file.bytes);
    }

    let other = tempfile::tempdir().unwrap();
    let (again, _) = generate(other.path(), table, 1);
    assert_eq!(again.len(), written.len());
    for (one, three) in again.iter().zip(&written) {
        assert!(fs::read(&one.path).unwrap() == fs::read(&three.path).unwrap(), "{}", one.name);
    }
}
