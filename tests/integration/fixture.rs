//! Fixtures as a user meets them: built once, named by what is in them, cloned for each test, checked, cleaned up.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;

use instaseed::database::{Db, Engine, Target};
use serde_json::Value;

use crate::migrate::{number, write};
use crate::support::{Call, Finished, SmallDisk, instaseed, object, scratch};

/// A verb of `fixture` on a folder of fixtures.
pub(crate) fn call(folder: &Path, words: &str) -> Call {
    let folder = folder.to_str().expect("UTF-8");
    let typed: Vec<&str> = ["fixture"].into_iter().chain(words.split(' ')).chain(["--dir", folder]).collect();
    instaseed(&typed)
}

pub(crate) fn on(folder: &Path, words: &str) -> Finished {
    call(folder, words).run()
}

/// The one line of standard output.
pub(crate) fn line(done: Finished) -> String {
    let done = done.expect(0);
    assert_eq!(done.stdout.lines().count(), 1, "{}", done.stdout);
    done.stdout.trim_end().to_owned()
}

/// How many of these builds have built the fixture; the others have found it there.
pub(crate) fn builders(children: Vec<Child>) -> usize {
    let built = children.into_iter().map(|child| {
        let output = child.wait_with_output().expect("it ends");
        let object: Value = serde_json::from_slice(&output.stdout).expect("one object");
        assert_eq!(object["ok"], true, "{object}");
        object["built"] == true
    });
    built.filter(|built| *built).count()
}

fn file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.db"))
}

/// What is in a folder, by the ends of names.
pub(crate) fn files(folder: &Path, end: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<_> = names.filter(|name| name.ends_with(end)).collect();
    names.sort();
    names
}

fn path_of(url: &str) -> PathBuf {
    Target::parse(url).expect("a URL").path().expect("a file").to_owned()
}

#[test]
fn two_builds_are_the_same_bytes_and_tiny_is_small() {
    let own = scratch();
    write(&own, "2030_ideas", "CREATE TABLE ideas (id INTEGER PRIMARY KEY, t TEXT);", "DROP TABLE ideas;");
    let own = own.to_str().expect("UTF-8").to_owned();
    for words in [
        "build --profile tiny".to_owned(),
        "build --profile tiny --edition platform --seed 9".to_owned(),
        "build --profile classic".to_owned(),
        format!("build --profile tiny --migrations {own}"),
        "build --users 300".to_owned(),
    ] {
        let (first, second) = (scratch(), scratch());
        let name = line(on(&first, &words));
        assert_eq!(line(on(&second, &words)), name);
        for end in [".db", ".json"] {
            let read = |folder: &Path| fs::read(folder.join(format!("{name}{end}"))).expect("built");
            assert!(read(&first) == read(&second), "{words}: {end} differs");
        }
        let size = fs::metadata(file(&first, &name)).expect("built").len();
        assert!(!words.contains("tiny") || size <= 200_000, "{words}: {size} bytes");
        assert!(files(&first, ".private").is_empty());
    }
}

#[test]
fn the_number_of_threads_does_not_change_a_byte() {
    use instaseed::edition::Edition;
    use instaseed::fixture::{Building, Fixture, Place};
    use instaseed::profile::{Profile, ProfileOverrides};
    // A social network of its own size takes a minute.
    let users = if std::env::var_os("INSTASEED_ROUNDS").is_some() { None } else { Some(300) };
    for name in Profile::names() {
        for edition in Edition::ALL {
            let fixture = || {
                let users = users.filter(|_| name == "social");
                Fixture::profile(name)
                    .edition(edition)
                    .overrides(ProfileOverrides { users, ..ProfileOverrides::default() })
            };
            let built = [1, 2, 5].map(|threads| {
                let folder = scratch();
                let building = Building { threads, ..Building::default() };
                let place = Place::Folder(folder.clone());
                let built = fixture().building(building).build(&place, &mut ()).expect("built");
                assert!(built.built);
                let bytes = fs::read(file(&folder, &built.seal.name)).expect("a file");
                fs::remove_dir_all(folder).expect("removed");
                bytes
            });
            assert!(built[0] == built[1] && built[1] == built[2], "{name}, {edition}");
        }
    }
}

#[test]
fn a_second_build_does_nothing_and_the_key_needs_no_database() {
    let folder = scratch();
    let key = line(on(&folder, "build --profile tiny --print-key"));
    assert!(files(&folder, "").is_empty(), "nothing was built");
    assert_eq!(line(on(&folder, "build --profile tiny")), key);
    let written = || fs::metadata(file(&folder, &key)).and_then(|found| found.modified()).expect("a time");
    let before = written();
    let again = object(&on(&folder, "build --profile tiny --json").expect(0));
    assert_eq!((&again["built"], &again["name"]), (&false.into(), &key.clone().into()));
    assert_eq!(written(), before);
    let url = "postgres://nobody:secret@127.0.0.1:1/x";
    let done =
        instaseed(&["fixture", "build", "--profile", "tiny", "--print-key", "--database-url", url]).run();
    assert_ne!(line(done), key, "another engine, another schema");
}

#[test]
fn whatever_changes_the_rows_or_the_schema_changes_the_name() {
    let folder = scratch();
    let own = scratch();
    write(&own, "2030_ideas", "CREATE TABLE ideas (id INTEGER);", "DROP TABLE ideas;");
    let with_own = format!("--profile tiny --migrations {}", own.display());
    let key = |words: &str| line(on(&folder, &format!("build --print-key {words}")));
    let mut names = BTreeSet::new();
    for words in ["--profile tiny", "--profile tiny --seed 2", "--profile tiny --edition platform", &with_own]
    {
        assert!(names.insert(key(words)), "{words}");
    }
    write(&own, "2030_ideas", "CREATE TABLE ideas (id INTEGER, a TEXT);", "DROP TABLE ideas;");
    assert!(names.insert(key(&with_own)), "a changed migration");
    // The folder that a profile's file is in does not count, and neither does a way back.
    write(&own, "2030_ideas", "CREATE TABLE ideas (id INTEGER, a TEXT);", "DROP TABLE IF EXISTS ideas;");
    assert!(!names.insert(key(&with_own)), "down.sql is in no fixture");
    let profile = |folder: &Path| {
        let path = folder.join("mine.toml");
        fs::write(&path, "users = 12\n").expect("written");
        key(&format!("--profile {}", path.display()))
    };
    assert_eq!(profile(&scratch()), profile(&scratch()));
}

#[test]
fn a_clone_is_a_whole_database_of_its_own() {
    let folder = scratch();
    let urls: Vec<String> = (0..3).map(|_| line(on(&folder, "clone --profile tiny --worker 7"))).collect();
    assert_eq!(urls.iter().collect::<BTreeSet<_>>().len(), 3);
    assert!(urls.iter().all(|url| url.contains("-w7-")), "{urls:?}");
    let of = |words: &str, url: &str| {
        let typed: Vec<&str> = words.split(' ').chain(["--database-url", url]).collect();
        instaseed(&typed).run()
    };
    of("check", &urls[0]).expect(0);
    of("migrate status --check", &urls[0]).expect(0);
    assert_eq!(object(&of("doctor --json", &urls[0]).expect(0))["ok"], true);
    of("seed --users 50 --replace --yes", &urls[0]).expect(0);
    let users =
        |url: &str| object(&of("show users --json", url).expect(0))["tables"]["users"]["rows"].clone();
    assert_eq!((users(&urls[0]), users(&urls[1])), (50.into(), 10.into()));
    of("migrate to platform", &urls[1]).expect(0);
    assert_eq!(users(&urls[2]), 10);
}

#[test]
fn a_clone_with_a_name_is_where_it_was_wanted_and_never_replaces_anything() {
    let folder = scratch();
    let here = scratch();
    let url = line(call(&folder, "clone --profile tiny --to mine.db").dir(&here).run());
    assert_eq!(url, format!("sqlite://{}", here.join("mine.db").display()));
    let before = fs::read(here.join("mine.db")).expect("a clone");
    let done = call(&folder, "clone --profile tiny --to mine.db").dir(&here).run().expect(2);
    assert!(done.stderr.contains("mine.db already exists"), "{}", done.stderr);
    assert!(fs::read(here.join("mine.db")).expect("a clone") == before);
    on(&folder, "gc --older-than 0s").expect(0);
    assert!(here.join("mine.db").exists(), "whoever named it removes it");
    for words in ["clone --profile tiny --to postgres://h/x", "clone --profile tiny --to missing/x.db"] {
        on(&folder, words).expect(2);
    }
}

#[test]
fn no_build_and_odd_names_are_refused() {
    let folder = scratch();
    on(&folder, "clone --profile tiny --no-build").expect(2);
    for name in ["../x", "a/b", "", "X", "tiny-course-'", "tiny-course-0123456789ab"] {
        let typed = ["fixture", "clone", name, "--dir", folder.to_str().expect("UTF-8")];
        let done = instaseed(&typed).run().expect(2);
        assert!(done.stdout.is_empty() && done.stderr.contains("help: "), "{name}: {}", done.stderr);
    }
    for (words, profile) in [("clone tiny", "tiny"), ("check app", "app"), ("clone shop.toml", "shop.toml")] {
        let done = on(&folder, words).expect(2);
        let hint = format!("{profile} is a profile: write --profile {profile}");
        assert!(done.stderr.contains(&hint), "{words}: {}", done.stderr);
    }
    for worker in ["--worker=a/b", "--worker=12345", "--worker=-1", "--worker="] {
        on(&folder, &format!("clone --profile tiny {worker}")).expect(2);
    }
    let name = line(on(&folder, "build --profile tiny"));
    line(on(&folder, &format!("clone {name}")));
    line(on(&folder, "clone --profile tiny --no-build"));
}

#[test]
fn a_fixture_that_was_cut_or_altered_is_found_before_it_is_cloned_and_built_again() {
    let folder = scratch();
    let name = line(on(&folder, "build --profile tiny"));
    let path = file(&folder, &name);
    let whole = fs::read(&path).expect("a fixture");
    let replaced = |bytes: &[u8]| {
        fs::remove_file(&path).expect("removed");
        fs::write(&path, bytes).expect("written");
    };
    let mut altered = whole.clone();
    altered[60_000] ^= 1;
    for bytes in [&whole[..50_000], &[], &altered] {
        replaced(bytes);
        let done = on(&folder, &format!("clone {name}")).expect(2);
        assert!(done.stderr.contains("is damaged"), "{}", done.stderr);
        on(&folder, "clone --profile tiny --no-build").expect(2);
        assert!(files(&folder.join("clones"), ".db").is_empty());
        let done = on(&folder, "clone --profile tiny").expect(0);
        assert!(done.stderr.contains("it is built again"), "{}", done.stderr);
        assert!(fs::read(&path).expect("built") == whole);
        on(&folder, "gc --older-than 0s").expect(0);
    }
    // Its owner may set the time of a file back, and a change in place is seen all the same.
    let time = fs::metadata(&path).and_then(|found| found.modified()).expect("a time");
    let mut permissions = fs::metadata(&path).expect("there").permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o644);
    fs::set_permissions(&path, permissions).expect("writable");
    fs::write(&path, &altered).expect("written");
    fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(time)).expect("set");
    on(&folder, &format!("clone {name}")).expect(2);
}

#[test]
fn a_fixture_of_a_later_version_is_refused_and_left_alone() {
    let folder = scratch();
    let name = line(on(&folder, "build --profile tiny"));
    let seal = folder.join(format!("{name}.json"));
    let text =
        fs::read_to_string(&seal).expect("a seal").replace("\"format\": 1", "\"format\": 99, \"new\": 1");
    fs::remove_file(&seal).expect("removed");
    fs::write(&seal, &text).expect("written");
    for words in ["clone --profile tiny", "build --profile tiny"] {
        let done = on(&folder, words).expect(2);
        assert!(done.stderr.contains("later version of instaseed (format 99"), "{}", done.stderr);
    }
    on(&folder, "gc --all --yes").expect(0);
    assert_eq!(fs::read_to_string(&seal).expect("still there"), text);
    fs::remove_file(&seal).expect("removed");
    fs::write(&seal, "{").expect("written");
    let done = on(&folder, &format!("clone {name}")).expect(2);
    assert!(done.stderr.contains("its record cannot be read"), "{}", done.stderr);
    line(on(&folder, "clone --profile tiny"));
}

#[test]
fn two_builds_at_once_are_one_and_a_killed_one_leaves_nothing_for_long() {
    let folder = scratch();
    let start = || call(&folder, "build --users 400 --json").spawn();
    assert_eq!(builders((0..4).map(|_| start()).collect()), 1);
    let folder = scratch();
    let mut child = call(&folder, "build --users 20000").spawn();
    while files(&folder, ".private").is_empty() {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    child.kill().expect("killed");
    child.wait().expect("it has ended");
    assert!(!files(&folder, ".private").is_empty());
    assert!(on(&folder, "list").expect(0).stdout.contains("no fixtures"));
    // A fresh one is too young, and then it is a leftover.
    assert!(on(&folder, "gc").expect(0).stdout.contains("Nothing to remove"));
    let done = on(&folder, "gc --older-than 0s").expect(0);
    assert!(done.stdout.contains("removed unfinished build"), "{}", done.stdout);
    assert!(files(&folder, ".private").is_empty() && files(&folder, "-journal").is_empty());
}

#[test]
fn gc_removes_old_clones_of_ours_and_nothing_else() {
    let folder = scratch();
    let name = line(on(&folder, "build --profile tiny"));
    let clone = || path_of(&line(on(&folder, "clone --profile tiny")));
    let (old, busy) = (clone(), clone());
    let planted = folder.join(format!("clones/{name}-0000000000.db"));
    fs::copy(&old, &planted).expect("copied");
    fs::write(folder.join("notes.txt"), "mine").expect("written");
    let held = fs::File::open(&busy).expect("open");
    assert!(on(&folder, "gc").expect(0).stdout.contains("Nothing to remove"), "they are young");
    let dry = object(&on(&folder, "gc --older-than 0s --dry-run --json").expect(0));
    assert_eq!((dry["removed"].as_array().map(Vec::len), old.exists()), (Some(1), true));
    let done = object(&on(&folder, "gc --older-than 0s --json").expect(0));
    assert_eq!(done["removed"][0]["name"], old.to_str().expect("UTF-8"));
    assert_eq!(done["kept"][0]["name"], busy.to_str().expect("UTF-8"));
    assert!(!old.exists() && busy.exists() && planted.exists() && folder.join("notes.txt").exists());
    drop(held);
    on(&folder, "gc --all").expect(2);
    assert!(file(&folder, &name).exists(), "fixtures need a yes");
    on(&folder, "gc --all --yes").expect(0);
    assert!(!busy.exists() && !file(&folder, &name).exists() && planted.exists());
    assert_eq!(files(&folder, "json"), [""; 0]);
    line(on(&folder, "clone --profile tiny"));
}

#[test]
fn check_names_what_was_added_since() {
    let folder = scratch();
    let own = scratch();
    write(&own, "2030_stories", "CREATE TABLE stories (id INTEGER PRIMARY KEY);", "DROP TABLE stories;");
    let migrations = format!("--profile tiny --migrations {}", own.display());
    let name = line(on(&folder, &format!("build {migrations}")));
    on(&folder, &format!("check {migrations}")).expect(0);
    fs::write(own.join("2030_stories/up.sql"), "CREATE TABLE stories (id INTEGER PRIMARY KEY, lang TEXT NOT NULL, seen INTEGER NOT NULL DEFAULT 0, note TEXT);").expect("written");
    write(&own, "2031_polls", "CREATE TABLE polls (id INTEGER PRIMARY KEY);", "DROP TABLE polls;");
    let done = on(&folder, &format!("check {migrations}")).expect(1);
    for line in [
        "does not fit",
        "column stories.lang (text) was added without a default: the rows of the fixture have no value for it",
        "column stories.seen (integer) was added\n",
        "column stories.note (text) was added\n",
        "table polls was added",
    ] {
        assert!(done.stdout.contains(line), "{line}: {}", done.stdout);
    }
    assert!(!done.stdout.contains("only in"), "{}", done.stdout);
    assert!(files(&folder, ".private").is_empty(), "nothing is left of the comparison");
    // The application's own database, which has moved on.
    let app = scratch().join("app.db");
    let app = app.to_str().expect("UTF-8");
    line(on(&folder, &format!("clone {name} --to {app}")));
    on(&folder, &format!("check {name} --against {app}")).expect(0);
    let db = Target::parse(app).expect("a path");
    let run = |sql: &str| instaseed::database::Db::connect(&db).expect("open").batch(sql).expect("run");
    run("ALTER TABLE users ADD COLUMN plan TEXT; CREATE INDEX by_plan ON users (plan); DROP TABLE stories");
    let done = object(&on(&folder, &format!("check {name} --json --against {app}")).expect(1));
    let found = &done["fixtures"][0];
    assert_eq!(found["changes"].as_array().map(Vec::len), Some(2), "{found:#}");
    assert!(found["only_in_schema"][0].as_str().is_some_and(|line| line.contains("by_plan")), "{found:#}");
    on(&folder, "check --profile classic").expect(2);
}

#[test]
fn a_full_disk_is_named_and_nothing_is_left_of_a_build_nor_of_a_clone() {
    let Some(disk) = SmallDisk::mount(40 << 10) else {
        println!("no right to mount a small disk here: skipped");
        return;
    };
    let store = disk.folder.join("store");
    let refused = |words: &str| {
        let done = call(&store, words).dir(&disk.folder).run().expect(2);
        assert!(done.stderr.contains("full") || done.stderr.contains("No space"), "{}", done.stderr);
        assert!(done.stderr.contains("help: free"), "{}", done.stderr);
        assert_eq!(files(&disk.folder, ""), ["store"]);
    };
    for kib in [40, 80, 160, 240] {
        disk.resize(kib << 10);
        refused("build --profile tiny");
        assert_eq!(files(&store, ".db"), Vec::<String>::new(), "{kib}");
        assert!(fs::metadata(&store).is_ok_and(|_| files(&store, "-sealed").is_empty()), "{kib}");
    }
    disk.resize(64 << 20);
    let name = line(on(&store, "build --profile tiny"));
    let used = fs::metadata(file(&store, &name)).expect("built").len();
    disk.resize(used + (40 << 10));
    refused("clone --profile tiny");
    refused("clone --profile tiny --to test.db");
    assert_eq!(files(&store.join("clones"), ""), Vec::<String>::new());
    disk.resize(64 << 20);
    line(on(&store, "clone --profile tiny"));
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let place = scratch();
    let file = place.join("a-file");
    fs::write(&file, "").expect("written");
    let done = on(&file, "build --profile tiny").expect(2);
    assert!(
        done.stderr.contains("cannot create the folder") && done.stderr.contains("--dir"),
        "{}",
        done.stderr
    );
    let done = on(Path::new("/proc/nothing"), "build --profile tiny").expect(2);
    assert!(done.stderr.contains("help: "), "{}", done.stderr);
}

#[test]
fn the_guard_removes_its_clone_and_keeps_that_of_a_failed_test() {
    use diesel::prelude::*;
    use instaseed::fixture::Fixture;
    let folder = scratch();
    let fixture = || Fixture::profile("tiny").folder(&folder);
    let db = fixture().sqlite().expect("a clone");
    let path = path_of(db.url());
    let mut conn = db.connect().expect("open");
    diesel::sql_query("DELETE FROM likes").execute(&mut conn).expect("deleted");
    // Diesel itself opens the URL.
    let mut other = SqliteConnection::establish(db.url()).expect("open");
    let count = |conn: &mut SqliteConnection, table: &str| {
        diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!(
            "(SELECT count(*) FROM {table})"
        )))
        .get_result::<i64>(conn)
        .expect("counted")
    };
    assert_eq!((count(&mut other, "likes"), count(&mut other, "users")), (0, 10));
    drop((conn, other));
    drop(db);
    assert!(!path.exists() && files(&folder.join("clones"), "").is_empty());
    let kept = std::sync::Arc::new(std::sync::Mutex::new(String::new()));
    for in_memory in [false, true] {
        let said = std::sync::Arc::clone(&kept);
        let fixture = fixture().when_kept(move |url| url.clone_into(&mut said.lock().expect("a text")));
        let failed = std::thread::spawn(move || {
            let db = if in_memory { fixture.memory() } else { fixture.sqlite() }.expect("a clone");
            let mut conn = db.connect().expect("open");
            diesel::sql_query("DELETE FROM comments").execute(&mut conn).expect("deleted");
            panic!("the test fails");
        });
        assert!(failed.join().is_err());
        let url = std::mem::take(&mut *kept.lock().expect("a text"));
        let mut conn = SqliteConnection::establish(&url).expect("it is kept");
        assert_eq!((count(&mut conn, "comments"), count(&mut conn, "users")), (0, 10), "{url}");
    }
    assert_eq!(files(&folder.join("clones"), ".db").len(), 2);
    on(&folder, "gc --older-than 0s").expect(0);
    assert!(files(&folder.join("clones"), "").is_empty());
}

#[test]
fn a_clone_in_memory_is_shared_by_its_connections_and_by_nobody_else() {
    use diesel::prelude::*;
    use instaseed::fixture::Fixture;
    let folder = scratch();
    let fixture = || Fixture::profile("tiny").folder(&folder).memory().expect("a clone");
    let (one, two) = (fixture(), fixture());
    let users = |url: &str| {
        let mut conn = SqliteConnection::establish(url).expect("Diesel opens the URI");
        diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>("(SELECT count(*) FROM users)"))
            .get_result::<i64>(&mut conn)
    };
    let mut conn = one.connect().expect("open");
    diesel::sql_query("INSERT INTO users (username, created_at) VALUES ('new', '2030-01-01 00:00:00')")
        .execute(&mut conn)
        .expect("writable");
    assert_eq!((users(one.url()), users(two.url())), (Ok(11), Ok(10)));
    drop(conn);
    let url = one.url().to_owned();
    drop(one);
    assert!(users(&url).is_err(), "it is gone with its guard");
    assert_eq!(files(&folder.join("clones"), ""), [""; 0]);
}

#[test]
fn an_own_step_is_in_the_fixture_and_its_tag_in_the_name() {
    use instaseed::fixture::Fixture;
    let folder = scratch();
    let with = |tag: &str, sql: &'static str| {
        Fixture::profile("tiny").folder(&folder).with(tag, move |db| Ok(db.batch(sql)?))
    };
    let plain = Fixture::profile("tiny").name(Engine::Sqlite).expect("a name");
    let one = with("plans 1", "CREATE TABLE plans (id INTEGER); INSERT INTO plans VALUES (7)");
    assert_ne!(one.name(Engine::Sqlite).expect("a name"), plain);
    let db = one.sqlite().expect("a clone");
    let mut conn = instaseed::database::Db::connect(&Target::parse(db.url()).expect("a URL")).expect("open");
    assert_eq!(conn.count("plans").expect("counted"), 1);
    assert_eq!(db.seal().steps, ["plans 1"]);
    drop(conn);
    let error = with("bad", "CREATE TABLE users (id INTEGER)").sqlite().expect_err("refused");
    assert!(error.to_string().contains("step `bad`"), "{error}");
    assert!(files(&folder, ".private").is_empty());
}

#[test]
fn named_rows_are_written_as_constants_that_lead_to_them() {
    let folder = scratch();
    let constants =
        on(&folder, "build --profile tiny --edition platform --id-offset 500 --constants json").expect(0);
    let keys: serde_json::Value = serde_json::from_str(&constants.stdout).unwrap();
    let clone =
        Target::parse(&line(on(&folder, "clone --profile tiny --edition platform --id-offset 500"))).unwrap();
    let mut db = Db::connect(&clone).unwrap();
    for (table, name, found) in [
        ("users", "alice", "username = 'alice'"),
        ("users", "empty_user", "username = 'empty_user'"),
        ("posts", "alice_photo", "user_id = (SELECT user_id FROM users WHERE username = 'alice')"),
    ] {
        let key = keys[name].as_i64().unwrap_or_else(|| panic!("{name} in {keys}"));
        let id = if table == "users" { "user_id" } else { "post_id" };
        let query = format!("SELECT count(*) AS number FROM {table} WHERE {id} = {key} AND {found}");
        assert_eq!(number(&mut db, &query), 1, "{name}");
    }
    for (language, line) in
        [("rust", "pub const ALICE: i32 = "), ("ts", "export const ALICE = "), ("py", "ALICE = ")]
    {
        let done = on(&folder, &format!("build --profile tiny --constants {language}")).expect(0);
        assert!(done.stdout.contains(line), "{}", done.stdout);
    }
    let unknown = on(&folder, "build --profile tiny --constants cobol").expect(2);
    assert!(unknown.stderr.contains("rust, json, ts, py"), "{}", unknown.stderr);
}
