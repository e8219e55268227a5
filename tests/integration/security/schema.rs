//! An SQLite file that somebody has edited is data: nothing that stands in its schema reaches other files.

use std::fs;
use std::path::Path;

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use instaseed::database::{Db, Target};

use crate::support::{Finished, instaseed, scratch};

/// A database with tables, and text put behind the definition of an index, which SQLite reads over.
fn edited(folder: &Path, behind: &str) {
    instaseed(&["setup", "--no-seed", "--database-url", "h.db"]).dir(folder).run().expect(0);
    let mut db = SqliteConnection::establish(folder.join("h.db").to_str().unwrap()).unwrap();
    db.batch_execute("PRAGMA writable_schema = ON").unwrap();
    let behind = behind.replace('\'', "''");
    let edit = "UPDATE sqlite_schema SET sql = sql || '{}' WHERE name = 'comments_user_id_idx'";
    db.batch_execute(&edit.replace("{}", &behind)).unwrap();
}

fn seed(folder: &Path) -> Finished {
    instaseed(&["seed", "--profile", "tiny", "--database-url", "h.db"]).dir(folder).run()
}

/// The tables of the file, and how many people it holds.
fn tables(folder: &Path) -> Vec<String> {
    let target = Target::parse(folder.join("h.db").to_str().unwrap()).unwrap();
    let mut tables = Db::connect(&target).unwrap().tables().unwrap();
    tables.retain(|name| name != "sqlite_stat1" && name != "sqlite_stat4");
    tables.sort();
    tables
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

#[test]
fn statements_behind_an_index_are_never_run() {
    for behind in [
        "; COMMIT; VACUUM INTO 'PWNED.sh'; BEGIN",
        "; ATTACH 'other.db' AS o; CREATE TABLE o.taken AS SELECT * FROM users",
        "; DELETE FROM users",
        " /* ; */ ; CREATE TABLE more (a)",
    ] {
        let folder = scratch();
        edited(&folder, behind);
        SqliteConnection::establish(folder.join("other.db").to_str().unwrap())
            .unwrap()
            .batch_execute("CREATE TABLE secrets (a)")
            .unwrap();
        let (known, other) = (tables(&folder), fs::read(folder.join("other.db")).unwrap());
        seed(&folder).expect(0);
        assert_eq!(names(&folder), ["h.db", "other.db"]);
        assert_eq!(tables(&folder), known, "{behind}");
        assert!(fs::read(folder.join("other.db")).unwrap() == other, "{behind}");
    }
}

#[test]
fn a_comment_behind_an_index_is_no_statement() {
    let folder = scratch();
    edited(&folder, " -- ours; really\n WHERE user_id <> ';'");
    seed(&folder).expect(0);
    let restored = SqliteConnection::establish(folder.join("h.db").to_str().unwrap()).unwrap().batch_execute(
        "CREATE TEMP TABLE t AS SELECT 1 / (count(*) = 1) AS one FROM sqlite_schema WHERE sql LIKE '% -- ours; really%'",
    );
    restored.unwrap();
}

#[test]
fn migrations_of_ones_own_may_do_what_is_lawful_and_not_edit_the_schema_as_a_table() {
    let folder = scratch();
    let own = folder.join("own/20300101000000_mine");
    fs::create_dir_all(&own).unwrap();
    let lawful = "CREATE TABLE mine (id INTEGER PRIMARY KEY, likes INTEGER);
        CREATE INDEX mine_idx ON mine(likes) WHERE likes > 1;
        CREATE VIEW popular AS SELECT id, max(likes) AS likes, strftime('%Y', 'now') AS year FROM mine GROUP BY id;
        CREATE TRIGGER mine_more AFTER INSERT ON mine BEGIN UPDATE mine SET likes = coalesce(likes, 0) WHERE id = NEW.id; END;
        CREATE VIRTUAL TABLE found USING fts5(body);
        INSERT INTO found VALUES ('sunset');
        ALTER TABLE mine RENAME COLUMN likes TO hearts;";
    fs::write(own.join("up.sql"), lawful).unwrap();
    let down = "DROP TABLE found; DROP VIEW popular; DROP TABLE mine;";
    fs::write(own.join("down.sql"), down).unwrap();
    let call = |words: &[&str]| {
        let place = ["--migrations", "own", "--database-url", "h.db"];
        instaseed(&[words, &place].concat()).dir(&folder).run()
    };
    call(&["setup", "--no-seed", "--edition", "platform"]).expect(0);
    call(&["migrate", "up"]).expect(0);
    call(&["migrate", "down", "--yes"]).expect(0);
    fs::write(own.join("up.sql"), "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || ' ';")
        .unwrap();
    let refused = call(&["migrate", "up"]).expect(2);
    assert!(refused.stderr.contains("may not be modified"), "{}", refused.stderr);
}

#[test]
fn unsafe_code_is_in_the_rooms_that_speak_sqlites_interface() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut open, mut found) = (vec![root.join("src")], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if fs::read_to_string(&path).is_ok_and(|text| text.contains("allow(unsafe_code")) {
                found.push(path.strip_prefix(root).unwrap().display().to_string());
            }
        }
    }
    found.sort();
    assert_eq!(
        found,
        [
            "src/database/sqlite/defence.rs",
            "src/database/sqlite/memory.rs",
            "src/query/sqlite/handle.rs",
            "src/sandbox/sqlite/handle.rs",
            "src/sink/sqlite_feed.rs",
        ]
    );
}

#[test]
fn a_change_of_editions_runs_no_statement_from_the_schema() {
    let hostile = "x\u{1f}VACUUM INTO 'PWNED.sh'; --";
    let ways: [&dyn Fn(&Path); 3] = [
        &|folder| edited(folder, "; VACUUM INTO 'PWNED.sh'; ATTACH 'PWNED.db' AS o; CREATE TABLE o.t (a)"),
        &|folder| {
            named(folder, &format!("CREATE TRIGGER \"{hostile}\" AFTER INSERT ON likes BEGIN SELECT 1; END"))
        },
        &|folder| named(folder, &format!("CREATE INDEX \"{hostile}\" ON likes (created_at)")),
    ];
    for prepare in ways {
        let folder = scratch();
        prepare(&folder);
        for verb in [&["plan", "to", "platform"][..], &["to", "platform"], &["to", "course", "--yes"]] {
            let words = [&["migrate", "--database-url", "h.db"][..], verb].concat();
            instaseed(&words).dir(&folder).run().expect(0);
            assert_eq!(names(&folder), ["h.db"], "{verb:?}");
        }
    }
}

/// A database with tables and something of somebody's.
fn named(folder: &Path, sql: &str) {
    instaseed(&["setup", "--no-seed", "--database-url", "h.db"]).dir(folder).run().expect(0);
    let mut db = SqliteConnection::establish(folder.join("h.db").to_str().unwrap()).unwrap();
    db.batch_execute(sql).unwrap();
}

#[test]
fn a_plan_is_comments_and_our_statements_whatever_things_are_called() {
    let folder = scratch();
    named(&folder, "CREATE TRIGGER \"t\nDELETE FROM users; --\" AFTER INSERT ON likes BEGIN SELECT 1; END");
    let words = ["migrate", "plan", "down", "8", "--database-url", "h.db"];
    let plan = instaseed(&words).dir(&folder).run().expect(0).stdout;
    assert!(plan.contains("-- dropped with its table") && plan.contains("DELETE FROM users"), "{plan}");
    assert!(!plan.lines().any(|line| line.starts_with("DELETE")), "{plan}");
}

#[test]
fn a_view_without_end_in_place_of_a_table_is_told_and_not_read() {
    let folder = scratch();
    let run = |verb: &str| {
        let words: Vec<&str> = verb.split(' ').chain(["--database-url", "v.db"]).collect();
        instaseed(&words).dir(&folder).run()
    };
    run("setup --profile tiny").expect(0);
    let mut db = SqliteConnection::establish(folder.join("v.db").to_str().unwrap()).unwrap();
    db.batch_execute(
        "PRAGMA foreign_keys = OFF; DROP TABLE tags; CREATE VIEW tags AS WITH RECURSIVE n (id) AS \
         (SELECT 1 UNION ALL SELECT id + 1 FROM n) SELECT id, 'x' AS tag_name, '2020-01-01 00:00:00' AS created_at FROM n",
    )
    .unwrap();
    drop(db);
    let told = "tags is a view, but the schema has a table of this name";
    let doctor = run("doctor").expect(1);
    assert!(doctor.stdout.contains(told) && doctor.stdout.contains("DROP VIEW"), "{}", doctor.stdout);
    for (verb, code) in
        [("check", 2), ("setup", 2), ("seed --replace --yes", 2), ("seed --append --users 5", 2)]
    {
        let refused = run(verb).expect(code);
        assert!(refused.stderr.contains("tags"), "{verb}: {}", refused.stderr);
    }
    for verb in ["show", "migrate status"] {
        run(verb).expect(0);
    }
    for verb in ["migrate plan to none", "reset --yes"] {
        let refused = run(verb).expect(2);
        assert!(refused.stderr.contains("DROP VIEW tags"), "{verb}: {}", refused.stderr);
    }
}
