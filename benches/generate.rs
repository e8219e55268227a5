//! How fast rows are made: rows/s and MB/s of each table as CSV bytes that are thrown away, medians of several
//! runs, on one thread and on two; and the whole data set in files against `tpchgen-cli`, if that is installed.
//!
//!     cargo bench --bench generate [-- USERS [EDITION [TABLE...]]]     (100,000 users of the course if nothing is said)
//!
//! `tpchgen-cli` is another generator of CSV, in Rust: `pip install tpchgen-cli` or `cargo install tpchgen-cli`.
//! Each run asserts what it has computed: every number of threads gives the same rows.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::time::Instant;

use instaseed::edition::{Edition, Table, WorldRows};
use instaseed::format::csv::Csv;
use instaseed::plan::{Shard, plan};
use instaseed::profile::{Profile, ProfileOverrides};
use instaseed::run::{Options, number, run};
use instaseed::sink::digest::Digest;
use instaseed::sink::files::{Existing, Folder, Stream};
use instaseed::world::World;

const RUNS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let users: i64 = args.first().map_or(Ok(100_000), |users| users.parse())?;
    let edition: Edition = args.get(1).map_or(Ok(Edition::Course), |edition| edition.parse())?;
    let overrides = ProfileOverrides { users: Some(users), ..ProfileOverrides::default() };
    let started = Instant::now();
    let world = World::new(&Profile::load("social", &overrides)?)?;
    let rows = WorldRows::new(&world, edition)?;
    println!("{users} users, edition {edition}; ready after {:.0} ms", started.elapsed().as_secs_f64() * 1e3);
    println!("{:<12} {:>7} {:>12} {:>10} {:>12} {:>8}", "table", "threads", "rows", "ms", "rows/s", "MB/s");
    for table in edition.tables() {
        if args.len() > 2 && !args[2..].iter().any(|name| name == table.name) {
            continue;
        }
        let mut seen: Option<Digest> = None;
        for threads in [1, 2] {
            let mut runs: Vec<_> =
                (0..RUNS).map(|_| timed(&rows, table, threads)).collect::<Result<_, _>>()?;
            runs.sort_by(|a, b| a.0.total_cmp(&b.0));
            let (seconds, digest, bytes) = runs[RUNS / 2];
            assert!(runs.iter().all(|run| run.1 == *seen.get_or_insert(digest)), "{} differs", table.name);
            println!(
                "{:<12} {threads:>7} {:>12} {:>10.1} {:>12.0} {:>8.0}",
                table.name,
                digest.rows,
                seconds * 1e3,
                digest.rows as f64 / seconds,
                bytes as f64 / 1e6 / seconds
            );
        }
    }
    if args.len() <= 2 {
        against_tpchgen(&rows, edition)?;
    }
    Ok(())
}

fn options(threads: usize) -> Options<'static> {
    static GO: AtomicBool = AtomicBool::new(false);
    Options { threads, stop: &GO, observer: &() }
}

/// Seconds, digest and bytes of one table.
fn timed(
    rows: &WorldRows<'_>,
    table: &'static Table,
    threads: usize,
) -> Result<(f64, Digest, u64), instaseed::Error> {
    let mut parts = plan(rows, &[table], Shard::WHOLE)?;
    number(rows, &mut parts, options(threads))?;
    let mut sink = Stream::<Csv, _>::new(io::sink());
    let started = Instant::now();
    let digests = run(rows, &parts, &mut sink, options(threads))?;
    Ok((started.elapsed().as_secs_f64(), digests[0], sink.bytes()))
}

/// Files of both generators in the same folder of temporary files, one after the other, on two threads each.
fn against_tpchgen(rows: &WorldRows<'_>, edition: Edition) -> Result<(), Box<dyn std::error::Error>> {
    let dir = tempfile::tempdir()?;
    let tables: Vec<_> = edition.tables().iter().collect();
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let started = Instant::now();
        let mut parts = plan(rows, &tables, Shard::WHOLE)?;
        number(rows, &mut parts, options(2))?;
        let mut folder = Folder::<Csv>::new(&dir.path().join("ours"), &tables, Existing::Replace)?;
        run(rows, &parts, &mut folder, options(2))?;
        let bytes: u64 = folder.commit()?.iter().map(|file| file.bytes).sum();
        ours.push(bytes as f64 / 1e6 / started.elapsed().as_secs_f64());
        let Some(rate) = tpchgen(&dir.path().join("theirs"))? else {
            println!("\ntpchgen-cli is not installed (pip install tpchgen-cli): no comparison");
            return Ok(());
        };
        theirs.push(rate);
    }
    ours.sort_by(f64::total_cmp);
    theirs.sort_by(f64::total_cmp);
    let (ours, theirs) = (ours[RUNS / 2], theirs[RUNS / 2]);
    println!(
        "\nall tables into files: {ours:.0} MB/s; tpchgen-cli csv: {theirs:.0} MB/s; ratio {:.2}",
        ours / theirs
    );
    Ok(())
}

/// MB/s of `tpchgen-cli csv`, if there is one.
fn tpchgen(dir: &Path) -> io::Result<Option<f64>> {
    let started = Instant::now();
    let mut command = Command::new("tpchgen-cli");
    command.args(["csv", "--scale-factor", "1", "--num-threads", "2", "--output-dir"]).arg(dir);
    match command.stdout(Stdio::null()).stderr(Stdio::null()).status() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
        Ok(status) if !status.success() => Err(io::Error::other("tpchgen-cli failed")),
        Ok(_) => {
            let seconds = started.elapsed().as_secs_f64();
            let mut bytes = 0;
            for entry in std::fs::read_dir(dir)? {
                bytes += entry?.metadata()?.len();
            }
            std::fs::remove_dir_all(dir)?;
            Ok(Some(bytes as f64 / 1e6 / seconds))
        }
    }
}
