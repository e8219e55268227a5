//! A user's own migrations: they follow on the editions that they fit, whatever their number; how they are made, found
//! and tried out.

use std::fs;
use std::path::PathBuf;

use instaseed::database::Db;

use crate::line::{at, crossing, in_state, own, place, steps, tables, with};
use crate::support::{each_engine, each_engine_without_database, edition, instaseed, object, on, scratch};

/// An older and a younger number than any of ours, and one that falls between two of ours.
fn three_of_any_number() -> PathBuf {
    let root = scratch();
    for folder in ["2025_older", "20260101000801_middle", "2099_younger"] {
        own(&root, folder, Some("['course']"));
    }
    root
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
        assert!(done.stderr.contains(&format!("undoes {count} migrations")), "{}", done.stderr);
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
        assert!(status.stderr.contains("contains no migrations"), "{}", status.stderr);
        with(db, &root, "migrate status --check").expect(1);
        for verb in ["migrate up", "setup --no-seed", "seed --profile tiny", "migrate plan to platform"] {
            with(db, &root, verb).expect(0);
        }
        let done = with(db, &root, "migrate down --yes").expect(2);
        assert!(done.stderr.contains("2030 is applied, but its files are missing"), "{}", done.stderr);
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
            assert_eq!(done.stderr.contains("`instaseed migrate redo"), redo, "{}", done.stderr);
            if redo {
                with(db, &root, "migrate redo --yes").expect(0);
                db.connect().batch("SELECT more FROM b").expect("the new one");
            } else {
                fs::write(&up, old).expect("written");
            }
        }
    });
}
