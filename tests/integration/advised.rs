//! The way out that a message names is one: it fits what is wrong, is said once, and can be typed as it stands.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use instaseed::database::Engine;
use instaseed::edition::{Edition, WorldRows};
use instaseed::fingerprint::GENERATOR_VERSION;
use instaseed::load::{self, DataSet, Mode, Options, Phase};
use instaseed::migration::{Hint, MigrationError, Obstacle, WayOut};
use instaseed::profile::{Profile, ProfileOverrides};
use instaseed::world::World;

use crate::load::options;
use crate::lock::{migrate, rounds};
use crate::migrate::{folder, write};
use crate::retried::cut_off;
use crate::support::{at_course, each_engine, instaseed, object, on, on_engine, scratch};

#[test]
fn check_names_the_migration_that_was_cut_off() {
    on_engine(Engine::Mysql, |db| {
        at_course(db);
        let fault = "migrate:after-statement:1@20260101000900";
        migrate(db, &["to", "platform"]).env("INSTASEED_FAULT", fault).run().expect(-1);
        let refused = on(db, "check").expect(2).stderr;
        assert!(refused.contains("(name_as_platform) is half-applied: "), "{refused}");
        assert!(refused.contains("`instaseed migrate repair --database-url"), "{refused}");
        migrate(db, &["repair"]).run().expect(0);
    });
}

#[test]
fn a_migration_that_was_cut_off_late_is_no_schema_to_correct_by_hand() {
    each_engine(|db| {
        on(db, "setup --profile tiny -q").expect(0);
        let fault = "migrate:after-record:4@20260101001300";
        let code = migrate(db, &["to", "platform"]).env("INSTASEED_FAULT", fault).run().code;
        for words in ["check", "check --edition platform", "check --edition course"] {
            let done = on(db, words);
            assert!(!format!("{done:?}").contains("ALTER TABLE"), "{words}: {done:?}");
            if db.engine() == Engine::Mysql {
                assert_eq!((code, done.code), (-1, 2), "{done:?}");
                assert!(done.stderr.contains("is half-applied: 4 of "), "{words}: {}", done.stderr);
                assert!(
                    done.stderr.contains("`instaseed migrate repair --database-url"),
                    "{words}: {}",
                    done.stderr
                );
            }
        }
        migrate(db, &["repair"]).run().expect(0);
        migrate(db, &["to", "platform"]).run().expect(0);
        on(db, "check --edition platform").expect(0);
        let refused = on(db, "check --edition course").expect(2).stderr;
        assert!(refused.contains("is at edition platform, not course"), "{refused}");
        assert!(refused.contains("`instaseed migrate to course --database-url"), "{refused}");
    });
}

#[test]
fn between_two_editions_the_way_out_is_a_migration() {
    each_engine(|db| {
        on(db, "setup --profile tiny -q").expect(0);
        let advised = |goal: &str| {
            for verb in ["check", "seed"] {
                let refused = on(db, verb).expect(2).stderr;
                assert!(refused.contains("is between two editions"), "{verb}: {refused}");
                let way = format!("`instaseed migrate to {goal} --database-url");
                assert!(refused.contains(&way), "{verb}: {refused}");
            }
        };
        on(db, "migrate down 2 --yes -q").expect(0);
        advised("course");
        on(db, "migrate to platform -q").expect(0);
        on(db, "migrate down 5 --yes -q").expect(0);
        advised("platform");
        on(db, "migrate to platform -q").expect(0);
        on(db, "check").expect(0);
    });
}

#[test]
fn check_waits_for_migrations_and_names_them() {
    each_engine(|db| {
        on(db, "setup --profile tiny -q").expect(0);
        let fault = "migrate:pause:40";
        let mut run = migrate(db, &["to", "platform", "-q"]).env("INSTASEED_FAULT", fault).spawn();
        while run.try_wait().expect("a child").is_none() {
            on(db, "check").expect(0);
        }
        assert!(run.wait().expect("it ended").success());
        on(db, "check --edition platform").expect(0);
        // Migrations that begin while a check is at it.
        std::thread::scope(|scope| {
            let checks = scope.spawn(|| {
                for _ in 0..rounds() * 4 {
                    let done = on(db, "check");
                    // On a machine that is slow enough, no check fits between two migrations.
                    let overtaken =
                        done.code == 2 && done.stderr.contains("was migrated while it was being read");
                    assert!(overtaken || matches!(done.code, 0 | 1), "{}: {}", done.code, done.stderr);
                }
            });
            let mut goals = ["course", "platform"].into_iter().cycle();
            while !checks.is_finished() {
                migrate(db, &["to", goals.next().expect("endless"), "--yes", "-q"]).run().expect(0);
                std::thread::sleep(Duration::from_millis(100));
            }
        });
        migrate(db, &["to", "platform", "-q"]).run().expect(0);
        let fault = "migrate:pause:600000";
        let mut run = migrate(db, &["to", "course", "--yes"]).env("INSTASEED_FAULT", fault).spawn();
        let begun = Instant::now();
        let said = loop {
            let done = on(db, "check --lock-timeout 1");
            // One that began before the run may be overtaken by it instead.
            if done.code == 2 && !done.stderr.contains("was migrated while it was being read") {
                break done.stderr;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "the run never began");
        };
        run.kill().expect("it was there");
        run.wait().expect("it is gone");
        assert!(said.contains("another run holds the lock: "), "{said}");
        assert!(!said.contains("ALTER TABLE"), "{said}");
    });
}

#[test]
fn a_way_forward_over_a_half_taken_back_migration_asks_nothing() {
    on_engine(Engine::Mysql, |db| {
        on(db, "setup --no-seed --edition platform -q").expect(0);
        let fault = "migrate:after-statement:1";
        migrate(db, &["down", "--yes"]).env("INSTASEED_FAULT", fault).run().expect(-1);
        on(db, "migrate to platform").expect(0);
        on(db, "migrate status --check").expect(0);
        // What goes back beyond it asks.
        migrate(db, &["down", "--yes"]).env("INSTASEED_FAULT", fault).run().expect(-1);
        let refused = on(db, "migrate down").expect(2).stderr;
        assert!(refused.contains("`migrate down` undoes 1 migration "), "{refused}");
    });
}

#[test]
fn a_database_file_that_is_checked_as_a_folder_is_named_as_a_database() {
    let folder = scratch();
    instaseed(&["setup", "--no-seed"]).dir(&folder).run().expect(0);
    let refused = instaseed(&["check", "instaseed.db"]).dir(&folder).run().expect(2).stderr;
    assert!(refused.contains("`instaseed check --database-url instaseed.db`"), "{refused}");
}

/// Cuts a load off once its rows are in.
struct CutAtRestoring;

impl instaseed::run::Observer for CutAtRestoring {}

impl load::Observer for CutAtRestoring {
    fn phase(&self, phase: Phase, _: usize) {
        if phase == Phase::Restoring {
            resume_unwind(Box::new(()));
        }
    }
}

#[test]
fn a_resume_that_loads_no_row_says_what_it_did() {
    each_engine(|db| {
        on(db, "setup --no-seed -q").expect(0);
        let over = ProfileOverrides { users: Some(50), ..ProfileOverrides::default() };
        let profile = Profile::load("social", &over).unwrap();
        let world = World::new(&profile).unwrap();
        let rows = WorldRows::new(&world, Edition::Course).unwrap();
        let profile = profile.to_record();
        let data =
            DataSet { edition: Edition::Course, generator_version: GENERATOR_VERSION, profile, origin: None };
        let options = Options { observer: Arc::new(CutAtRestoring), ..options(Mode::Fresh) };
        catch_unwind(AssertUnwindSafe(|| load::load(db.target(), &data, &rows, options))).unwrap_err();
        let done = on(db, "seed --resume").expect(0).stdout;
        assert!(done.contains("rows were already loaded; the rest of the load was done in "), "{done}");
        assert!(!done.contains("0 rows/s") && !done.contains("Loaded 0"), "{done}");
        on(db, "check").expect(0);
    });
}

#[test]
fn a_plan_over_an_interrupted_load_is_refused_as_the_run_is() {
    each_engine(|db| {
        cut_off(db);
        for verb in ["migrate plan to platform", "migrate to platform"] {
            let refused = on(db, verb).expect(2).stderr;
            assert!(refused.contains("was interrupted, and the schema must not change"), "{verb}: {refused}");
            assert!(refused.contains("`instaseed seed --resume --database-url"), "{verb}: {refused}");
        }
    });
}

#[test]
fn one_way_out_of_several_obstacles_is_said_once() {
    let obstacle = |name: &str| Obstacle {
        kind: "foreign key".to_owned(),
        name: name.to_owned(),
        because: "it points at users".to_owned(),
        way_out: WayOut::Run("DROP TABLE mine".to_owned()),
    };
    let error = MigrationError::Obstacles { obstacles: vec![obstacle("a"), obstacle("b")] };
    assert_eq!(error.hint(), Some(Hint::ClearTheWay { ways: vec![obstacle("a").way_out] }));
}

#[test]
fn doctor_and_status_name_an_own_migration_whose_script_is_empty() {
    let root = folder(&[("0001_good", "CREATE TABLE good (a INT);", "DROP TABLE good;")]);
    write(&root, "0002_empty", "-- nothing yet\n", "DROP TABLE x;");
    let name = root.to_str().unwrap();
    each_engine(|db| {
        at_course(db);
        let status = migrate(db, &["status", "--migrations", name]).run().expect(0).stdout;
        assert!(status.contains("0002_empty/up.sql contains no statement"), "{status}");
        assert!(status.contains("write its SQL") && status.contains("pending        0001  good"), "{status}");
        let json =
            object(&migrate(db, &["status", "--json", "--check", "--migrations", name]).run().expect(1));
        assert!(
            json["source_error"].as_str().unwrap().ends_with("0002_empty/up.sql contains no statement"),
            "{json}"
        );
        let doctor = on(db, &format!("doctor --migrations {name}")).expect(1).stdout;
        assert!(doctor.contains("BAD   own migrations"), "{doctor}");
        assert!(
            doctor.contains("0002_empty/up.sql contains no statement") && doctor.contains("write its SQL"),
            "{doctor}"
        );
        migrate(db, &["up", "--migrations", name]).run().expect(2);
    });
}

#[test]
fn seed_after_a_step_back_names_the_database_that_was_given() {
    each_engine(|db| {
        on(db, "setup --users 5 -q").expect(0);
        for (before, seed) in [
            ("migrate down --yes -q", "seed --replace --yes"),
            ("migrate up -q", "seed --replace --yes --edition platform"),
            ("migrate up -q", "seed --users 6"),
        ] {
            on(db, before).expect(0);
            let refused = on(db, seed).expect(2).stderr;
            let commands = refused.matches("`instaseed ").count();
            assert!(commands > 0, "{refused}");
            assert_eq!(refused.matches("--database-url").count(), commands, "{refused}");
        }
    });
}
