//! A load through the real binary, killed at any moment: what is left is named, and the load ends with the same rows.
//!
//! `INSTASEED_KILLS` sets how many times each engine's load is killed (a few by default), `INSTASEED_KILL_USERS`
//! how large the world is.

use std::process::Child;
use std::time::{Duration, Instant};

use instaseed::load::{self, Phase};
use serde_json::Value;

use crate::support::{TestDb, each_engine, from_environment, instaseed, object, on};

/// The digests of a load, as `check` tells those of a database.
fn fingerprints(loaded: &Value) -> Value {
    let tables = loaded["tables"].as_array().expect("a list of tables").iter();
    tables
        .map(|table| (table["table"].as_str().expect("a name").to_owned(), table["digest"].clone()))
        .collect()
}

fn seed() -> String {
    format!("seed --users {} --seed 5", from_environment("INSTASEED_KILL_USERS", 200_u64))
}

#[test]
fn a_killed_load_goes_on_to_the_same_rows() {
    each_engine(|db| {
        on(db, "setup --no-seed").expect(0);
        let catalogue = db.connect().catalogue().unwrap().to_string();
        let begun = Instant::now();
        let whole = object(&on(db, &format!("{} --json", seed())).expect(0));
        let took = begun.elapsed();
        let kills = from_environment("INSTASEED_KILLS", 2_u64);
        let mut cut_off = 0;
        for kill in 0..kills {
            let url = db.url();
            let line = format!("{} --replace --yes --quiet", seed());
            let arguments: Vec<&str> = line.split(' ').chain(["--database-url", &url]).collect();
            let mut child = instaseed(&arguments).spawn();
            // Spread over the whole of a load, a little before and after it.
            std::thread::sleep(took.mul_f64((kill as f64 + 0.5) / kills as f64));
            child.kill().unwrap();
            child.wait().unwrap();
            // A server sees that its client is gone when the statement at hand ends; until then the lock is held.
            let mut status = object(&on(db, "migrate status --json").expect(0));
            while !status["under_way"].is_null() && begun.elapsed() < Duration::from_secs(600) {
                status = object(&on(db, "migrate status --json").expect(0));
            }
            let told = status.get("load").is_some();
            assert_eq!(status["ok"], !told);
            if told {
                cut_off += 1;
                let refused = on(db, &seed()).expect(2);
                assert!(refused.stderr.contains("was interrupted"), "{}", refused.stderr);
                on(db, "migrate down --yes").expect(2);
                let resumed = object(&on(db, "seed --resume --json").expect(0));
                assert_eq!(resumed["tables"], whole["tables"]);
            }
            // It had not begun, or it had ended, or it was resumed: either way the rows are those of the first load.
            let checked = object(&on(db, "check --json").expect(0));
            assert_eq!(checked["fingerprint"]["tables"], fingerprints(&whole));
            assert_eq!(db.connect().catalogue().unwrap().to_string(), catalogue);
        }
        println!("{kills} kills, {cut_off} in the middle of a load of {took:?}");
    });
}

/// Waits until rows have begun to arrive: seen in the bookkeeping, or on SQLite, which the load holds alone, in the
/// growth of the file.
fn wait_for_rows(db: &TestDb, child: &mut Child) {
    let size = || db.target().path().map(|path| std::fs::metadata(path).map_or(0, |file| file.len()));
    let before = size();
    for _ in 0..5000 {
        let begun = match (before, size()) {
            (Some(before), Some(now)) => now > before + (200 << 10),
            _ => load::interrupted(&mut db.connect())
                .ok()
                .flatten()
                .is_some_and(|load| load.phase == Phase::Loading),
        };
        if begun || child.try_wait().unwrap().is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    panic!("no row ever came");
}

#[test]
fn a_first_ctrl_c_stops_a_load_so_that_it_can_go_on_or_be_taken_back() {
    each_engine(|db| {
        on(db, "setup --no-seed").expect(0);
        let url = db.url();
        let mut stopped = false;
        // The moment is chance all the same: what had ended before the signal is loaded again.
        for _ in 0..10 {
            let line = "seed --users 1500 --replace --yes --quiet --threads 1";
            let arguments: Vec<&str> = line.split(' ').chain(["--database-url", &url]).collect();
            let mut child = instaseed(&arguments).spawn();
            wait_for_rows(db, &mut child);
            let process = rustix::process::Pid::from_child(&child);
            // It may have ended this very moment.
            let _ = rustix::process::kill_process(process, rustix::process::Signal::INT);
            let output = child.wait_with_output().unwrap();
            if output.status.code() == Some(130) {
                let words = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(words.contains("stopped before the end"), "{words}");
                stopped = true;
                break;
            }
        }
        assert!(stopped, "no load was stopped in the middle");
        on(db, "migrate status --check").expect(1);
        on(db, "seed --discard --yes").expect(0);
        on(db, "migrate status --check").expect(0);
        assert_eq!(db.connect().count("users").unwrap(), 0);
    });
}
