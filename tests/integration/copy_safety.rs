//! Nothing of a copy is lost or changed in silence, and nothing of the target: two copies at once, values that settings
//! of a server would change, tables that somebody else has made meanwhile.

use instaseed::database::{self, Engine};

use crate::copy::digests;
use crate::support::{Finished, TestDb, each_engine, instaseed, object, on, on_engine, scratch, select, sql};

fn absent(engine: Engine) -> TestDb {
    TestDb::absent(engine).expect("the server is there")
}

fn copied(from: &TestDb, to: &TestDb, words: &[&str]) -> Finished {
    let (from, to) = (from.url(), to.url());
    let arguments = [&["copy", "--from", &from, "--to", &to, "--quiet"], words].concat();
    instaseed(&arguments).run()
}

#[test]
fn of_two_copies_into_one_database_each_that_succeeds_is_whole() {
    let sources = [absent(Engine::Sqlite), absent(Engine::Sqlite)];
    on(&sources[0], "setup --profile tiny --seed 1 -q").expect(0);
    on(&sources[1], "setup --profile tiny --seed 2 -q").expect(0);
    let digests_of = [digests(&sources[0]), digests(&sources[1])];
    each_engine(|first| {
        for _ in 0..3 {
            let to = absent(first.engine());
            let url = to.url();
            let run = |from: &TestDb| {
                let from = from.url();
                instaseed(&["copy", "--from", &from, "--to", &url, "--quiet"]).run()
            };
            let ended = std::thread::scope(|scope| {
                let runs = sources.each_ref().map(|from| scope.spawn(|| run(from)));
                runs.map(|run| run.join().expect("it ran"))
            });
            let whole: Vec<usize> = (0..2).filter(|at| ended[*at].code == 0).collect();
            assert_eq!(whole.len(), 1, "{}\n{}", ended[0].stderr, ended[1].stderr);
            let other = &ended[1 - whole[0]];
            assert!(other.stderr.contains("is not empty"), "{}", other.stderr);
            assert_eq!(digests(&to), digests_of[whole[0]], "{}", first.engine());
            on(&to, "check").expect(0);
            if let Some(path) = to.target().path() {
                let folder = path.parent().expect("a file is in a folder");
                let left = std::fs::read_dir(folder).expect("it can be read").flatten();
                let left = left.filter(|entry| entry.file_name().to_string_lossy().ends_with(".copying"));
                assert_eq!(left.count(), 0, "the file of the lock is gone");
            }
        }
    });
}

/// The rows of a table as one text, by an expression of the engine.
fn texts(db: &TestDb, expression: &str, table: &str) -> Vec<Option<String>> {
    let rest = format!("FROM {table} ORDER BY 1");
    select(&mut db.connect(), &[expression], &rest).into_iter().map(|mut row| row.remove(0)).collect()
}

/// A copy and a backup of a database, each in a database of the same engine.
fn both_ways(from: &TestDb) -> [TestDb; 2] {
    let [copy, restored] = [absent(from.engine()), absent(from.engine())];
    copied(from, &copy, &[]).expect(0);
    let folder = scratch().join("monday");
    let folder = folder.to_str().expect("UTF-8");
    on(from, &format!("backup --out {folder} --quiet")).expect(0);
    on(&restored, &format!("restore {folder} --quiet")).expect(0);
    [copy, restored]
}

/// Refused for another engine, by the name of what it cannot hold, before the target exists.
fn expect_unheld(from: &TestDb, named: &str) {
    for engine in Engine::ALL.iter().filter(|engine| **engine != from.engine()) {
        let Some(to) = TestDb::absent(*engine) else { continue };
        let refused = copied(from, &to, &["--yes"]).expect(2);
        assert!(refused.stderr.contains("cannot hold"), "{}", refused.stderr);
        assert!(refused.stderr.contains(named), "{}", refused.stderr);
        assert!(!database::exists(to.target()).expect("it is there or not"), "nothing was created");
    }
}

#[test]
fn values_of_postgres_keep_every_digit_whatever_the_account_sets() {
    on_engine(Engine::Postgres, |from| {
        on(from, "setup --profile tiny -q").expect(0);
        sql(
            from,
            "CREATE TABLE odd (id INT PRIMARY KEY, at TIMESTAMP, zoned TIMESTAMPTZ, day DATE, span INTERVAL, real8 FLOAT8, \
             words TEXT[], bytes BYTEA, price MONEY); \
             INSERT INTO odd VALUES (1, 'infinity', '-infinity', 'infinity', '-1 year 2 days -00:00:03', 3.141592653589793, \
             '{a,NULL}', '\\x00ff', '12.34'), (2, '0044-03-15 BC', '0044-03-15 12:00 BC', '0044-03-15 BC', '1 day', \
             'NaN', '{}', '', '0'), (3, '2024-02-03 04:05:06.789', '2024-02-03 04:05:06+02', '2024-02-03', '1 mon', \
             -0.1, NULL, NULL, NULL)",
        );
        let all = "concat_ws('|', id, at, zoned, day, span, real8, words, encode(bytes, 'hex'), price)";
        let before = texts(from, all, "odd");
        sql(
            from,
            "DO $$ DECLARE s TEXT; BEGIN FOREACH s IN ARRAY ARRAY['extra_float_digits = 0', 'datestyle = ''SQL, DMY''', \
             'intervalstyle = sql_standard', 'array_nulls = off', 'bytea_output = escape', 'timezone = ''Asia/Kolkata''', \
             'statement_timeout = ''60s''', 'quote_all_identifiers = on'] LOOP \
             EXECUTE format('ALTER DATABASE %I SET %s', current_database(), s); END LOOP; END $$",
        );
        for to in both_ways(from) {
            assert_eq!(texts(&to, all, "odd"), before);
        }
        expect_unheld(from, "odd.at that are infinite, before Christ");
    });
}

#[test]
fn a_table_that_others_inherit_from_has_its_own_rows_alone() {
    on_engine(Engine::Postgres, |from| {
        on(from, "setup --profile tiny -q").expect(0);
        sql(
            from,
            "CREATE TABLE towns (name TEXT PRIMARY KEY); CREATE TABLE capitals (of TEXT) INHERITS (towns); \
             INSERT INTO towns VALUES ('Kiel'); INSERT INTO capitals VALUES ('Rome', 'IT')",
        );
        let to = absent(Engine::Postgres);
        let refused = copied(from, &to, &[]).expect(2);
        assert!(refused.stderr.contains("the inheritance of capitals from towns"), "{}", refused.stderr);
        copied(from, &to, &["--yes"]).expect(0);
        assert_eq!(texts(&to, "name", "ONLY towns"), [Some("Kiel".to_owned())]);
        assert_eq!(texts(&to, "name || of", "capitals"), [Some("RomeIT".to_owned())]);
    });
}

#[test]
fn values_of_sqlite_stay_what_they_are_in_any_column() {
    let from = absent(Engine::Sqlite);
    on(&from, "setup --profile tiny -q").expect(0);
    sql(
        &from,
        "CREATE TABLE o (a, b INTEGER, c TEXT, d BOOLEAN, e BLOB, f DATETIME, g NUMERIC, h REAL); \
         INSERT INTO o VALUES (1, 'x', x'31', 7, 'text', 0, 1.5, 1e400), (1.0, 2, 'a' || char(0) || 'b', 'no', x'00', '2020', 2, 0.1), \
         (x'31', 1.5, 'it''s', 1, 3, 2.5, 'word', -0.0), (1e400, NULL, NULL, NULL, NULL, NULL, -1e400, NULL), \
         ('1', 1, '', 0, 1.0, 'now', x'00', 9007199254740993)",
    );
    let all = ["a", "b", "c", "d", "e", "f", "g", "h"]
        .map(|name| format!("typeof({name}) || hex({name}) || quote({name})"));
    for to in both_ways(&from) {
        for expression in &all {
            assert_eq!(texts(&to, expression, "o"), texts(&from, expression, "o"), "{expression}");
        }
    }
    expect_unheld(&from, "the values of o.a, a column of no type");
    // Of one kind, they are carried as that.
    sql(&from, "DROP TABLE o; CREATE TABLE o (a, b TEXT); INSERT INTO o VALUES (1, 'a' || char(0) || 'b')");
    for engine in Engine::ALL {
        let Some(to) = TestDb::absent(engine) else { continue };
        if engine == Engine::Postgres {
            let refused = copied(&from, &to, &["--yes"]).expect(2);
            assert!(refused.stderr.contains("a NUL character in o.b"), "{}", refused.stderr);
            continue;
        }
        copied(&from, &to, &["--yes"]).expect(0);
        assert_eq!(texts(&to, "hex(b)", "o"), [Some("610062".to_owned())], "{engine}");
    }
}

#[test]
fn small_numbers_of_mysql_and_the_id_zero_arrive_as_they_are() {
    on_engine(Engine::Mysql, |from| {
        on(from, "setup --profile tiny -q").expect(0);
        sql(
            from,
            "CREATE TABLE tiny (id INT AUTO_INCREMENT PRIMARY KEY, size TINYINT(1) NOT NULL DEFAULT 5, is_big TINYINT(1))",
        );
        sql(
            from,
            "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; INSERT INTO tiny VALUES (0, 7, 1), (3, -2, 0), (9, 0, NULL)",
        );
        sql(
            from,
            "SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; INSERT INTO users (id, username) VALUES (0, 'nobody')",
        );
        for engine in Engine::ALL {
            let Some(to) = TestDb::absent(engine) else { continue };
            copied(from, &to, &[]).expect(0);
            assert_eq!(digests(&to), digests(from));
            let sizes = texts(&to, "size", "tiny");
            assert_eq!(sizes, ["-2", "0", "7"].map(|size| Some(size.to_owned())), "{engine}");
            assert_eq!(texts(&to, "username", "users WHERE id = 0"), [Some("nobody".to_owned())]);
        }
    });
}

#[test]
fn spans_of_time_of_mysql_are_carried_or_named_before_a_row_is_written() {
    on_engine(Engine::Mysql, |from| {
        on(from, "setup --profile tiny -q").expect(0);
        sql(from, "CREATE TABLE shifts (id INT PRIMARY KEY, lasts TIME, rests TIME(3))");
        sql(from, "INSERT INTO shifts VALUES (1, '23:59:59', '24:00:00')");
        let Some(server) = TestDb::absent(Engine::Postgres) else { return };
        copied(from, &server, &[]).expect(0);
        sql(from, "INSERT INTO shifts VALUES (2, '120:00:00', '-01:30:00.5'), (3, NULL, '00:00:00')");
        let spans = ["-01:30:00.5", "120:00:00"].map(|span| Some(span.to_owned()));
        let file = absent(Engine::Sqlite);
        copied(from, &file, &[]).expect(0);
        let found = [
            texts(&file, "rests", "shifts WHERE id = 2").remove(0),
            texts(&file, "lasts", "shifts WHERE id = 2").remove(0),
        ];
        assert_eq!(found, spans);
        copied(&file, &absent(Engine::Mysql), &[]).expect(0);
        for source in [from, &file] {
            let to = absent(Engine::Postgres);
            let refused = copied(source, &to, &["--yes"]).expect(2);
            for column in ["shifts.lasts", "shifts.rests"] {
                let named = format!("values of {column} that are negative or longer than 24 hours");
                assert!(refused.stderr.contains(&named), "{}", refused.stderr);
            }
            assert!(!database::exists(to.target()).expect("it is there or not"), "nothing was created");
        }
    });
}

#[test]
fn a_table_that_somebody_has_made_meanwhile_is_never_replaced() {
    let from = absent(Engine::Sqlite);
    on(&from, "setup --profile tiny -q").expect(0);
    sql(
        &from,
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, words TEXT); INSERT INTO notes VALUES (1, 'copied')",
    );
    each_engine(|first| {
        let to = absent(first.engine());
        // It stops in the midst, after the target says whose copy it is.
        sql(&from, "UPDATE photos SET created_at = 'yesterday' WHERE id = 1");
        copied(&from, &to, &[]).expect(2);
        sql(&from, "UPDATE photos SET created_at = '2020-01-01 00:00:00' WHERE id = 1");
        sql(&to, "CREATE TABLE notes (id INTEGER PRIMARY KEY); INSERT INTO notes VALUES (7)");
        let refused = copied(&from, &to, &[]).expect(2);
        assert!(refused.stderr.contains("has a table notes"), "{}", refused.stderr);
        assert_eq!(texts(&to, "id", "notes"), [Some("7".to_owned())], "{}", first.engine());
        sql(&to, "ALTER TABLE notes RENAME TO mine");
        copied(&from, &to, &[]).expect(0);
        assert_eq!(texts(&to, "words", "notes"), [Some("copied".to_owned())]);
        assert_eq!(texts(&to, "id", "mine"), [Some("7".to_owned())]);
    });
}

#[test]
fn a_trigger_in_the_target_is_named_before_anything_is_written() {
    let from = absent(Engine::Sqlite);
    on(&from, "setup --profile tiny -q").expect(0);
    each_engine(|to| {
        on(to, "setup --no-seed -q").expect(0);
        sql(
            to,
            match to.engine() {
                Engine::Sqlite => {
                    "CREATE TRIGGER shout AFTER INSERT ON users BEGIN UPDATE users SET username = upper(username) WHERE id = new.id; END"
                }
                Engine::Mysql => {
                    "CREATE TRIGGER shout BEFORE INSERT ON users FOR EACH ROW SET NEW.username = upper(NEW.username)"
                }
                Engine::Postgres => {
                    "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.username := upper(NEW.username); RETURN NEW; END $$; \
                     CREATE TRIGGER shout BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION shout()"
                }
            },
        );
        let before = object(&on(to, "doctor --json").expect(0));
        let refused = copied(&from, to, &["--yes"]).expect(2);
        assert!(refused.stderr.contains("the trigger shout on users would act"), "{}", refused.stderr);
        assert_eq!(object(&on(to, "doctor --json").expect(0))["tables"], before["tables"]);
        sql(
            to,
            if to.engine() == Engine::Postgres {
                "DROP TRIGGER shout ON users"
            } else {
                "DROP TRIGGER shout"
            },
        );
        copied(&from, to, &[]).expect(0);
        assert_eq!(digests(to), digests(&from));
    });
}

#[test]
fn names_that_only_look_like_ours_are_carried() {
    each_engine(|from| {
        on(from, "setup --profile tiny -q").expect(0);
        for name in ["__instaseed_mine", "__diesel_x", "__diesel_schema_migrations_old"] {
            sql(
                from,
                &format!("CREATE TABLE {name} (id INTEGER PRIMARY KEY); INSERT INTO {name} VALUES (5)"),
            );
        }
        for to in both_ways(from) {
            for name in ["__instaseed_mine", "__diesel_x", "__diesel_schema_migrations_old"] {
                assert_eq!(texts(&to, "id", name), [Some("5".to_owned())], "{name}");
            }
        }
    });
}

#[test]
fn versioned_tables_and_sequences_of_mariadb_are_carried() {
    on_engine(Engine::Mysql, |from| {
        on(from, "setup --profile tiny -q").expect(0);
        if !object(&on(from, "doctor --json").expect(0)).to_string().contains("MariaDB") {
            return;
        }
        sql(from, "CREATE TABLE prices (id INT PRIMARY KEY, price INT) WITH SYSTEM VERSIONING");
        sql(from, "INSERT INTO prices VALUES (1, 10)");
        sql(from, "UPDATE prices SET price = 20");
        sql(from, "CREATE SEQUENCE tickets START WITH 40 INCREMENT BY 2");
        let to = absent(Engine::Mysql);
        let refused = copied(from, &to, &[]).expect(2);
        assert!(refused.stderr.contains("the earlier versions of the rows of prices"), "{}", refused.stderr);
        copied(from, &to, &["--yes"]).expect(0);
        assert_eq!(texts(&to, "price", "prices"), [Some("20".to_owned())]);
        assert_eq!(texts(&to, "NEXTVAL(tickets)", "users WHERE id = 1"), [Some("40".to_owned())]);
        let elsewhere = absent(Engine::Sqlite);
        let refused = copied(from, &elsewhere, &[]).expect(2);
        assert!(refused.stderr.contains("the sequence tickets"), "{}", refused.stderr);
        copied(from, &elsewhere, &["--yes"]).expect(0);
        assert_eq!(texts(&elsewhere, "price", "prices"), [Some("20".to_owned())]);
    });
}

#[test]
fn a_text_keeps_its_default_on_every_engine() {
    let from = absent(Engine::Sqlite);
    on(&from, "setup --profile tiny -q").expect(0);
    sql(
        &from,
        "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL DEFAULT 'it''s', at DATETIME DEFAULT CURRENT_TIMESTAMP)",
    );
    each_engine(|first| {
        let to = absent(first.engine());
        copied(&from, &to, &[]).expect(0);
        sql(&to, "INSERT INTO notes (id) VALUES (5)");
        assert_eq!(texts(&to, "body", "notes WHERE at IS NOT NULL"), [Some("it's".to_owned())]);
    });
}

#[test]
fn what_is_wrong_in_the_source_is_said_in_plain_words() {
    let (from, to) = (absent(Engine::Sqlite), absent(Engine::Sqlite));
    on(&from, "setup --profile tiny -q").expect(0);
    sql(&from, "UPDATE comments SET comment_text = x'616263ff' WHERE id = 1");
    let refused = copied(&from, &to, &[]).expect(2);
    assert!(refused.stderr.contains("4 bytes that are not text, X'616263ff'"), "{}", refused.stderr);
    sql(&from, "ALTER TABLE comments RENAME COLUMN comment_text TO words");
    let refused = copied(&from, &absent(Engine::Sqlite), &[]).expect(2);
    assert!(refused.stderr.contains("the source has no column comments.comment_text"), "{}", refused.stderr);
    assert!(!refused.stderr.contains("run the same command again"), "{}", refused.stderr);
}

/// SQLite enforces foreign keys only where a session asks for it, so such rows come from any client.
#[test]
fn rows_that_reference_missing_rows_are_named_before_anything_is_written() {
    let from = absent(Engine::Sqlite);
    on(&from, "setup --profile tiny -q").expect(0);
    sql(&from, "PRAGMA foreign_keys = OFF; UPDATE comments SET user_id = 777 WHERE id <= 2");
    let folder = scratch().join("monday");
    let backup = on(&from, &format!("backup --out {} -q", folder.to_str().expect("UTF-8"))).expect(2);
    assert!(!folder.exists());
    let copies = Engine::ALL.into_iter().filter_map(TestDb::absent).map(|to| {
        let refused = copied(&from, &to, &["--yes"]).expect(2);
        assert!(!database::exists(to.target()).expect("it is there or not"), "nothing was created");
        refused
    });
    for refused in [backup].into_iter().chain(copies) {
        let named =
            "has rows of comments that reference missing rows of users: 2 by user_id; nothing was changed";
        assert!(refused.stderr.contains(named), "{}", refused.stderr);
        assert!(refused.stderr.contains("PRAGMA foreign_key_check(comments)"), "{}", refused.stderr);
    }
    sql(&from, "DELETE FROM comments WHERE user_id = 777");
    copied(&from, &absent(Engine::Sqlite), &[]).expect(0);
}

#[test]
fn what_only_its_engine_says_of_a_table_goes_along_or_is_named() {
    on_engine(Engine::Postgres, |from| {
        on(from, "setup --profile tiny -q").expect(0);
        sql(
            from,
            "CREATE TABLE notes (id INT GENERATED ALWAYS AS IDENTITY (INCREMENT BY 5) PRIMARY KEY, owner INT, \
             CONSTRAINT notes_owner FOREIGN KEY (owner) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED); \
             INSERT INTO notes (owner) VALUES (1), (NULL); \
             ALTER TABLE photos ALTER CONSTRAINT photos_user_id_fkey DEFERRABLE",
        );
        for to in both_ways(from) {
            assert_eq!(to.connect().catalogue().expect("read"), from.connect().catalogue().expect("read"));
            let deferrable =
                texts(&to, "conname::text", "pg_constraint WHERE condeferrable AND contype = 'f'");
            assert_eq!(deferrable.len(), 2);
            sql(&to, "INSERT INTO notes (owner) VALUES (2)");
            assert_eq!(texts(&to, "id", "notes WHERE owner = 2"), [Some("11".to_owned())]);
        }
        let refused = copied(from, &absent(Engine::Sqlite), &[]).expect(2);
        for named in ["the deferral of notes_owner on notes", "the deferral of photos_user_id_fkey on photos"]
        {
            assert!(refused.stderr.contains(named), "{}", refused.stderr);
        }
    });
    let from = absent(Engine::Sqlite);
    on(&from, "setup --profile tiny -q").expect(0);
    sql(
        &from,
        "PRAGMA foreign_keys = OFF; CREATE TABLE notes (id INTEGER PRIMARY KEY, a TEXT UNIQUE ON CONFLICT REPLACE, \
         owner INTEGER REFERENCES users (id)); INSERT INTO notes VALUES (1, 'x', 777777)",
    );
    for to in both_ways(&from) {
        assert_eq!(texts(&to, "owner", "notes"), [Some("777777".to_owned())]);
    }
    for engine in [Engine::Mysql, Engine::Postgres] {
        let Some(to) = TestDb::absent(engine) else { continue };
        let refused = copied(&from, &to, &[]).expect(2);
        assert!(refused.stderr.contains("the ON CONFLICT of notes"), "{}", refused.stderr);
    }
    expect_unheld(&from, "rows of notes that reference missing rows of users");
}
