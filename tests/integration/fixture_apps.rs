//! Fixtures of applications that are not written in Rust: own programs that migrate, URLs for other libraries, clones that a
//! test removes itself.

use std::fs;
use std::path::Path;

use instaseed::database::{Db, Target};

use crate::fixture::{call, files, line, on};
use crate::support::{object, scratch};

/// A folder with the statements of an application, and the command that runs them.
fn application() -> (std::path::PathBuf, &'static str) {
    let folder = scratch();
    fs::create_dir(folder.join("sql")).expect("created");
    fs::write(folder.join("sql/1.sql"), "CREATE TABLE plans (id INTEGER PRIMARY KEY);").expect("written");
    (folder, r#"cat sql/*.sql | sqlite3 "${DATABASE_URL#sqlite://}""#)
}

#[test]
fn a_program_of_the_application_runs_before_the_fixture_is_sealed() {
    let (store, (app, migrate)) = (scratch(), application());
    let typed = |verb: &str| {
        let store = store.to_str().expect("UTF-8");
        let words =
            ["fixture", verb, "--profile", "tiny", "--dir", store, "--run", migrate, "--depends", "sql"];
        crate::support::instaseed(&words).dir(&app)
    };
    let name = line(typed("build").run());
    assert_ne!(name, line(on(&store, "build --profile tiny --print-key")));
    let url = line(typed("clone").run());
    let mut db = Db::connect(&Target::parse(&url).expect("a URL")).expect("open");
    assert_eq!(db.count("plans").expect("counted"), 0);
    assert_eq!(
        object(&on(&store, "list --json").expect(0))["fixtures"][0]["steps"].as_array().map(Vec::len),
        Some(1)
    );
    // Another file of the application is another fixture.
    fs::write(app.join("sql/2.sql"), "CREATE TABLE invoices (id INTEGER PRIMARY KEY);").expect("written");
    assert_ne!(line(typed("build").run()), name);
    fs::write(app.join("sql/2.sql"), "CREATE TABLE nonsense;").expect("written");
    let done = typed("build").run().expect(2);
    assert!(done.stderr.contains("error: step `") && done.stderr.contains("help: "), "{}", done.stderr);
    assert!(files(&store, ".private").is_empty());
    let done = on(&store, "build --profile tiny --depends sql").expect(2);
    assert!(done.stderr.contains("--run"), "{}", done.stderr);
}

#[test]
fn a_clone_is_dropped_by_its_url_and_nothing_else_is() {
    let (store, place) = (scratch(), scratch());
    let urls = [0, 1].map(|_| line(on(&store, "clone --profile tiny")));
    on(&store, &format!("drop {}", urls[0])).expect(0);
    assert_eq!(files(&store.join("clones"), ".db").len(), 1);
    on(&store, &format!("drop {}", urls[0])).expect(2);
    // One with a chosen name, the fixture itself, and any other file are not removed.
    let chosen = line(call(&store, "clone --profile tiny --to mine.db").dir(&place).run());
    assert_eq!(chosen, format!("sqlite://{}", place.join("mine.db").display()));
    let name = line(on(&store, "build --profile tiny"));
    for path in [place.join("mine.db"), store.join(format!("{name}.db"))] {
        let done = on(&store, &format!("drop {}", path.display())).expect(2);
        assert!(done.stderr.contains("is not a clone") && path.exists(), "{}", done.stderr);
    }
    // What somebody uses stays.
    let path = urls[1].strip_prefix("sqlite://").expect("a file");
    let open = fs::File::open(path).expect("a clone");
    let done = object(&on(&store, &format!("drop {} --json", urls[1])).expect(1));
    assert_eq!(done["in_use"].as_array().map(Vec::len), Some(1), "{done:#}");
    assert!(Path::new(path).exists());
    drop(open);
    on(&store, &format!("drop {}", urls[1])).expect(0);
    assert_eq!(files(&store.join("clones"), ""), Vec::<String>::new());
}

#[test]
fn one_fixture_is_removed_by_its_name_and_only_the_one_of_today_decides() {
    let (store, own) = (scratch(), scratch());
    let old = line(on(&store, "build --profile tiny"));
    crate::migrate::write(
        &own,
        "2030_ideas",
        "CREATE TABLE ideas (id INTEGER PRIMARY KEY);",
        "DROP TABLE ideas;",
    );
    let own = own.to_str().expect("UTF-8").to_owned();
    let check = format!("check --profile tiny --migrations {own}");
    let done = on(&store, &check).expect(1);
    assert!(
        done.stdout.contains("does not fit") && done.stdout.contains("table ideas was added"),
        "{}",
        done.stdout
    );
    let today = line(on(&store, &format!("build --profile tiny --migrations {own}")));
    let done = on(&store, &check).expect(0);
    assert!(done.stdout.contains(&format!("{old} (older): does not fit")), "{}", done.stdout);
    on(&store, &format!("gc --fixture {old}")).expect(2);
    on(&store, &format!("gc --fixture {old} --yes")).expect(0);
    on(&store, &format!("gc --fixture {old} --yes")).expect(2);
    assert_eq!(files(&store, ".db"), [format!("{today}.db")]);
    on(&store, &format!("clone {today} --seed 5")).expect(2);
}

#[test]
fn an_own_migration_that_is_left_out_is_named() {
    let (store, own) = (scratch(), scratch());
    crate::migrate::write(
        &own,
        "2030_ideas",
        "CREATE TABLE ideas (id INTEGER PRIMARY KEY);",
        "DROP TABLE ideas;",
    );
    fs::write(own.join("2030_ideas/metadata.toml"), "run_in_transaction = true\neditions = [\"course\"]\n")
        .expect("written");
    let words = format!("build --profile tiny --print-key --migrations {}", own.display());
    assert_eq!(on(&store, &words).expect(0).stderr, "");
    let done = on(&store, &format!("{words} --edition platform")).expect(0);
    assert!(done.stderr.contains("is left out: it is for edition course, not platform"), "{}", done.stderr);
    let nothing = scratch();
    fs::write(nothing.join("1.sql"), "").expect("written");
    let done =
        on(&store, &format!("build --profile tiny --print-key --migrations {}", nothing.display())).expect(0);
    assert!(done.stderr.contains("contains no migrations"), "{}", done.stderr);
}

#[test]
fn tables_of_other_tools_are_no_misfit() {
    let (store, place) = (scratch(), scratch());
    line(on(&store, "build --profile tiny"));
    let app = line(call(&store, "clone --profile tiny --to app.db").dir(&place).run());
    let mut db = Db::connect(&Target::parse(&app).expect("a URL")).expect("open");
    db.batch("CREATE TABLE alembic_version (version_num TEXT); CREATE TABLE cache (k TEXT)")
        .expect("created");
    let done = on(&store, &format!("check --profile tiny --against {app}")).expect(1);
    assert!(
        done.stdout.contains("table cache was added") && !done.stdout.contains("alembic"),
        "{}",
        done.stdout
    );
    on(&store, &format!("check --profile tiny --against {app} --ignore cache")).expect(0);
}

#[test]
fn files_of_the_user_that_look_like_fixtures_are_kept() {
    let store = scratch();
    let mine =
        [("app.json", "{\"name\":\"my-app\"}"), ("app.db", "mine"), ("x-course-0123456789ab.json", "{}")];
    for (file, text) in mine.into_iter().chain([("x-course-0123456789ab.db", "mine")]) {
        fs::write(store.join(file), text).expect("written");
    }
    let name = line(on(&store, "build --profile tiny"));
    on(&store, "gc --all --yes").expect(0);
    assert_eq!(files(&store, ".db"), ["app.db", "x-course-0123456789ab.db"]);
    assert_eq!(files(&store, ".json"), ["app.json", "x-course-0123456789ab.json"]);
    // A file with the very name of the fixture is not built over either, unless it is one.
    let file = store.join(format!("{name}.db"));
    fs::write(&file, "mine").expect("written");
    let done = on(&store, "build --profile tiny").expect(2);
    assert!(done.stderr.contains("something else is in it"), "{}", done.stderr);
    assert_eq!(fs::read_to_string(&file).expect("kept"), "mine");
    fs::remove_file(&file).expect("removed");
    line(on(&store, "build --profile tiny"));
    fs::write(store.join(format!("{name}.json")), "{").unwrap_or_else(|_| {
        fs::remove_file(store.join(format!("{name}.json"))).expect("removed");
    });
    line(on(&store, "build --profile tiny"));
    on(&store, "clone --profile tiny").expect(0);
}

#[test]
fn a_clone_is_not_put_beside_an_old_journal() {
    let (store, place) = (scratch(), scratch());
    fs::write(place.join("mine.db-journal"), "old").expect("written");
    let done = call(&store, "clone --profile tiny --to mine.db").dir(&place).run().expect(2);
    assert!(done.stderr.contains("mine.db-journal already exists"), "{}", done.stderr);
    assert_eq!(files(&place, ""), ["mine.db-journal"]);
}
