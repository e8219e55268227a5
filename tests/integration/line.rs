//! The line of editions: the goal that a database remembers, and the ways from one to another, through the real
//! binary on every engine.

use std::fs;
use std::path::Path;

use instaseed::database::{Db, Engine};
use instaseed::migration;

use crate::lock::migrate;
use crate::support::{
    Finished, TestDb, each_engine, each_engine_without_database, edition, history, object, on, on_engine,
    scratch,
};

/// Runs a verb on a test's database with a folder of own migrations.
pub fn with(db: &TestDb, folder: &Path, verb: &str) -> Finished {
    on(db, &format!("{verb} --migrations {}", folder.display()))
}

/// `edition` and `goal`, as the status says them.
pub fn place(db: &TestDb) -> (String, String) {
    let status = object(&on(db, "migrate status --json").expect(0));
    let text = |key: &str| status[key].as_str().unwrap_or("null").to_owned();
    (text("edition"), text("goal"))
}

pub fn at(edition: &str, goal: &str) -> (String, String) {
    (edition.to_owned(), goal.to_owned())
}

pub fn recorded(db: &mut Db) -> Option<String> {
    migration::property(db, "edition").expect("facts can be read")
}

/// The versions of a state, as the status says them.
pub fn in_state(done: &Finished, state: &str) -> Vec<String> {
    let status = object(done);
    let migrations = status["migrations"].as_array().expect("a list").iter();
    let found = migrations.filter(|one| one["state"] == state);
    found.map(|one| one["version"].as_str().expect("a version").to_owned()).collect()
}

/// `+version` and `-version` of a run or plan.
pub fn steps(done: &Finished) -> Vec<String> {
    let object = object(done);
    let steps = object["steps"].as_array().expect("a list").iter();
    let signed = steps.map(|step| {
        let sign = if step["direction"] == "up" { "+" } else { "-" };
        format!("{sign}{}", step["version"].as_str().expect("a version"))
    });
    signed.collect()
}

/// Ours that lead from the course to the platform.
pub fn crossing() -> Vec<String> {
    let course = edition("course");
    history(Engine::Sqlite).into_iter().map(|step| step.version).filter(|version| *version > course).collect()
}

pub fn tables(db: &TestDb) -> Vec<String> {
    db.connect().tables().expect("the catalogue can be read")
}

pub fn catalogue(db: &TestDb) -> String {
    format!("{:?}", db.connect().catalogue().expect("the catalogue can be read"))
}

/// Writes an own migration that makes a table named like it, for the editions that it names, or for every one.
pub fn own(root: &Path, folder: &str, editions: Option<&str>) {
    let table = folder.split_once('_').expect("version and name").1;
    let path = root.join(folder);
    fs::create_dir_all(&path).expect("a folder can be made");
    fs::write(path.join("up.sql"), format!("CREATE TABLE {table} (id INTEGER);\n")).expect("written");
    fs::write(path.join("down.sql"), format!("DROP TABLE {table};\n")).expect("written");
    let editions = editions.map_or_else(String::new, |editions| format!("editions = {editions}\n"));
    fs::write(path.join("metadata.toml"), format!("run_in_transaction = true\n{editions}")).expect("written");
}

#[test]
fn up_applies_what_belongs_to_the_recorded_edition_and_leads_to_no_other() {
    each_engine_without_database(|db| {
        on(db, "setup --no-seed").expect(0);
        assert_eq!(recorded(&mut db.connect()).as_deref(), Some("course"));
        let before = catalogue(db);
        let done = on(db, "migrate up").expect(0);
        assert!(done.stdout.contains("Nothing to do: the database is at edition course."), "{}", done.stdout);
        assert_eq!(catalogue(db), before);
        let status = on(db, "migrate status --check --json").expect(0);
        assert_eq!(in_state(&status, "other-edition"), crossing());
        assert!(in_state(&status, "pending").is_empty());
        assert_eq!(place(db), at("course", "course"));
        on(db, "migrate to platform").expect(0);
        assert_eq!(place(db), at("platform", "platform"));
        on(db, "migrate status --check").expect(0);
    });
}

#[test]
fn only_setup_on_an_empty_schema_and_migrate_to_an_edition_and_reset_record_a_goal() {
    each_engine(|db| {
        on(db, "migrate to create_follows").expect(0);
        assert!(!tables(db).contains(&"__instaseed_facts".to_owned()), "nothing is recorded yet");
        assert_eq!(place(db), at("between", "course"));
        on(db, "migrate up 1").expect(0);
        assert_eq!(recorded(&mut db.connect()).as_deref(), Some("course"));
        on(db, "migrate to platform").expect(0);
        let all = crossing().len();
        on(db, &format!("migrate down {all} --yes")).expect(0);
        assert_eq!(place(db), at("course", "platform"));
        let text = on(db, "migrate status").expect(0).stdout;
        assert!(text.contains(": edition course (goal platform)"), "{text}");
        assert!(text.contains("Continue to platform") && text.contains("migrate to course"), "{text}");
        on(db, "migrate status --check").expect(1);
        on(db, "migrate redo --yes").expect(0);
        assert_eq!(place(db), at("course", "platform"));
        on(db, "migrate up").expect(0);
        assert_eq!(place(db), at("platform", "platform"));
        on(db, "migrate to course --yes").expect(0);
        assert_eq!(place(db), at("course", "course"));
        on(db, "migrate to none --yes").expect(0);
        assert_eq!(place(db), at("none", "course"));
        on(db, "setup --edition platform --no-seed").expect(0);
        assert_eq!(place(db), at("platform", "platform"));
        on(db, "reset --edition course --no-seed --yes").expect(0);
        assert_eq!(place(db), at("course", "course"));
        let text = on(db, "migrate status").expect(0).stdout;
        assert!(!text.contains("goal"), "{text}");
    });
}

#[test]
fn where_another_tool_went_on_the_goal_is_where_it_went() {
    each_engine(|db| {
        on(db, "setup --no-seed").expect(0);
        on(db, &format!("migrate to {}", crossing()[0])).expect(0);
        assert_eq!(place(db), at("between", "platform"));
        assert_eq!(recorded(&mut db.connect()).as_deref(), Some("course"));
        on(db, "migrate up").expect(0);
        assert_eq!(place(db), at("platform", "platform"));
    });
}

#[test]
fn setup_does_not_change_the_edition_of_a_database_that_is_there() {
    each_engine_without_database(|db| {
        for (there, other) in [("course", "platform"), ("platform", "course")] {
            on(db, &format!("setup --edition {there} --no-seed")).expect(0);
            let before = catalogue(db);
            let done = on(db, &format!("setup --edition {other} --no-seed")).expect(2);
            let says = format!(
                "the database is meant for edition {there}, not {other}, and `setup` does not change"
            );
            assert!(done.stderr.contains(&says), "{}", done.stderr);
            assert!(done.stderr.contains(&format!("instaseed migrate to {other}")), "{}", done.stderr);
            assert_eq!((catalogue(db), place(db)), (before, at(there, there)));
            on(db, "setup --no-seed").expect(0);
            assert_eq!(place(db), at(there, there));
            on(db, "migrate to none --yes").expect(0);
        }
    });
}

#[test]
fn a_change_of_editions_that_is_killed_is_undone_or_continued_by_up() {
    each_engine(|db| {
        on(db, "setup --no-seed").expect(0);
        let before = catalogue(db);
        let fault = format!("migrate:after-statement:1@{}", crossing()[2]);
        let killed = migrate(db, &["to", "platform"]).env("INSTASEED_FAULT", &fault).run();
        assert_eq!(killed.code, -1, "{}", killed.stderr);
        if db.engine() == Engine::Mysql {
            assert_eq!(place(db), at("between", "platform"));
            on(db, "migrate up").expect(0);
            assert_eq!(place(db), at("platform", "platform"));
        } else {
            assert_eq!((catalogue(db), place(db)), (before, at("course", "course")));
        }
        on(db, "migrate status --check").expect(0);
    });
}

#[test]
fn a_failing_step_undoes_the_whole_change_of_editions_where_the_engine_can() {
    each_engine(|db| {
        let root = scratch();
        own(&root, "2099_notes", Some("['course']"));
        fs::write(root.join("2099_notes/down.sql"), "DROP TABLE nowhere;\n").expect("written");
        with(db, &root, "setup --no-seed").expect(0);
        with(db, &root, "migrate to platform").expect(0);
        let before = catalogue(db);
        let done = with(db, &root, "migrate to none --yes").expect(2);
        let steps = crossing().len();
        if db.engine() == Engine::Mysql {
            assert!(
                done.stderr.contains(&format!("the {steps} migrations before it were kept")),
                "{}",
                done.stderr
            );
            assert_eq!(place(db), at("course", "platform"));
        } else {
            let says = format!("the {steps} migrations before it were undone with it: nothing was changed");
            assert!(done.stderr.contains(&says), "{}", done.stderr);
            assert_eq!((catalogue(db), place(db)), (before, at("platform", "platform")));
        }
    });
}

#[test]
fn a_way_back_that_was_cut_off_is_named_by_what_only_goes_forward() {
    on_engine(Engine::Mysql, |db| {
        on(db, "migrate to platform").expect(0);
        let cut = || {
            let killed =
                migrate(db, &["down", "1", "--yes"]).env("INSTASEED_FAULT", "migrate:after-record:1").run();
            assert_eq!(killed.code, -1, "{}", killed.stderr);
        };
        cut();
        for verb in ["migrate up", "setup --no-seed"] {
            let done = on(db, verb).expect(2);
            assert!(done.stderr.contains("is half undone: 1 of "), "{verb}: {}", done.stderr);
            let help = done.stderr.split_once("help: ").expect("a way out").1;
            assert!(help.contains("finish undoing it") && help.contains("repair --undo"), "{help}");
        }
        on(db, "migrate repair --undo --yes").expect(0);
        on(db, "migrate status --check").expect(0);
        cut();
        on(db, "migrate repair").expect(0);
        on(db, "migrate up").expect(0);
        assert_eq!(place(db), at("platform", "platform"));
    });
}

#[test]
fn up_waits_for_a_run_that_is_going_down() {
    each_engine(|db| {
        on(db, "migrate to platform").expect(0);
        let mut back =
            migrate(db, &["down", "2", "--yes"]).env("INSTASEED_FAULT", "migrate:pause:200").spawn();
        let mut tries = 0;
        while tries < 10 && back.try_wait().expect("it can be asked").is_none() {
            on(db, "migrate up").expect(0);
            tries += 1;
        }
        assert!(back.wait().expect("it ends").success());
        on(db, "migrate up").expect(0);
        assert_eq!(place(db), at("platform", "platform"));
        on(db, "migrate status --check").expect(0);
    });
}
