//! How fast a database is copied: `instaseed copy` of a platform database from each engine to each other one, everything
//! included but the schema (reading, loading, comparing both ends), against `instaseed seed` of the same rows on the slower
//! engine of the pair, in turn, as ratios of medians of rows per second.
//!
//!     cargo bench --bench copy [-- USERS [RUNS]]     (7,000 users, about a million rows; 3 runs)
//!
//! The servers are private ones, with durable settings, on this machine. Each copy ends with equal digests, or fails.

#[path = "../tests/integration"]
mod integration {
    pub mod support;
}

use std::sync::atomic::Ordering;

use instaseed::database::Engine;
use integration::support::{self, TestDb, instaseed, object};

/// A copy is to be at least this fast, compared with a seed.
const AIM: f64 = 0.5;

fn main() {
    support::DURABLE.store(true, Ordering::Relaxed);
    let args: Vec<String> = std::env::args().skip(1).filter(|arg| !arg.starts_with("--")).collect();
    let users = args.first().map_or("7000", String::as_str);
    let runs: usize = args.get(1).map_or(3, |runs| runs.parse().expect("a number of runs"));
    let engines: Vec<Engine> =
        Engine::ALL.into_iter().filter(|engine| TestDb::absent(*engine).is_some()).collect();
    let mut seeds = vec![Vec::new(); engines.len()];
    let mut copies = vec![vec![Vec::new(); engines.len()]; engines.len()];
    let mut rows = 0;
    for _ in 0..runs {
        let sources: Vec<TestDb> =
            engines.iter().map(|engine| TestDb::absent(*engine).expect("it was there")).collect();
        for (source, times) in sources.iter().zip(&mut seeds) {
            call(&["setup", "--edition", "platform", "--no-seed", "--database-url", &source.url()]);
            let done = call(&["seed", "--users", users, "--database-url", &source.url()]);
            rows = done["rows"].as_u64().expect("a number");
            times.push(rows as f64 / done["seconds"].as_f64().expect("a number"));
        }
        for (from, source) in sources.iter().enumerate() {
            for (to, engine) in engines.iter().enumerate() {
                let target = TestDb::absent(*engine).expect("it was there");
                // The schema is there beforehand, as it is for a seed.
                call(&["setup", "--edition", "platform", "--no-seed", "--database-url", &target.url()]);
                let done = call(&["copy", "--from", &source.url(), "--to", &target.url()]);
                assert_eq!(done["rows"], rows);
                copies[from][to].push(rows as f64 / done["seconds"].as_f64().expect("a number"));
            }
        }
    }
    let seeds: Vec<f64> = seeds.into_iter().map(median).collect();
    for (engine, seed) in engines.iter().zip(&seeds) {
        println!("seed {engine:<10} {rows:>10} rows  {seed:>9.0} rows/s");
    }
    for (from, row) in copies.into_iter().enumerate() {
        for (to, times) in row.into_iter().enumerate() {
            let (copy, slower) = (median(times), seeds[from].min(seeds[to]));
            let ratio = copy / slower;
            println!(
                "copy {:<10} to {:<10} {copy:>9.0} rows/s  {ratio:.2} of seed's (aim {AIM}){}",
                engines[from].to_string(),
                engines[to].to_string(),
                if ratio >= AIM { "" } else { "  NOT REACHED" }
            );
        }
    }
}

fn call(words: &[&str]) -> serde_json::Value {
    object(&instaseed(&[words, &["--json", "--quiet"]].concat()).run().expect(0))
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
