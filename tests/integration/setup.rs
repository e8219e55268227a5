//! `setup`, `reset` and `show` as a user meets them, on every engine, from a database that does not exist.

use std::cell::RefCell;

use instaseed::database::{self, Engine};
use instaseed::edition::Edition;
use serde_json::Value;

use crate::support::{TestDb, each_engine, each_engine_without_database, instaseed, object, on, scratch};

fn tables(db: &TestDb) -> Vec<String> {
    let tables = db.connect().tables().expect("the catalogue can be read");
    // what begins with `course_` is what the platform edition remembers for the way back
    let bookkeeping = |name: &String| name.starts_with("__") || name.starts_with("course_");
    let mut ours: Vec<String> = tables.into_iter().filter(|name| !bookkeeping(name)).collect();
    ours.sort();
    ours
}

fn expected(edition: Edition) -> Vec<String> {
    let mut names: Vec<String> = edition.tables().iter().map(|table| table.name.to_owned()).collect();
    names.sort();
    names
}

#[test]
fn setup_makes_the_database_and_the_tables_of_the_course() {
    each_engine_without_database(|db| {
        let done = on(db, "setup --no-seed").expect(0);
        assert!(done.stdout.contains("Created "), "{}", done.stdout);
        assert!(done.stdout.contains("is ready, edition course."), "{}", done.stdout);
        assert_eq!(tables(db), expected(Edition::Course));
    });
}

#[test]
fn a_second_setup_changes_nothing_and_says_so() {
    each_engine_without_database(|db| {
        on(db, "setup --users 200").expect(0);
        let before = on(db, "show --json --rows 1000").expect(0).stdout;
        let done = on(db, "setup --users 200").expect(0);
        assert!(done.stdout.starts_with("Nothing to do: everything is already there.\n"), "{}", done.stdout);
        assert_eq!(on(db, "show --json --rows 1000").expect(0).stdout, before);
        let json = on(db, "setup --users 200 --json").expect(0).stdout;
        let object: serde_json::Value = serde_json::from_str(&json).expect("one object");
        assert_eq!((&object["ok"], &object["changed"]), (&true.into(), &false.into()));
        on(db, "setup --no-seed").expect(0);
        let done = on(db, "setup --users 300").expect(2);
        assert!(done.stderr.contains("the rows of another world"), "{}", done.stderr);
        assert_eq!(on(db, "show --json --rows 1000").expect(0).stdout, before);
    });
}

#[test]
fn two_setups_at_once_are_as_good_as_one() {
    each_engine_without_database(|db| {
        let url = db.url();
        let start = || instaseed(&["setup", "--profile", "tiny", "--database-url", &url]).spawn();
        let (first, second) = (start(), start());
        for child in [first, second] {
            let output = child.wait_with_output().expect("it ends");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        }
        assert_eq!(db.connect().count("users").expect("it is there"), 10);
        on(db, "check").expect(0);
    });
}

#[test]
fn setup_gives_the_same_rows_on_every_engine() {
    for edition in ["course", "platform"] {
        let shown = RefCell::new(Vec::new());
        each_engine_without_database(|db| {
            on(db, &format!("setup --users 150 --seed 7 --edition {edition}")).expect(0);
            shown.borrow_mut().push(on(db, "show --json --rows 50").expect(0).stdout);
        });
        let shown = shown.into_inner();
        assert!(shown.iter().all(|text| *text == shown[0]), "{edition}:\n{}", shown.join("\n"));
    }
}

#[test]
fn rows_of_an_application_are_not_touched() {
    each_engine(|db| {
        on(db, "setup --no-seed").expect(0);
        db.connect().batch("INSERT INTO users (username) VALUES ('mine')").expect("a row can be inserted");
        let done = on(db, "setup --users 150").expect(2);
        assert!(done.stderr.contains("rows that instaseed did not write"), "{}", done.stderr);
        on(db, "seed --users 150").expect(2);
        assert_eq!(db.connect().count("users").expect("it is there"), 1);
    });
}

#[test]
fn an_application_goes_on_behind_the_seeded_keys() {
    each_engine(|db| {
        on(db, "setup --users 150").expect(0);
        db.connect()
            .batch(
                "INSERT INTO users (username) VALUES ('an application''s user'); \
                 INSERT INTO photos (image_url, user_id) VALUES ('https://example.com/x.jpg', 151)",
            )
            .expect("the next keys are free");
        assert_eq!(db.connect().count("users").expect("it is there"), 151);
    });
}

#[test]
fn setup_goes_forward_only() {
    each_engine_without_database(|db| {
        on(db, "setup --edition platform --no-seed").expect(0);
        assert_eq!(tables(db), expected(Edition::Platform));
        on(db, "setup --no-seed").expect(0);
        let done = on(db, "setup --edition course --no-seed").expect(2);
        assert!(done.stderr.contains("`setup` does not change the edition"), "{}", done.stderr);
        assert_eq!(tables(db), expected(Edition::Platform));
    });
}

#[test]
fn setup_goes_on_from_wherever_a_run_stopped() {
    each_engine(|db| {
        on(db, "migrate to create_follows").expect(0);
        on(db, "setup --no-seed").expect(0);
        assert_eq!(tables(db), expected(Edition::Course));
    });
}

#[test]
fn reset_rebuilds_the_same_edition_and_leaves_tables_of_others() {
    each_engine(|db| {
        on(db, "setup --edition platform --no-seed").expect(0);
        db.connect()
            .batch("CREATE TABLE of_another (id INTEGER NOT NULL PRIMARY KEY); INSERT INTO of_another VALUES (1)")
            .expect("a table of another program");
        on(db, "reset --yes --no-seed").expect(0);
        assert_eq!(db.connect().count("of_another").expect("it is still there"), 1);
        on(db, "reset --yes --edition course --no-seed").expect(0);
        on(db, "reset --drop --yes --no-seed").expect(0);
        assert_eq!(tables(db), expected(Edition::Course));
    });
}

#[test]
fn the_default_is_a_file_in_this_folder_and_dot_env_comes_before_it() {
    let folder = scratch();
    instaseed(&["setup", "--no-seed"]).dir(&folder).run().expect(0);
    assert!(folder.join("instaseed.db").is_file());
    std::fs::write(folder.join(".env"), "DATABASE_URL=sqlite://other.db\n").expect("a file can be written");
    instaseed(&["setup", "--no-seed"]).dir(&folder).run().expect(0);
    assert!(folder.join("other.db").is_file());
    instaseed(&["setup", "--no-seed"]).dir(&folder).env("DATABASE_URL", "third.db").run().expect(0);
    assert!(folder.join("third.db").is_file());
    instaseed(&["setup", "--no-seed", "--database-url", "fourth.db"]).dir(&folder).run().expect(0);
    assert!(folder.join("fourth.db").is_file());
}

#[test]
fn show_prints_rows_of_every_kind_on_every_engine() {
    each_engine(|db| {
        on(db, "setup --no-seed").expect(0);
        db.connect()
            .batch(
                "INSERT INTO users (id, username, created_at) VALUES (1, 'it''s \"anna\"', '2024-02-29 23:59:59'), \
                 (2, 'żółw 🐢', NULL); \
                 INSERT INTO photos (id, image_url, user_id, created_at) \
                 VALUES (7, 'https://example.com/7.jpg', 2, '2024-03-01 00:00:00');",
            )
            .expect("rows can be inserted");
        let done = on(db, "show users").expect(0);
        let lines: Vec<&str> = done.stdout.lines().collect();
        assert_eq!(lines[0], "users: 2 rows");
        assert_eq!(lines[1].split_whitespace().collect::<Vec<_>>(), ["id", "username", "created_at"]);
        assert_eq!(lines[2], " 1  it's \"anna\"  2024-02-29 23:59:59");
        assert_eq!(lines[3], " 2  żółw 🐢      NULL");
        let json = on(db, "show photos --json").expect(0).stdout;
        let object: serde_json::Value = serde_json::from_str(&json).expect("one object");
        assert_eq!(object["tables"]["photos"]["first"][0]["created_at"], "2024-03-01 00:00:00");
        let done = on(db, "show photo").expect(2);
        assert!(done.stderr.contains("did you mean \"photos\"?"), "{}", done.stderr);
    });
}

#[test]
fn an_account_without_the_right_is_told_what_to_ask_for() {
    use crate::support::{Kind, Server};
    for (engine, kind) in [(Engine::Mysql, Kind::Mysql), (Engine::Postgres, Kind::Postgres)] {
        let (Some(server), Some(db)) = (Server::shared(kind), TestDb::absent(engine)) else { continue };
        let admin = TestDb::absent(engine).expect("the server is there");
        database::create(admin.target()).expect("the administrator may create a database");
        let user = format!("{}_plain", admin.target().database());
        let create = match engine {
            Engine::Mysql => format!("CREATE USER '{user}'@'%' IDENTIFIED BY 'pw'"),
            _ => format!("CREATE ROLE {user} LOGIN PASSWORD 'pw'"),
        };
        admin.connect().batch(&create).expect("the administrator may create an account");
        let url = server.url_of(&user, Some("pw"), db.target().database());
        let done = instaseed(&["setup", "--no-seed", "--database-url", &url]).run().expect(2);
        assert!(done.stderr.contains(&user) && done.stderr.contains("CREATE DATABASE"), "{}", done.stderr);
        assert!(!done.stderr.contains("pw@") && !done.stderr.contains(":pw"), "{}", done.stderr);
        assert!(!database::exists(db.target()).expect("the administrator can look"));
        let drop = match engine {
            Engine::Mysql => format!("DROP USER '{user}'@'%'"),
            _ => format!("DROP ROLE {user}"),
        };
        admin.connect().batch(&drop).expect("the administrator may drop an account");
    }
}

#[test]
fn doctor_tells_what_it_sees_on_every_engine() {
    each_engine(|db| {
        let done = on(db, "doctor").expect(0);
        assert!(done.stdout.contains("none: no migration is applied"), "{}", done.stdout);
        on(db, "setup --profile tiny").expect(0);
        let done = on(db, "doctor").expect(0);
        for seen in
            ["server", "edition        course", "8 applied; 9 more belong to other editions", "profile tiny"]
        {
            assert!(done.stdout.contains(seen), "{seen}:\n{}", done.stdout);
        }
        on(db, "migrate down --yes").expect(0);
        let done = on(db, "doctor").expect(1);
        assert!(done.stdout.contains("between two editions"), "{}", done.stdout);
    });
}

#[test]
fn the_worlds_of_setup_and_reset_are_as_stated_on_every_engine() {
    let rows = |setup: &Value, name: &str| {
        let tables = setup["tables"].as_array().expect("a list");
        tables.iter().find(|table| table["table"] == name).and_then(|table| table["rows"].as_u64())
    };
    each_engine_without_database(|db| {
        let setup = object(&on(db, "setup --seed 3 --json").expect(0));
        let seeded = &setup["seeded"];
        assert_eq!((&seeded["profile"], &seeded["seed"]), (&"course".into(), &3.into()));
        assert_eq!(rows(&setup, "users"), Some(100));
        on(db, "check").expect(0);

        // a wish for a size is one for the world that has any size
        let reset = object(&on(db, "reset --yes --users 1000 --json").expect(0));
        let seeded = &reset["seeded"];
        assert_eq!((&seeded["profile"], &seeded["users"]), (&"social".into(), &1000.into()));
        let (about, loaded) = (seeded["rows_about"].as_f64().unwrap(), seeded["rows"].as_f64().unwrap());
        assert!((about / loaded - 1.0).abs() < 0.02, "{about} expected, {loaded} loaded");
        assert_eq!((rows(&reset, "users"), rows(&reset, "photos")), (Some(1000), Some(12_000)));
        on(db, "check").expect(0);

        let reset = object(&on(db, "reset --yes --profile classic --json").expect(0));
        for (name, count) in [
            ("users", 100),
            ("photos", 257),
            ("comments", 7488),
            ("likes", 8782),
            ("follows", 7623),
            ("tags", 21),
            ("photo_tags", 501),
        ] {
            assert_eq!(rows(&reset, name), Some(count), "{name}");
        }
        on(db, "check").expect(0);
    });
}

#[test]
fn the_first_line_says_what_will_be_made() {
    let first = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    each_engine_without_database(|db| {
        let done = on(db, "setup --users 20").expect(0);
        assert_eq!(first(&done.stdout), "Profile social: 20 users, about 1,600 rows.");
        let done = on(db, "setup").expect(0);
        assert!(!done.stdout.contains("Profile"), "nothing is made: {}", done.stdout);
        let done = on(db, "reset --yes --profile tiny").expect(0);
        assert_eq!(first(&done.stdout), "Profile tiny: 10 users, about 170 rows.");
        let done = on(db, "seed --replace --yes --users 30 --dry-run").expect(0);
        assert!(first(&done.stdout).starts_with("Profile social: 30 users, about "), "{}", done.stdout);
        let done = on(db, "seed --replace --yes --users 30").expect(0);
        assert_eq!(first(&done.stdout), "Profile social: 30 users, about 2,300 rows.");
    });
}

#[test]
fn a_world_of_one_language_is_asked_for_and_recorded() {
    each_engine_without_database(|db| {
        on(db, "setup --users 30 --languages ja -q").expect(0);
        let done = on(db, "doctor").expect(0);
        assert!(done.stdout.contains("profile social"), "{}", done.stdout);
        on(db, "setup --users 30 --languages ja").expect(0);
        on(db, "setup --users 30 --languages de").expect(2);
        on(db, "setup --users 30").expect(2);
        let refused = on(db, "reset --yes --languages en,tlh").expect(2);
        assert!(refused.stderr.contains("there is no language 'tlh'"), "{}", refused.stderr);
        assert!(
            refused.stderr.contains("help: use one or more of these codes: en English, es"),
            "{}",
            refused.stderr
        );
    });
}
