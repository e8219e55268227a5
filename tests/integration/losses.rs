//! What a person is told before something goes or is refused: losses with their counts, rows, tables of other programs,
//! tables that were emptied.

use std::fs;

use instaseed::database::Engine;
use serde_json::Value;

use crate::line::{catalogue, crossing, own, tables, with};
use crate::lock::migrate;
use crate::migrate::{folder, write};
use crate::support::{
    each_engine, each_engine_without_database, history, instaseed, object, on, on_engine, scratch,
};

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
            format!("undoes {applied} migrations (1 of your own) and deletes the {rows} rows of our tables");
        assert!(refused.stderr.contains(&says), "{says}:\n{}", refused.stderr);
        let refused = with(db, &root, "reset --drop").expect(2);
        assert!(
            refused.stderr.contains(&format!("the {rows} rows of our tables, and lesson (0 rows)")),
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
        assert!(done.stdout.contains("no migration created them: users, photos"), "{}", done.stdout);
        let status = object(&on(db, "migrate status --json").expect(0));
        assert_eq!(status["foreign_tables"], serde_json::json!(["users", "photos"]));
        let done = on(db, "doctor").expect(1);
        assert!(done.stdout.contains("setup and migrate refuse"), "{}", done.stdout);
        assert!(!done.stdout.contains("create the tables"), "{}", done.stdout);
        for verb in ["seed", "setup", "migrate up"] {
            let done = on(db, verb).expect(2);
            assert!(done.stderr.contains("use another database"), "{verb}: {}", done.stderr);
            assert!(!done.stderr.contains("create the tables"), "{verb}: {}", done.stderr);
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
            ("show", 0),
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

#[test]
fn a_terminal_shows_the_losses_before_it_asks() {
    let folder = scratch();
    let setup = ["setup", "--profile", "tiny", "--edition", "platform", "--database-url", "x.db"];
    instaseed(&setup).dir(&folder).run().expect(0);
    let Some((code, text)) = crate::guards::asked(&folder, "migrate to course", "n\n") else { return };
    assert_eq!(code, 1, "{text}");
    let (before, _) = text.split_once("Continue? [y/N]").expect("it asks");
    for lost in ["lost: posts.content", "lost: users.email", " rows of media ("] {
        assert!(before.contains(lost), "{lost}:\n{text}");
    }
}

#[test]
fn undoing_what_was_cut_off_says_what_it_loses() {
    on_engine(Engine::Mysql, |db| {
        on(db, "setup --no-seed").expect(0);
        let source = instaseed::migration::Source::embedded(Engine::Mysql).expect("ours are good");
        let losing = source.migrations().iter().find(|migration| !migration.metadata.down.loses.is_empty());
        let losing = losing.expect("some lose something");
        let fault = format!("migrate:after-record:1@{}", losing.version);
        let killed = migrate(db, &["to", "platform"]).env("INSTASEED_FAULT", &fault).run();
        assert_eq!(killed.code, -1, "{}", killed.stderr);
        let refused = on(db, "migrate repair --undo").expect(2);
        let table = &losing.metadata.down.loses[0].table;
        assert!(refused.stderr.contains(&format!("lost: {table}.")), "{}", refused.stderr);
        let done = on(db, "migrate repair --undo --yes --json").expect(0);
        assert_eq!(object(&done)["losses"][0]["table"], *table);
    });
}

#[test]
fn what_an_own_script_takes_away_is_counted_before_it_goes() {
    each_engine(|db| {
        on(db, "setup --profile tiny").expect(0);
        let root = folder(&[]);
        let text = if db.engine() == Engine::Mysql { "VARCHAR(20)" } else { "TEXT" };
        write(
            &root,
            "2030_notes",
            &format!(
                "CREATE TABLE notes (id INTEGER PRIMARY KEY);\nINSERT INTO notes VALUES (1), (2), (3);\n\
                 ALTER TABLE users ADD COLUMN bio {text};\nUPDATE users SET bio = 'x' WHERE id <= 4;"
            ),
            "UPDATE users SET bio = 'y' WHERE id = 1;\nALTER TABLE users DROP bio;\nDROP TABLE IF EXISTS notes, nowhere;",
        );
        // SQLite drops one table at a time.
        if db.engine() == Engine::Sqlite {
            let down = root.join("2030_notes/down.sql");
            let two = fs::read_to_string(&down)
                .expect("read")
                .replace(", nowhere", "; DROP TABLE IF EXISTS nowhere");
            fs::write(&down, two).expect("written");
        }
        with(db, &root, "migrate up").expect(0);
        let losses = ["users.bio in 4 of 10 rows (the column goes)", "3 rows of notes (the table goes)"];
        let plan = with(db, &root, "migrate plan down").expect(0).stdout;
        let refused = with(db, &root, "migrate down").expect(2).stderr;
        for loss in losses {
            assert!(plan.contains(&format!("-- loses: {loss}")), "{loss}:\n{plan}");
            assert!(refused.contains(&format!("lost: {loss}")), "{loss}:\n{refused}");
        }
        assert!(!plan.contains("of nowhere"), "{plan}");
        // What is made anew in the same run is named once.
        let again = with(db, &root, "migrate plan redo").expect(0).stdout;
        assert_eq!(again.matches("-- loses: ").count(), 2, "{again}");

        let declared = "run_in_transaction = true\n[[down.loses]]\ntable = 'notes'\nrows = 'id > 1'\nbecause = 'one is kept elsewhere'\n\
                        [[down.loses]]\ntable = 'users'\ncolumns = ['bio']\nbecause = 'nobody reads it'\n";
        fs::write(root.join("2030_notes/metadata.toml"), declared).expect("written");
        let plan = with(db, &root, "migrate plan down").expect(0).stdout;
        for loss in
            ["2 of 3 rows of notes (one is kept elsewhere)", "users.bio in 4 of 10 rows (nobody reads it)"]
        {
            assert!(plan.contains(&format!("-- loses: {loss}")), "{loss}:\n{plan}");
        }
        assert!(!plan.contains("goes)"), "{plan}");
        let done = with(db, &root, "migrate down --yes --json").expect(0);
        let losses = object(&done)["losses"].as_array().expect("a list").clone();
        assert_eq!(losses.len(), 2, "{losses:?}");
    });
}

#[test]
fn a_way_up_that_drops_says_so_and_what_cannot_be_counted_is_named() {
    each_engine(|db| {
        on(db, "setup --no-seed").expect(0);
        let (name, quoted) = match db.engine() {
            Engine::Mysql => ("Old `x`", "`Old ``x```"),
            Engine::Sqlite | Engine::Postgres => ("Old \"x\"", "\"Old \"\"x\"\"\""),
        };
        db.connect()
            .batch(&format!("CREATE TABLE {quoted} (id INTEGER); INSERT INTO {quoted} VALUES (1), (2)"))
            .expect("made");
        let unclear = match db.engine() {
            Engine::Sqlite => "",
            Engine::Mysql => "SET @s = 'DROP TABLE IF EXISTS a'; PREPARE p FROM @s; EXECUTE p;",
            Engine::Postgres => "DO $$ BEGIN EXECUTE 'DROP TABLE IF EXISTS a'; END $$;",
        };
        let up =
            format!("CREATE TABLE made (id INTEGER);\nDROP TABLE made;\nDROP TABLE {quoted};\n{unclear}");
        let root = folder(&[("2030_clean", up.as_str(), "SELECT 1;")]);
        let shown = name.to_lowercase();
        let plan = with(db, &root, "migrate plan").expect(0).stdout.to_lowercase();
        assert!(plan.contains(&format!("-- loses: 2 rows of {shown} (the table goes)")), "{plan}");
        let says = plan.contains("deletes, which cannot be counted");
        assert_eq!(says, db.engine() != Engine::Sqlite, "{plan}");
        assert!(!plan.contains("of made"), "{plan}");
        let done = with(db, &root, "migrate up").expect(0).stderr.to_lowercase();
        assert!(done.contains(&format!("lost: 2 rows of {shown}")), "{done}");
        assert_eq!(done.contains("up.sql:4 deletes"), db.engine() != Engine::Sqlite, "{done}");
    });
}

#[test]
fn a_schema_that_a_script_names_is_counted_there() {
    on_engine(Engine::Postgres, |db| {
        on(db, "setup --no-seed").expect(0);
        db.connect()
            .batch(
                "CREATE SCHEMA side; CREATE TABLE side.users (id INTEGER); INSERT INTO side.users VALUES (1)",
            )
            .expect("made");
        let root = folder(&[("2030_side", "TRUNCATE side.users;", "SELECT 1;")]);
        let plan = with(db, &root, "migrate plan").expect(0).stdout;
        assert!(plan.contains("-- loses: 1 row of side.users (the table is emptied)"), "{plan}");
    });
}

#[test]
fn setup_and_reset_say_what_own_scripts_take_away() {
    each_engine(|db| {
        on(db, "setup --profile tiny").expect(0);
        db.connect()
            .batch("CREATE TABLE ideas (id INTEGER); INSERT INTO ideas VALUES (1), (2)")
            .expect("made");
        let up = "DROP TABLE ideas;\nCREATE TABLE plans (id INTEGER);\nINSERT INTO plans VALUES (1);";
        let root = folder(&[("2030_plans", up, "DROP TABLE plans;")]);
        let done = with(db, &root, "setup --profile tiny").expect(0).stderr;
        assert!(done.contains("lost: 2 rows of ideas (the table goes)"), "{done}");
        assert!(!with(db, &root, "setup --profile tiny").expect(0).stderr.contains("lost: "));

        let refused = with(db, &root, "reset").expect(2).stderr;
        assert!(refused.contains("lost: 1 row of plans (the table goes)"), "{refused}");
        db.connect().batch("CREATE TABLE ideas (id INTEGER); INSERT INTO ideas VALUES (1)").expect("made");
        let done = with(db, &root, "reset --yes --profile tiny").expect(0).stderr;
        for lost in ["1 row of plans", "1 row of ideas"] {
            assert!(done.contains(&format!("lost: {lost} (the table goes)")), "{lost}:\n{done}");
        }
        assert_eq!(done.matches("lost: ").count(), 2, "ours are counted as a whole:\n{done}");
        db.connect().batch("CREATE TABLE ideas (id INTEGER); INSERT INTO ideas VALUES (1)").expect("made");
        let done = object(&with(db, &root, "reset --yes --profile tiny --json").expect(0));
        let tables = done["losses"].as_array().expect("a list").iter().map(|loss| loss["table"].as_str());
        assert_eq!(tables.collect::<Vec<_>>(), [Some("plans"), Some("ideas")], "{done}");
    });
}

#[test]
fn names_beyond_ascii_are_counted_and_never_passed_over() {
    each_engine(|db| {
        on(db, "setup --no-seed").expect(0);
        let text = if db.engine() == Engine::Mysql { "VARCHAR(20)" } else { "TEXT" };
        db.connect()
            .batch(&format!(
                "CREATE TABLE Öl (id INTEGER); INSERT INTO Öl VALUES (1), (2); \
                 CREATE TABLE plain (id INTEGER, Größe {text}); INSERT INTO plain VALUES (1, 'x'), (2, NULL)"
            ))
            .expect("made");
        let up = "DROP TABLE Öl;\nALTER TABLE plain DROP COLUMN Größe;\nDROP TABLE IF EXISTS Straße;\n\
                  DROP TABLE IF EXISTS street;";
        let root = folder(&[("2030_oil", up, "SELECT 1;")]);
        let plan = with(db, &root, "migrate plan").expect(0).stdout.to_lowercase();
        for loss in ["2 rows of öl (the table goes)", "plain.größe in 1 of 2 rows", "whatever "] {
            assert!(plan.contains(&format!("-- loses: {loss}")), "{loss}:\n{plan}");
        }
        assert!(plan.contains("cannot be counted: drop table if exists straße"), "{plan}");
        assert_eq!(plan.matches("-- loses: ").count(), 3, "{plan}");
    });
}

#[test]
fn a_table_that_another_session_holds_is_left_uncounted_in_time() {
    for (engine, hold) in [
        (Engine::Mysql, "LOCK TABLES notes WRITE, ideas WRITE"),
        (Engine::Postgres, "BEGIN; LOCK TABLE notes, ideas"),
    ] {
        on_engine(engine, |db| {
            on(db, "setup --no-seed").expect(0);
            let mut other = db.connect();
            other.batch("CREATE TABLE notes (id INTEGER); CREATE TABLE ideas (id INTEGER)").expect("made");
            other.batch("INSERT INTO notes VALUES (1)").expect("written");
            let root = folder(&[("2030_notes", "DROP TABLE notes; DROP TABLE ideas;", "SELECT 1;")]);
            other.batch(hold).expect("held");
            let begun = std::time::Instant::now();
            let plan = with(db, &root, "migrate plan --lock-timeout 2").expect(0).stdout;
            assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
            for table in ["notes", "ideas"] {
                assert!(plan.contains(&format!("-- loses: all rows of {table} (")), "{plan}");
            }
            drop(other);
            let plan = with(db, &root, "migrate plan").expect(0).stdout;
            assert!(plan.contains("-- loses: 1 row of notes ("), "{plan}");
        });
    }
}

#[test]
fn a_table_elsewhere_on_the_search_path_is_counted_there() {
    on_engine(Engine::Postgres, |db| {
        on(db, "setup --no-seed").expect(0);
        db.connect()
            .batch(
                "CREATE SCHEMA app; CREATE TABLE app.notes2 (id INTEGER); INSERT INTO app.notes2 VALUES (1), (2); \
                 DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET search_path = public, app', \
                 current_database()); END $$",
            )
            .expect("made");
        let up = "DROP TABLE notes2;\nDROP TABLE IF EXISTS nowhere;";
        let root = folder(&[("2030_notes", up, "SELECT 1;")]);
        let plan = with(db, &root, "migrate plan").expect(0).stdout;
        assert!(plan.contains("-- loses: 2 rows of app.notes2 (the table goes)"), "{plan}");
        assert_eq!(plan.matches("-- loses: ").count(), 1, "{plan}");
    });
}
