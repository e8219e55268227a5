//! Nothing is taken away without consent: on every engine, for every verb that takes something away.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64};

use instaseed::database::Engine;
use instaseed::deployment::{self, Deployment, DeploymentError};
use instaseed::edition::Edition;
use instaseed::load::{self, Mode};
use instaseed::migration::{self, Source};
use instaseed::profile::{Profile, ProfileOverrides};

use crate::line::catalogue;
use crate::support::{StopAfter, TestDb, each_engine, instaseed, on, on_engine};

/// The catalogue and a row that must survive a refusal.
fn state(db: &TestDb) -> String {
    let mut connection = db.connect();
    let catalogue = connection.catalogue().expect("the catalogue can be read");
    format!("{catalogue:?} {}", connection.count("users").expect("the table is there"))
}

fn with_a_user(db: &TestDb) {
    on(db, "migrate to course").expect(0);
    db.connect().batch("INSERT INTO users (username) VALUES ('anna')").expect("a user can be inserted");
}

const VERBS: [&str; 6] = [
    "migrate down",
    "migrate down all",
    "migrate redo",
    "migrate to create_users",
    "reset --no-seed",
    "reset --drop --no-seed",
];

#[test]
fn without_a_terminal_what_takes_away_needs_yes() {
    each_engine(|db| {
        with_a_user(db);
        let before = state(db);
        for verb in VERBS {
            let done = on(db, verb).expect(2);
            assert!(
                done.stderr.contains("there is no terminal to ask for consent"),
                "{verb}: {}",
                done.stderr
            );
            assert!(done.stderr.contains("help: add --yes"), "{verb}: {}", done.stderr);
            assert_eq!(state(db), before, "{verb} changed something");
        }
    });
}

#[test]
fn a_protected_database_refuses_even_with_yes() {
    each_engine(|db| {
        with_a_user(db);
        on(db, "migrate protect").expect(0);
        let before = state(db);
        for verb in VERBS {
            let done = on(db, &format!("{verb} --yes --allow-remote")).expect(2);
            assert!(done.stderr.contains("is protected"), "{verb}: {}", done.stderr);
            assert_eq!(state(db), before, "{verb} changed something");
        }
        on(db, "migrate up").expect(0);
        on(db, "migrate unprotect").expect(2);
        on(db, "migrate unprotect --yes").expect(0);
        assert!(!migration::is_protected(&mut db.connect()).expect("it can be asked"));
        on(db, "migrate to course --yes").expect(0);
    });
}

/// Stops a load after its first rows.
struct Stopping(Arc<AtomicBool>);

impl migration::Observer for Stopping {}

impl deployment::Observer for Stopping {
    fn loads(&mut self, _: deployment::Loading<'_>) -> Arc<dyn load::Observer> {
        Arc::new(StopAfter { chunks: AtomicU64::new(1), stop: Arc::clone(&self.0) })
    }
}

/// The mark holds for callers of the library too, who have no guard before them, also when it is set after the plan.
#[test]
fn the_library_itself_refuses_to_take_rows_from_a_protected_database() {
    on_engine(Engine::Sqlite, |db| {
        on(db, "setup --profile tiny -q").expect(0);
        let source = Source::embedded(db.engine()).expect("the migrations are built in");
        let mut deployment = Deployment::new(db.target().clone(), source);
        let profile = Profile::load("tiny", &ProfileOverrides::default()).expect("a profile");
        let refused = |what: &str, error: DeploymentError| match error {
            DeploymentError::Protected { action, .. } => assert_eq!(action, what),
            error => panic!("{what}: {error}"),
        };
        let plan = deployment.plan_reset(&mut db.connect(), None, None, false, &mut ()).expect("a plan");
        assert!(!plan.protected);
        migration::protect(&mut db.connect()).expect("marked");
        let before = state(db);
        refused("reset", deployment.reset(db.connect(), plan, &mut ()).expect_err("protected"));
        let replaced = deployment.seed(Edition::Course, &profile, Mode::Replace, &mut ());
        refused("replace", replaced.expect_err("protected"));
        assert_eq!(state(db), before);

        // What takes nothing away is no matter of the mark: a load is begun, and interrupted.
        let mut stopping = Stopping(Arc::clone(&deployment.options.stop));
        let more = ProfileOverrides { users: Some(300), ..ProfileOverrides::default() };
        let more = Profile::load("social", &more).expect("a profile");
        let stopped = deployment.seed(Edition::Course, &more, Mode::Append, &mut stopping);
        assert!(stopped.expect_err("stopped").is_a_stop());
        deployment.options.stop = Arc::default();
        refused("discard", deployment.discard(Edition::Course, &()).expect_err("protected"));
        assert!(load::interrupted(&mut db.connect()).expect("readable").is_some(), "it is still there");
        migration::unprotect(&mut db.connect()).expect("unmarked");
        assert!(deployment.discard(Edition::Course, &()).expect("undone").found);
        deployment.seed(Edition::Course, &profile, Mode::Replace, &mut ()).expect("replaced");
    });
}

#[test]
fn a_database_that_is_not_on_this_machine_needs_allow_remote() {
    // The host's name is all that counts: it is decided before anything is asked of the server.
    each_engine(|db| {
        let Some(remote) = by_another_name(db) else { return };
        with_a_user(db);
        let before = state(db);
        for verb in VERBS {
            let arguments: Vec<&str> = verb.split(' ').chain(["--yes", "--database-url", &remote]).collect();
            let done = instaseed(&arguments).run().expect(2);
            assert!(done.stderr.contains("is not on this machine"), "{verb}: {}", done.stderr);
            assert!(done.stderr.contains("help: if you are sure, add --allow-remote"), "{}", done.stderr);
            assert_eq!(state(db), before, "{verb} changed something");
        }
        instaseed(&["migrate", "down", "--yes", "--allow-remote", "--database-url", &remote]).run().expect(0);
    });
}

/// The server by this machine's own name, where that leads to it and is no loopback name.
fn by_another_name(db: &TestDb) -> Option<String> {
    let name = std::fs::read_to_string("/etc/hostname").ok()?;
    let url = db.url().replacen("127.0.0.1", name.trim(), 1).replacen("localhost", name.trim(), 1);
    let target = instaseed::database::Target::parse(&url).ok()?;
    (!target.is_local() && instaseed::database::Db::connect(&target).is_ok()).then_some(url)
}

/// Runs a verb with a terminal to ask on, and types the answer; `script` comes with every Debian.
pub fn asked(folder: &std::path::Path, verb: &str, answer: &str) -> Option<(i32, String)> {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let command = format!("{} {verb} --database-url x.db", env!("CARGO_BIN_EXE_instaseed"));
    let mut child = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(answer.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    Some((output.status.code()?, String::from_utf8_lossy(&output.stdout).into_owned()))
}

#[test]
fn on_a_terminal_it_asks_and_anything_but_yes_is_no() {
    let folder = crate::support::scratch();
    instaseed(&["migrate", "up", "2", "--database-url", "x.db"]).dir(&folder).run().expect(2);
    instaseed(&["setup", "--no-seed", "--database-url", "x.db"]).dir(&folder).run().expect(0);
    for answer in ["n\n", "\n", "yess\n", "\u{4}"] {
        let Some((code, text)) = asked(&folder, "migrate down", answer) else { return };
        assert_eq!(code, 1, "{text}");
        assert!(text.contains("`migrate down` undoes 1 migration"), "{text}");
        assert!(text.contains("index_course_lookups") && text.contains("Continue? [y/N]"), "{text}");
        assert!(text.contains("Nothing was changed.") && !text.contains('\x1b'), "{text}");
    }
    let Some((code, text)) = asked(&folder, "migrate down", "y\n") else { return };
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("the database is between two editions"), "{text}");
}

#[test]
fn a_reset_over_a_table_that_is_missing_is_refused_before_anything_goes() {
    each_engine(|db| {
        on(db, "setup --profile tiny -q").expect(0);
        db.connect().batch("DROP TABLE likes").expect("dropped");
        let before = catalogue(db);
        let refused = on(db, "reset --yes").expect(2).stderr;
        assert!(refused.contains("table likes: it is missing"), "{refused}");
        assert!(refused.contains("`instaseed reset --drop"), "{refused}");
        assert_eq!(catalogue(db), before);
        on(db, "reset --drop --yes --profile tiny -q").expect(0);
    });
}
