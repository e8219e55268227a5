//! Parquet through the real binary: the same bytes from any number of threads, parts that add up, a stream, broken
//! files; and what other programs read, where they are installed.

use std::fs;
use std::path::Path;
use std::process::Command;

use instaseed::edition::{Cells, Edition, Table};
use instaseed::format::FormatError;
use instaseed::format::{FileFormat, parquet::Parquet};
use instaseed::sink::digest::{Digest, Digester};

use crate::support::{instaseed, scratch};

fn generate(out: &Path, edition: &str, options: &[&str]) {
    let fixed = ["generate", "--format", "parquet", "--users", "400", "--edition", edition, "--out"];
    let out = out.to_str().expect("the folder's name is UTF-8");
    instaseed(&[&fixed[..], &[out], options].concat()).run().expect(0);
}

fn path(dir: &Path, table: &Table) -> std::path::PathBuf {
    dir.join(format!("{}.parquet", table.name))
}

fn digest(dir: &Path, table: &'static Table) -> Digest {
    let mut digester = Digester::default();
    Parquet::read(&path(dir, table), table, &mut |cells| {
        cells.iter().for_each(|cell| cell.put(&mut digester));
        digester.end_row();
        Ok::<_, FormatError>(())
    })
    .expect("the file can be read");
    digester.sum()
}

#[test]
fn threads_do_not_change_a_byte() {
    for edition in Edition::ALL {
        let dirs = ["1", "2", "5"].map(|threads| {
            let dir = scratch();
            generate(&dir, edition.name(), &["--threads", threads]);
            dir
        });
        for table in edition.tables() {
            let one = fs::read(path(&dirs[0], table)).unwrap();
            for dir in &dirs[1..] {
                assert!(fs::read(path(dir, table)).unwrap() == one, "{edition} {}", table.name);
            }
        }
    }
}

#[test]
fn parts_add_up_to_the_whole() {
    let whole = scratch();
    generate(&whole, "platform", &[]);
    let parts = ["1/3", "2/3", "3/3"].map(|shard| {
        let dir = scratch();
        generate(&dir, "platform", &["--shard", shard]);
        dir
    });
    for table in Edition::Platform.tables() {
        let mut sum = Digest::default();
        parts.iter().for_each(|dir| sum += digest(dir, table));
        assert_eq!(sum, digest(&whole, table), "{}", table.name);
    }
}

#[test]
fn a_table_streams_to_standard_output() {
    let dir = scratch();
    generate(&dir, "course", &[]);
    let options = ["--format", "parquet", "--users", "400", "--table", "follows", "--out", "-"];
    let streamed =
        Command::new(env!("CARGO_BIN_EXE_instaseed")).arg("generate").args(options).output().unwrap();
    assert!(streamed.status.success());
    let table = Edition::Course.table("follows").unwrap();
    assert!(streamed.stdout == fs::read(path(&dir, table)).unwrap());
}

#[test]
fn a_broken_file_is_named_with_a_way_out() {
    let dir = scratch();
    generate(&dir, "course", &[]);
    let out = dir.to_str().unwrap();
    let tags = dir.join("tags.parquet");
    let whole = fs::read(&tags).unwrap();
    // without a manifest, which would find another size first
    fs::remove_file(dir.join("manifest.json")).unwrap();
    for (bytes, problem) in [
        (&whole[..whole.len() / 2], "tags.parquet: not a whole Parquet file ("),
        (b"id,tag_name,created_at\n", "tags.parquet: not a whole Parquet file ("),
        (
            &fs::read(dir.join("users.parquet")).unwrap(),
            "tags.parquet: table tags has no column \"username\"",
        ),
    ] {
        fs::write(&tags, bytes).unwrap();
        let refused = instaseed(&["check", out]).run().expect(2);
        assert!(refused.stderr.contains(problem), "{}", refused.stderr);
        assert!(refused.stderr.contains("help: "), "{}", refused.stderr);
    }
}

/// With numpy, pyarrow, pandas, DuckDB and PySpark, as far as they are there; `INSTASEED_PYTHON` has them. Not only Parquet:
/// compressed text, too.
#[test]
fn other_programs_read_the_same_rows() {
    let python = std::env::var("INSTASEED_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = |module: &str| {
        let import = format!("import numpy, pyarrow, {module}");
        Command::new(&python).args(["-c", &import]).output().is_ok_and(|call| call.status.success())
    };
    let readers = [("pyarrow", "pyarrow"), ("pandas", "pandas"), ("duckdb", "duckdb"), ("spark", "pyspark")];
    let readers: Vec<_> =
        readers.iter().filter(|(_, module)| has(module)).map(|(reader, _)| *reader).collect();
    if readers.is_empty() {
        return;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/parquet/read_back.py");
    let kinds = [
        ("course", "parquet"),
        ("platform", "parquet"),
        ("course", "jsonl.gz"),
        ("platform", "csv.gz"),
        ("platform", "csv.zst"),
    ];
    for (edition, format) in kinds {
        let dir = scratch();
        let out = dir.to_str().unwrap();
        let generate = ["generate", "--users", "400", "--edition", edition, "--format", format, "--out", out];
        instaseed(&generate).run().expect(0);
        let needs_more = |reader: &str| reader == "pandas" && format.ends_with("zst") && !has("zstandard");
        let readers: Vec<_> = readers.iter().filter(|reader| !needs_more(reader)).collect();
        if readers.is_empty() {
            continue;
        }
        let call = Command::new(&python).arg(&script).arg(&*dir).args(&readers).output().unwrap();
        let (stdout, stderr) = (String::from_utf8_lossy(&call.stdout), String::from_utf8_lossy(&call.stderr));
        assert!(call.status.success(), "{stdout}{stderr}");
        let tables = edition.parse::<Edition>().unwrap().tables().len();
        assert_eq!(stdout.matches("  same\n").count(), tables * readers.len(), "{stdout}{stderr}");
    }
}
