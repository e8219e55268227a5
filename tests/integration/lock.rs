//! One run at a time: the second waits and finds nothing to do; who is killed leaves no lock and no lie.
//!
//! `INSTASEED_ROUNDS` repeats each race so many times (2 without it).

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use instaseed::database::{Db, Engine};
use instaseed::migration::{Holder, MigrationError, Observer, Options, Runner, Source};

use crate::migrate::{THREE, folder, migration_error, tables};
use crate::support::{Call, TestDb, each_engine, from_environment, instaseed};

pub fn rounds() -> u64 {
    from_environment("INSTASEED_ROUNDS", 2)
}

/// A call of `migrate` on a test's database.
pub fn migrate(test: &TestDb, verb: &[&str]) -> Call {
    let url = test.url();
    let mut arguments = vec!["migrate", "--database-url", &url];
    arguments.extend(verb);
    instaseed(&arguments)
}

/// A pseudo-random number below `limit`, another one for each seed.
fn random(seed: u64, limit: u64) -> u64 {
    seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(31).wrapping_mul(0xbf58_476d_1ce4_e5b9) % limit
}

#[test]
fn of_two_runs_at_once_one_works_and_the_other_finds_nothing_to_do() {
    each_engine(|test| {
        for _ in 0..rounds() {
            let runs = [(); 2]
                .map(|()| migrate(test, &["to", "course"]).env("INSTASEED_FAULT", "migrate:pause:5").spawn());
            let said = runs.map(|child| {
                let output = child.wait_with_output().expect("it ends");
                let (out, err) =
                    (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
                assert!(output.status.success(), "{out}{err}");
                format!("{out}{err}")
            });
            let idle = said.iter().filter(|said| said.contains("Nothing to do")).count();
            assert_eq!(idle, 1, "{said:#?}");
            migrate(test, &["to", "none", "--yes"]).run().expect(0);
        }
    });
}

/// Remembers whom it had to wait for.
#[derive(Default)]
struct Waiter(Option<Holder>);

impl Observer for Waiter {
    fn waiting(&mut self, holder: &Holder, _waited: Duration) {
        self.0 = Some(holder.clone());
    }
}

/// Starts a run that lasts, and waits until it has the lock.
#[expect(clippy::zombie_processes, reason = "the callers kill it and wait for its end")]
fn lingering(test: &TestDb, migrations: &Path) -> std::process::Child {
    let child = migrate(test, &["up", "--migrations", migrations.to_str().expect("UTF-8")])
        .env("INSTASEED_FAULT", "migrate:pause:30000")
        .spawn();
    let source = source(test, migrations);
    let begun = Instant::now();
    loop {
        let mut db = test.connect();
        let options = Options { lock_timeout: Duration::ZERO, ..Options::default() };
        let held = match Runner::new(&mut db, &source, options).status() {
            Ok(status) => status.under_way.is_some(),
            Err(error) => matches!(migration_error(error), MigrationError::Locked { .. }),
        };
        if held {
            return child;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "the run never began");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn source(test: &TestDb, migrations: &Path) -> Source {
    let ours = Source::embedded(test.engine()).expect("ours are good");
    ours.with_folder(migrations).expect("theirs are good")
}

/// Migrations that come before ours, so that the very first statement is one of them.
fn early() -> PathBuf {
    folder(&[("0001_slow", THREE[0].1, THREE[0].2)])
}

#[test]
fn who_waits_is_told_for_whom_and_gives_up_in_time() {
    each_engine(|test| {
        let migrations = early();
        let mut child = lingering(test, &migrations);
        let source = source(test, &migrations);
        let mut db = test.connect();
        let mut waiter = Waiter::default();
        let options = Options { lock_timeout: Duration::from_secs(1), ..Options::default() };
        let begun = Instant::now();
        let error = Runner::new(&mut db, &source, options)
            .observed_by(&mut waiter)
            .run(&instaseed::migration::Goal::Up(None))
            .unwrap_err();
        assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
        let MigrationError::Locked { holder, .. } = migration_error(error) else { panic!("another error") };
        let expected = match test.engine() {
            Engine::Sqlite => format!("process {} (instaseed)", child.id()),
            Engine::Mysql | Engine::Postgres => "connection ".to_owned(),
        };
        assert!(holder.to_string().starts_with(&expected), "{holder}");
        assert_eq!(waiter.0, Some(holder));
        child.kill().expect("it was still there");
        child.wait().expect("it is gone");
    });
}

#[test]
fn a_killed_holder_leaves_no_lock() {
    each_engine(|test| {
        let migrations = early();
        let mut child = lingering(test, &migrations);
        child.kill().expect("it was still there");
        child.wait().expect("it is gone");
        let folder = migrations.to_str().expect("UTF-8");
        migrate(test, &["up", "--migrations", folder, "--lock-timeout", "10"]).run().expect(0);
        assert!(tables(&mut test.connect()).contains(&"a".to_owned()));
    });
}

#[test]
fn a_kill_at_a_random_moment_is_told_truly_and_finished_by_repair_or_up() {
    each_engine(|test| {
        let wanted = reference(test.engine());
        for round in 0..rounds() {
            let (from, goal) = if round % 2 == 0 { ("none", "platform") } else { ("platform", "none") };
            migrate(test, &["to", from, "--yes"]).run().expect(0);
            let mut child =
                migrate(test, &["to", goal, "--yes"]).env("INSTASEED_FAULT", "migrate:pause:2").spawn();
            std::thread::sleep(Duration::from_millis(20 + random(round, 400)));
            let _ = child.kill();
            let mut printed = String::new();
            child.stdout.take().expect("piped").read_to_string(&mut printed).expect("readable");
            child.wait().expect("it is gone");

            // A server needs a moment to see that its client is gone.
            let seen = settled(test);
            let halves = seen.iter().filter(|state| *state == "half-applied").count();
            assert!(
                seen.iter()
                    .all(|state| ["applied", "pending", "other-edition", "half-applied"]
                        .contains(&state.as_str())),
                "{seen:?}"
            );
            assert!(halves <= usize::from(test.engine() == Engine::Mysql), "{seen:?}");
            let applied = seen.iter().filter(|state| *state == "applied").count();
            eprintln!("round {round}: {applied} applied, {halves} half-applied after the kill");
            if round % 3 == 0 {
                migrate(test, &["repair"]).run().expect(0);
                assert!(!settled(test).contains(&"half-applied".to_owned()));
            }
            migrate(test, &["to", "platform", "--yes"]).run().expect(0);
            let mut db = test.connect();
            let found = db.catalogue().expect("readable");
            assert_eq!(found.difference(&wanted), (Vec::new(), Vec::new()), "after round {round}: {printed}");
        }
    });
}

/// The states once no run is under way any more.
fn settled(test: &TestDb) -> Vec<String> {
    loop {
        let finished = migrate(test, &["status", "--json"]).run().expect(0);
        let status: serde_json::Value = serde_json::from_str(&finished.stdout).expect("one object");
        if status.get("under_way").is_none() {
            let migrations = status["migrations"].as_array().expect("a list");
            return migrations.iter().map(|m| m["state"].as_str().expect("a state").to_owned()).collect();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// The catalogue of the platform edition when nothing interferes.
pub fn reference(engine: Engine) -> instaseed::database::Catalogue {
    let test = TestDb::absent(engine).expect("the caller has one of this engine");
    instaseed::database::create(test.target()).expect("created");
    migrate(&test, &["to", "platform"]).run().expect(0);
    let mut db: Db = test.connect();
    db.catalogue().expect("readable")
}
