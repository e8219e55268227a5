//! The line of editions: the goal that a database remembers, a user's own migrations that follow on it, what a way
//! back loses, and databases of other programs, through the real binary on every engine.

use std::fs;
use std::path::{Path, PathBuf};

use instaseed::database::{Db, Engine};
use instaseed::migration;
use serde_json::Value;

use crate::lock::migrate;
use crate::support::{
    Finished, TestDb, each_engine, each_engine_without_database, edition, history, instaseed, on_engine,
    scratch,
};

/// Runs a verb on a test's database.
fn on(db: &TestDb, verb: &str) -> Finished {
    let url = db.url();
    let words: Vec<&str> = verb.split(' ').chain(["--database-url", &url]).collect();
    instaseed(&words).run()
}

/// The same with a folder of own migrations.
fn with(db: &TestDb, folder: &Path, verb: &str) -> Finished {
    on(db, &format!("{verb} --migrations {}", folder.display()))
}

fn object(done: &Finished) -> Value {
    serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {}", done.stdout))
}

/// `edition` and `goal`, as the status says them.
fn place(db: &TestDb) -> (String, String) {
    let status = object(&on(db, "migrate status --json").expect(0));
    let text = |key: &str| status[key].as_str().unwrap_or("null").to_owned();
    (text("edition"), text("goal"))
}

fn at(edition: &str, goal: &str) -> (String, String) {
    (edition.to_owned(), goal.to_owned())
}

fn recorded(db: &mut Db) -> Option<String> {
    migration::fact(db, "edition").expect("facts can be read")
}

/// The versions of a state, as the status says them.
fn in_state(done: &Finished, state: &str) -> Vec<String> {
    let status = object(done);
    let migrations = status["migrations"].as_array().expect("a list").iter();
    let found = migrations.filter(|one| one["state"] == state);
    found.map(|one| one["version"].as_str().expect("a version").to_owned()).collect()
}

/// `+version` and `-version` of a run or plan.
fn steps(done: &Finished) -> Vec<String> {
    let object = object(done);
    let steps = object["steps"].as_array().expect("a list").iter();
    let signed = steps.map(|step| {
        let sign = if step["direction"] == "up" { "+" } else { "-" };
        format!("{sign}{}", step["version"].as_str().expect("a version"))
    });
    signed.collect()
}

/// Ours that lead from the course to the platform.
fn crossing() -> Vec<String> {
    let course = edition("course");
    history(Engine::Sqlite).into_iter().map(|step| step.version).filter(|version| *version > course).collect()
}

fn tables(db: &TestDb) -> Vec<String> {
    db.connect().tables().expect("the catalogue can be read")
}

fn catalogue(db: &TestDb) -> String {
    format!("{:?}", db.connect().catalogue().expect("the catalogue can be read"))
}

/// Writes an own migration that makes a table named like it, for the editions that it names, or for every one.
fn own(root: &Path, folder: &str, editions: Option<&str>) {
    let table = folder.split_once('_').expect("version and name").1;
    let path = root.join(folder);
    fs::create_dir_all(&path).expect("a folder can be made");
    fs::write(path.join("up.sql"), format!("CREATE TABLE {table} (id INTEGER);\n")).expect("written");
    fs::write(path.join("down.sql"), format!("DROP TABLE {table};\n")).expect("written");
    let editions = editions.map_or_else(String::new, |editions| format!("editions = {editions}\n"));
    fs::write(path.join("metadata.toml"), format!("run_in_transaction = true\n{editions}")).expect("written");
}

/// An older and a younger number than any of ours, and one that falls between two of ours.
fn three_of_any_number() -> PathBuf {
    let root = scratch();
    for folder in ["2025_older", "20260101000801_middle", "2099_younger"] {
        own(&root, folder, Some("['course']"));
    }
    root
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
        assert!(text.contains("goes on to platform") && text.contains("migrate to course"), "{text}");
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
            let says = format!("the database is meant for edition {there}, and setup does not change");
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
            let says = format!("the {steps} migrations before it were undone with it: nothing has changed");
            assert!(done.stderr.contains(&says), "{}", done.stderr);
            assert_eq!((catalogue(db), place(db)), (before, at("platform", "platform")));
        }
    });
}

#[test]
fn own_migrations_follow_on_the_default_edition_whatever_their_number() {
    each_engine(|db| {
        let root = three_of_any_number();
        on(db, "setup --no-seed").expect(0);
        let status = with(db, &root, "migrate status --check --json").expect(1);
        assert_eq!(in_state(&status, "pending"), ["2025", "20260101000801", "2099"]);
        let done = with(db, &root, "setup --no-seed --json").expect(0);
        assert_eq!(object(&done)["migrations_run"], 3, "{}", done.stdout);
        assert_eq!(place(db), at("course", "course"));
        with(db, &root, "migrate status --check").expect(0);
        assert_eq!(steps(&with(db, &root, "migrate redo --yes --json").expect(0)), ["-2099", "+2099"]);
        let down = ["-2099", "-20260101000801", "-2025", &format!("-{}", edition("course"))];
        assert_eq!(steps(&with(db, &root, "migrate down 4 --yes --json").expect(0)), down);
        let up = steps(&with(db, &root, "migrate up --json").expect(0));
        assert_eq!(up, [&format!("+{}", edition("course")), "+2025", "+20260101000801", "+2099"]);
        with(db, &root, "seed --profile tiny").expect(0);
    });
}

#[test]
fn one_run_builds_the_edition_and_own_migrations_on_it() {
    each_engine_without_database(|db| {
        let root = three_of_any_number();
        with(db, &root, "setup --no-seed").expect(0);
        with(db, &root, "migrate status --check").expect(0);
        assert_eq!(place(db), at("course", "course"));
        let back = steps(&with(db, &root, "migrate plan to none --json").expect(0));
        assert_eq!(back[..3], ["-2099", "-20260101000801", "-2025"]);
        with(db, &root, "reset --no-seed --yes").expect(0);
        with(db, &root, "migrate status --check").expect(0);
        with(db, &root, "migrate to create_likes --yes").expect(0);
        let left = tables(db);
        assert!(left.contains(&"likes".to_owned()) && !left.contains(&"older".to_owned()), "{left:?}");
        with(db, &root, "migrate to none --yes").expect(0);
        assert!(tables(db).iter().all(|name| name.starts_with("__")), "{:?}", tables(db));
    });
}

#[test]
fn own_migrations_belong_to_the_editions_that_they_name() {
    each_engine(|db| {
        let root = scratch();
        own(&root, "2030_lesson", Some("['course']"));
        own(&root, "2031_feed", Some("['platform']"));
        own(&root, "2032_audit", None);
        with(db, &root, "setup --no-seed").expect(0);
        let status = with(db, &root, "migrate status --check --json").expect(0);
        assert_eq!(in_state(&status, "other-edition"), [crossing(), vec!["2031".to_owned()]].concat());
        let done = with(db, &root, "migrate to 2031").expect(2);
        assert!(done.stderr.contains("belongs to edition platform"), "{}", done.stderr);
        assert!(done.stderr.contains("instaseed migrate to platform"), "{}", done.stderr);

        let plus = |version: &String| format!("+{version}");
        let minus = |version: &String| format!("-{version}");
        let up = steps(&with(db, &root, "migrate to platform --json").expect(0));
        assert_eq!(up, crossing().iter().map(plus).collect::<Vec<_>>(), "applied own ones stay");
        let status = with(db, &root, "migrate status --check --json").expect(1);
        assert_eq!(
            in_state(&status, "pending"),
            ["2031"],
            "younger ones of both editions do not make it late"
        );
        assert_eq!(steps(&with(db, &root, "migrate up --json").expect(0)), ["+2031"]);
        with(db, &root, "migrate status --check").expect(0);

        let back: Vec<String> = crossing().iter().rev().map(minus).collect();
        let mut down = vec!["-2032".to_owned(), "-2031".to_owned()];
        down.extend(back.iter().cloned());
        down.extend(["-2030".to_owned(), format!("-{}", edition("course"))]);
        assert_eq!(
            steps(&with(db, &root, &format!("migrate plan down {} --json", down.len())).expect(0)),
            down
        );
        let done = with(db, &root, "migrate to course").expect(2);
        let count = crossing().len() + 1;
        assert!(done.stderr.contains(&format!("takes back {count} migrations")), "{}", done.stderr);
        let done = with(db, &root, "migrate to course --yes --json").expect(0);
        assert_eq!(steps(&done), [vec!["-2031".to_owned()], back].concat());
        with(db, &root, "migrate status --check").expect(0);
        assert_eq!(place(db), at("course", "course"));
    });
}

#[test]
fn own_migrations_are_out_of_order_among_themselves_only() {
    each_engine(|db| {
        let root = scratch();
        own(&root, "2031_second", None);
        with(db, &root, "setup --no-seed").expect(0);
        own(&root, "2030_first", None);
        let status = with(db, &root, "migrate status --check --json").expect(1);
        assert_eq!(in_state(&status, "out-of-order"), ["2030"]);
        let done = with(db, &root, "migrate up").expect(2);
        assert!(done.stderr.contains("2030 is pending, but the newer 2031 is"), "{}", done.stderr);
        with(db, &root, "migrate up --allow-out-of-order").expect(0);
        with(db, &root, "migrate status --check").expect(0);
    });
}

#[test]
fn new_migrations_of_one_second_differ_and_say_what_comes_next() {
    each_engine(|db| {
        on(db, "setup --edition platform --no-seed").expect(0);
        let root = scratch().join("my");
        let done = with(db, &root, "migrate new add_stories").expect(0);
        let flag = format!("--migrations {}", root.display());
        for line in [format!("instaseed migrate up {flag}"), format!("instaseed migrate redo {flag}")] {
            assert!(done.stdout.contains(&line), "{}", done.stdout);
        }
        for name in ["add_more", "add_most"] {
            with(db, &root, &format!("migrate new {name} --edition course")).expect(0);
        }
        let engine = root.join(db.engine().name());
        let mut folders: Vec<PathBuf> =
            fs::read_dir(&engine).expect("made").map(|entry| entry.expect("an entry").path()).collect();
        folders.sort();
        let name = |folder: &PathBuf| folder.file_name().expect("it has one").to_string_lossy().into_owned();
        let names: Vec<String> = folders.iter().map(name).collect();
        let versions: Vec<&str> = names.iter().filter_map(|name| name.split('_').next()).collect();
        assert!(versions.is_sorted_by(|a, b| a < b), "{names:?}");
        for (folder, edition) in folders.iter().zip(["platform", "course", "course"]) {
            let metadata = fs::read_to_string(folder.join("metadata.toml")).expect("written");
            assert!(metadata.contains(&format!("editions = [\"{edition}\"]")), "{metadata}");
            let table = name(folder).split_once('_').expect("a name").1.to_owned();
            fs::write(folder.join("up.sql"), format!("CREATE TABLE {table} (id INTEGER);")).expect("written");
            fs::write(folder.join("down.sql"), format!("DROP TABLE {table};")).expect("written");
        }
        with(db, &root, "migrate up").expect(0);
        with(db, &root, "migrate redo --yes").expect(0);
        let there = tables(db);
        assert!(
            there.contains(&"add_stories".to_owned()) && !there.contains(&"add_more".to_owned()),
            "{there:?}"
        );
        with(db, &root, "migrate status --check").expect(0);
    });
}

#[test]
fn new_makes_no_database_and_falls_back_to_the_course() {
    let folder = scratch();
    instaseed(&["migrate", "new", "add_a", "--migrations", "my"]).dir(&folder).run().expect(0);
    assert!(!folder.join("instaseed.db").exists());
    let written =
        fs::read_dir(folder.join("my/sqlite")).expect("made").next().expect("one").expect("an entry");
    let metadata = fs::read_to_string(written.path().join("metadata.toml")).expect("written");
    assert!(metadata.contains("editions = [\"course\"]"), "{metadata}");
}

#[test]
fn the_diesel_library_reads_a_folder_that_names_editions() {
    use diesel_migrations::{FileBasedMigrations, MigrationHarness};
    each_engine(|db| {
        let root = scratch();
        own(&root, "2030_lesson", Some("['course']"));
        let theirs = FileBasedMigrations::from_path(&root).expect("Diesel reads the same folder");
        match &mut db.connect() {
            Db::Sqlite(c) => drop(c.run_pending_migrations(theirs).expect("Diesel runs it")),
            Db::Mysql(c) => drop(c.run_pending_migrations(theirs).expect("Diesel runs it")),
            Db::Postgres(c) => drop(c.run_pending_migrations(theirs).expect("Diesel runs it")),
        }
        let status = with(db, &root, "migrate status --json").expect(0);
        assert_eq!(in_state(&status, "applied"), ["2030"]);
    });
}

#[test]
fn dot_env_remembers_the_folder_and_its_paths_are_relative_to_it() {
    let folder = scratch();
    let below = folder.join("a/b");
    fs::create_dir_all(&below).expect("folders");
    own(&folder.join("my"), "2030_lesson", None);
    own(&folder.join("other"), "2030_exam", None);
    fs::write(folder.join(".env"), "INSTASEED_MIGRATIONS=my\nDATABASE_URL=sqlite://found.db\n")
        .expect("written");
    let run = |words: &[&str]| instaseed(words).dir(&below).run();
    run(&["setup", "--no-seed"]).expect(0);
    assert!(folder.join("found.db").is_file() && !below.join("found.db").exists());
    let status = run(&["migrate", "status", "--check", "--json"]).expect(0);
    assert!(in_state(&status, "applied").contains(&"2030".to_owned()));
    let done = run(&["show", "--json"]).expect(0);
    assert_eq!(object(&done)["edition"], "course");

    let there = |call: crate::support::Call| {
        let done = call.run().expect(0);
        let status = object(&done);
        let names = status["migrations"].as_array().expect("a list").iter();
        names.map(|one| one["name"].as_str().expect("a name").to_owned()).collect::<Vec<_>>()
    };
    let status = || instaseed(&["migrate", "status", "--json"]).dir(&folder);
    assert!(there(status()).contains(&"lesson".to_owned()));
    assert!(there(status().env("INSTASEED_MIGRATIONS", "other")).contains(&"exam".to_owned()));
    assert!(there(status().env("INSTASEED_MIGRATIONS", "")).contains(&"lesson".to_owned()));
    let flag = instaseed(&["migrate", "status", "--json", "--migrations", "other"]).dir(&folder);
    assert!(there(flag.env("INSTASEED_MIGRATIONS", "my")).contains(&"exam".to_owned()));

    // A file that nobody can read matters only where it speaks of the folder.
    fs::write(folder.join(".env"), "what is this\n").expect("written");
    let status = || instaseed(&["migrate", "status", "--database-url", "found.db"]).dir(&folder).run();
    status().expect(0);
    fs::write(folder.join(".env"), "what is this\nINSTASEED_MIGRATIONS=my\n").expect("written");
    let refused = status().expect(2);
    assert!(
        refused.stderr.contains(".env, line 1") && refused.stderr.contains("--migrations"),
        "{}",
        refused.stderr
    );
}

#[test]
fn an_own_folder_without_migrations_stops_no_verb() {
    each_engine(|db| {
        let root = scratch();
        own(&root, "2030_lesson", None);
        with(db, &root, "setup --no-seed").expect(0);
        fs::remove_dir_all(root.join("2030_lesson")).expect("removed");
        let status = with(db, &root, "migrate status --json").expect(0);
        assert_eq!(in_state(&status, "missing"), ["2030"]);
        assert!(status.stderr.contains("holds no migration"), "{}", status.stderr);
        with(db, &root, "migrate status --check").expect(1);
        for verb in
            ["migrate up", "setup --no-seed", "seed --profile tiny", "show", "migrate plan to platform"]
        {
            with(db, &root, verb).expect(0);
        }
        let done = with(db, &root, "migrate down --yes").expect(2);
        assert!(done.stderr.contains("2030 is applied, but no file of it is here"), "{}", done.stderr);
    });
}

#[test]
fn the_last_one_that_was_changed_can_be_redone_and_the_hint_says_so() {
    each_engine(|db| {
        let root = scratch();
        own(&root, "2030_a", None);
        own(&root, "2031_b", None);
        with(db, &root, "setup --no-seed").expect(0);
        for (folder, redo) in [("2030_a", false), ("2031_b", true)] {
            let up = root.join(folder).join("up.sql");
            let old = fs::read_to_string(&up).expect("it is there");
            fs::write(&up, old.replace("id INTEGER", "id INTEGER, more INTEGER")).expect("written");
            let done = with(db, &root, "migrate up").expect(2);
            assert_eq!(done.stderr.contains("instaseed migrate redo --yes"), redo, "{}", done.stderr);
            if redo {
                with(db, &root, "migrate redo --yes").expect(0);
                db.connect().batch("SELECT more FROM b").expect("the new one");
            } else {
                fs::write(&up, old).expect("written");
            }
        }
    });
}

#[test]
fn what_the_way_back_loses_is_counted_before_it_is_lost() {
    each_engine(|db| {
        on(db, "setup --edition platform --profile tiny").expect(0);
        let mut connection = db.connect();
        let mut count =
            |what: &str| crate::migrate::number(&mut connection, &format!("SELECT {what} AS number"));
        let posts = count("count(*) AS number FROM posts").to_owned();
        let texts = count("count(content) AS number FROM posts");
        let media = count("count(*) AS number FROM media");
        assert!(0 < texts && texts < posts && posts < media, "{texts} {posts} {media}");
        let text = on(db, "migrate plan to course").expect(0).stdout;
        let line = |start: &str| {
            let found = text.lines().find(|line| line.starts_with(&format!("-- loses: {start}")));
            found.unwrap_or_else(|| panic!("{start}:\n{text}")).to_owned()
        };
        assert!(line("posts.content").contains(&format!("content in {texts}")), "{}", line("posts.content"));
        assert!(line("posts.content").contains(&format!("of {posts} rows")), "{}", line("posts.content"));
        let extra = line(&format!("{} of {media} rows of media", media - posts));
        assert!(extra.contains('('), "{extra}");
        let plan = object(&on(db, "migrate plan to course --json").expect(0));
        let losses: Vec<&Value> = plan["steps"]
            .as_array()
            .expect("steps")
            .iter()
            .flat_map(|s| s["losses"].as_array().expect("a list"))
            .collect();
        let of_posts = losses.iter().find(|loss| loss["table"] == "posts").expect("declared");
        assert_eq!((&of_posts["of"], &of_posts["columns"][0]["rows"]), (&posts.into(), &texts.into()));

        let refused = on(db, "migrate to course").expect(2);
        assert!(refused.stderr.contains("lost: posts.content"), "{}", refused.stderr);
        let done = on(db, "migrate to course --yes --json").expect(0);
        assert!(done.stderr.contains("lost: posts.content"), "{}", done.stderr);
        let losses = object(&done)["losses"].as_array().expect("a list").clone();
        assert!(
            losses.iter().any(|loss| loss["table"] == "media" && loss["rows"] == media - posts),
            "{losses:?}"
        );
        let refused = on(db, "migrate to create_photos").expect(2);
        let rows = db.connect().count("likes").expect("it is there");
        assert!(
            refused.stderr.contains(&format!("lost: {rows} rows of likes (the table goes)")),
            "{}",
            refused.stderr
        );
    });
}

#[test]
fn reset_says_how_many_rows_and_own_migrations_go() {
    each_engine(|db| {
        let root = scratch();
        own(&root, "2030_lesson", None);
        let done = with(db, &root, "setup --profile tiny --json").expect(0);
        let tables = object(&done)["tables"].as_array().expect("a list").clone();
        let rows: u64 = tables.iter().map(|table| table["rows"].as_u64().expect("a number")).sum();
        let refused = with(db, &root, "reset").expect(2);
        let applied = history(db.engine()).len() - crossing().len() + 1;
        let says =
            format!("takes back {applied} migrations (1 of your own) and the {rows} rows of our tables");
        assert!(refused.stderr.contains(&says), "{says}:\n{}", refused.stderr);
        let refused = with(db, &root, "reset --drop").expect(2);
        assert!(
            refused.stderr.contains(&format!("{rows} rows of our tables among it")),
            "{}",
            refused.stderr
        );
    });
}

#[test]
fn a_database_of_another_program_is_told_and_nobody_is_sent_in_circles() {
    each_engine(|db| {
        db.connect()
            .batch("CREATE TABLE users (id INTEGER); CREATE TABLE photos (id INTEGER)")
            .expect("tables");
        let before = catalogue(db);
        let done = on(db, "migrate status").expect(0);
        assert!(done.stdout.contains("no migration made them: users, photos"), "{}", done.stdout);
        let status = object(&on(db, "migrate status --json").expect(0));
        assert_eq!(status["foreign_tables"], serde_json::json!(["users", "photos"]));
        let done = on(db, "doctor").expect(1);
        assert!(done.stdout.contains("setup and migrate refuse"), "{}", done.stdout);
        assert!(!done.stdout.contains("instaseed setup makes"), "{}", done.stdout);
        for verb in ["seed", "show", "setup", "migrate up"] {
            let done = on(db, verb).expect(2);
            assert!(done.stderr.contains("use another database"), "{verb}: {}", done.stderr);
            assert!(!done.stderr.contains("makes the tables"), "{verb}: {}", done.stderr);
        }
        assert_eq!(catalogue(db), before);
        let folder = scratch();
        on(db, "migrate status --check").expect(1);
        assert!(fs::read_dir(folder).expect("a folder").next().is_none());
    });
}

#[test]
fn verbs_that_only_read_make_no_table() {
    each_engine(|db| {
        let root = scratch();
        for (verb, code) in [
            ("migrate status", 0),
            ("migrate plan", 0),
            ("migrate plan to platform", 0),
            ("doctor", 0),
            ("show", 2),
            ("migrate unprotect --yes", 0),
        ] {
            on(db, verb).expect(code);
            assert!(tables(db).is_empty(), "{verb}: {:?}", tables(db));
        }
        with(db, &root.join("my"), "migrate new add_a").expect(0);
        assert!(tables(db).is_empty(), "{:?}", tables(db));
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
            assert!(done.stderr.contains("is half taken back: 1 of "), "{verb}: {}", done.stderr);
            let help = done.stderr.split_once("help: ").expect("a way out").1;
            assert!(help.contains("migrate repair finishes") && help.contains("repair --undo"), "{help}");
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

#[test]
fn setup_names_tables_that_were_emptied_since_the_load() {
    each_engine_without_database(|db| {
        on(db, "setup --profile tiny").expect(0);
        on(db, "migrate to create_comments --yes").expect(0);
        let done = on(db, "setup --profile tiny").expect(0);
        assert!(done.stdout.contains("4 tables are empty"), "{}", done.stdout);
        assert!(done.stdout.contains("likes, follows, tags, photo_tags"), "{}", done.stdout);
        assert!(done.stdout.contains("instaseed seed --replace"), "{}", done.stdout);
        let again = object(&on(db, "setup --profile tiny --json").expect(0));
        assert_eq!(again["empty_tables"].as_array().map(Vec::len), Some(4));
        on(db, "seed --profile tiny --replace --yes").expect(0);
        let again = object(&on(db, "setup --profile tiny --json").expect(0));
        assert_eq!(again["empty_tables"].as_array().map(Vec::len), Some(0));
    });
}
