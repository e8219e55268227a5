//! What an application has made and only its engine understands: it goes along to the same engine, word for word, and is
//! named before anything is written to another one.

use instaseed::database::Engine;
use sha2::{Digest as _, Sha256};

use crate::copy::digests;
use crate::support::{TestDb, each_engine, instaseed, object, on, scratch, select, sql};

/// Statements of an application, each alone; and what another engine is not given.
fn application(engine: Engine) -> (&'static [&'static str], &'static [&'static str]) {
    match engine {
        Engine::Sqlite => (
            &[
                "CREATE TABLE notes (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT COLLATE NOCASE NOT NULL DEFAULT 'new', \
                 size INTEGER CHECK (size > 0), twice INTEGER GENERATED ALWAYS AS (size * 2) VIRTUAL, \
                 owner INTEGER REFERENCES users (user_id) ON DELETE SET NULL, made TEXT DEFAULT (datetime('now')), \
                 UNIQUE (title, owner))",
                "CREATE TABLE \"odd \"\"one\" (a TEXT PRIMARY KEY, b INT) STRICT, WITHOUT ROWID",
                "CREATE INDEX notes_long ON notes (length(title)) WHERE size > 3",
                "INSERT INTO notes (title, size, owner, made) VALUES ('A', 4, 1, 'then'), ('b', 9, NULL, NULL)",
                "CREATE VIEW big_notes AS SELECT id, title, size FROM notes WHERE size > 5",
                "CREATE TRIGGER notes_count AFTER INSERT ON notes BEGIN UPDATE users SET full_name = 'x; y' WHERE user_id = 2; END",
                "CREATE TRIGGER big_in INSTEAD OF INSERT ON big_notes BEGIN INSERT INTO notes (title, size) VALUES (new.title, 6); END",
                "CREATE TRIGGER users_seen AFTER DELETE ON users BEGIN DELETE FROM notes WHERE size = 9; END",
                "ALTER TABLE users ADD COLUMN age INTEGER CHECK (age > 0)",
                "ALTER TABLE users ADD COLUMN nick TEXT COLLATE NOCASE DEFAULT 'none'",
                "UPDATE users SET age = 30, nick = 'it' WHERE user_id = 3",
                "CREATE UNIQUE INDEX users_nick ON users (lower(nick)) WHERE nick <> 'none'",
                "PRAGMA user_version = 7",
            ],
            &[
                "the view big_notes",
                "the trigger notes_count on notes",
                "the trigger big_in on big_notes",
                "the trigger users_seen on users",
                "a check on notes",
                "a check on users: age > 0",
                "the generated column notes.twice",
                "the index notes_long on notes",
                "the index users_nick on users",
                "the collation nocase of notes.title",
                "the collation nocase of users.nick",
                "the default of notes.made",
                "the user_version 7",
            ],
        ),
        Engine::Mysql => (
            &[
                "CREATE TABLE notes (id INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY COMMENT 'the number', \
                 title VARCHAR(80) COLLATE utf8mb4_general_ci NOT NULL DEFAULT 'new', size INT, twice INT AS (size * 2) STORED, \
                 owner INT, changed TIMESTAMP NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, \
                 CONSTRAINT notes_small CHECK (size > 0), KEY notes_prefix (title(5)) COMMENT 'how it begins', \
                 CONSTRAINT notes_owner FOREIGN KEY (owner) REFERENCES users (user_id) ON DELETE SET NULL) \
                 COMMENT 'what users noted'",
                "INSERT INTO notes (title, size, owner, changed) VALUES ('A', 4, 1, '2020-01-01 00:00:00'), ('b', 9, NULL, NULL)",
                "CREATE VIEW big_notes AS SELECT id, title FROM notes WHERE size > 5 AND title <> 'it''s \\\\'",
                "CREATE VIEW a_view AS SELECT id FROM big_notes",
                "CREATE FUNCTION double_it (n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
                "CREATE PROCEDURE say () BEGIN SELECT 'a;b'; SELECT 2; END",
                "CREATE TRIGGER notes_count BEFORE INSERT ON notes FOR EACH ROW BEGIN SET NEW.title = CONCAT(NEW.title, '!'); END",
                "CREATE TRIGGER users_seen AFTER DELETE ON users FOR EACH ROW DELETE FROM notes WHERE size = 9",
                "CREATE EVENT tidy ON SCHEDULE EVERY 1 DAY DO DELETE FROM notes WHERE size = 0",
                "ALTER TABLE users ADD COLUMN nick VARCHAR(40) DEFAULT 'none' COMMENT 'what friends say, or `none`'",
                "ALTER TABLE users ADD COLUMN age INT, ADD CONSTRAINT users_age CHECK (age > 0)",
                "UPDATE users SET age = 30, nick = 'it', updated_at = updated_at WHERE user_id = 3",
                "CREATE INDEX users_nick ON users (nick(3))",
                "ALTER TABLE users MODIFY full_name VARCHAR(300) COLLATE utf8mb4_bin NULL",
                "ALTER TABLE posts MODIFY content TEXT COMMENT 'what is said'",
            ],
            &[
                "the view big_notes",
                "the view a_view",
                "the function double_it",
                "the procedure say",
                "the trigger notes_count on notes",
                "the trigger users_seen on users",
                "the event tidy",
                "the check notes_small on notes",
                "the check users_age on users",
                "the generated column notes.twice",
                "the index notes_prefix on notes",
                "the index users_nick on users",
                "the collation utf8mb4_general_ci of notes.title",
                "the ON UPDATE of notes.changed",
                "the comment of notes",
                "the comment of notes.id",
                "the comment of users.nick",
                "the comment of posts.content",
                "the comment of the index notes_prefix on notes",
                "the change of users.full_name, now varchar(300) null",
            ],
        ),
        Engine::Postgres => (
            &[
                "CREATE TYPE mood AS ENUM ('sad', 'happy')",
                "CREATE DOMAIN positive AS INTEGER CHECK (VALUE > 0)",
                "CREATE SEQUENCE tickets START 100 INCREMENT 5",
                "CREATE FUNCTION double_it(n INTEGER) RETURNS INTEGER LANGUAGE sql IMMUTABLE AS $$ SELECT n * 2 $$",
                "CREATE TABLE notes (id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, \
                 title TEXT COLLATE \"POSIX\" NOT NULL DEFAULT 'new', size positive, \
                 twice INTEGER GENERATED ALWAYS AS (double_it(size)) STORED, feels mood DEFAULT 'sad', \
                 ticket BIGINT DEFAULT nextval('tickets'), owner INTEGER REFERENCES users (user_id) ON DELETE SET NULL, \
                 words TEXT[] DEFAULT '{}', CONSTRAINT notes_short CHECK (length(title) < 90), UNIQUE (title, owner))",
                "INSERT INTO notes (title, size, owner, feels) VALUES ('A', 4, 1, 'happy'), ('b', 9, NULL, NULL)",
                "CREATE INDEX notes_lower ON notes (lower(title) text_pattern_ops) INCLUDE (owner) WHERE size > 3",
                "CREATE VIEW z_notes WITH (security_barrier) AS SELECT id, title FROM notes WHERE size > 5",
                "CREATE VIEW a_view AS SELECT id FROM z_notes",
                "CREATE MATERIALIZED VIEW counted AS SELECT count(*) AS n FROM notes",
                "CREATE UNIQUE INDEX counted_n ON counted (n)",
                "CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM notes WHERE size = 9; RETURN OLD; END $$",
                "CREATE TRIGGER users_seen AFTER DELETE ON users FOR EACH ROW EXECUTE FUNCTION note()",
                "CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.title := NEW.title || '!'; RETURN NEW; END $$",
                "CREATE TRIGGER notes_count BEFORE INSERT ON notes FOR EACH ROW EXECUTE FUNCTION shout()",
                "COMMENT ON TABLE notes IS 'what users noted: it''s'",
                "COMMENT ON COLUMN users.username IS 'a handle'",
                "ALTER TABLE users ADD COLUMN nick TEXT DEFAULT 'none', ADD COLUMN age positive, \
                 ADD CONSTRAINT users_age CHECK (age < 200)",
                "ALTER TABLE users DISABLE TRIGGER USER; UPDATE users SET age = 30, nick = 'it' WHERE user_id = 3; \
                 ALTER TABLE users ENABLE TRIGGER USER",
                "CREATE INDEX users_nick ON users (lower(nick))",
                "ALTER TABLE posts ALTER content SET DEFAULT 'nothing'",
                "CREATE STATISTICS notes_both ON title, owner FROM notes",
            ],
            &[
                "the domain positive",
                "the sequence tickets",
                "the routine double_it(n integer)",
                "the view z_notes",
                "the view a_view",
                "the view counted",
                "the trigger notes_count on notes",
                "the trigger users_seen on users",
                "the comment of notes",
                "the comment of users.username",
                "the check notes_short on notes",
                "the check users_age on users",
                "the generated column notes.twice",
                "the index notes_lower on notes",
                "the index users_nick on users",
                "the collation POSIX of notes.title",
                "the statistics notes_both",
                "the change of posts.content, now text null default 'nothing'::text",
            ],
        ),
    }
}

fn with_application(db: &TestDb) -> &'static [&'static str] {
    on(db, "setup --edition platform --profile tiny -q").expect(0);
    let (statements, named) = application(db.engine());
    statements.iter().for_each(|statement| sql(db, statement));
    named
}

/// The catalogue, without the name of the database: views of MySQL say it.
fn schema(db: &TestDb) -> String {
    let text = db.connect().catalogue().expect("read").to_string();
    text.replace(&format!("`{}`.", db.target().database()), "")
}

fn other_than(engine: Engine) -> Option<TestDb> {
    Engine::ALL.into_iter().filter(|other| *other != engine).find_map(TestDb::absent)
}

#[test]
fn what_only_one_engine_understands_goes_along_on_it() {
    each_engine(|from| {
        with_application(from);
        let engine = from.engine();
        let (Some(to), Some(other)) = (TestDb::absent(engine), TestDb::absent(engine)) else { return };
        let folder = scratch().join("monday");
        let folder = folder.to_str().expect("UTF-8");
        let made = object(&on(from, &format!("backup --out {folder} --json")).expect(0));
        assert_eq!(made["left"].as_array().map(Vec::len), Some(0), "{made}");
        on(&to, &format!("restore {folder} -q")).expect(0);
        let (source, target) = (from.url(), other.url());
        instaseed(&["copy", "--from", &source, "--to", &target, "-q"]).run().expect(0);
        let again = || instaseed(&["copy", "--from", &source, "--to", &target, "--json"]).run();
        assert_eq!(object(&again().expect(0))["already"], true, "{engine}");
        let index = if engine == Engine::Mysql { "users_nick ON users" } else { "users_nick" };
        sql(&other, &format!("DROP INDEX {index}"));
        assert!(again().expect(2).stderr.contains("is not empty"), "{engine}: an index is missing");
        {
            let there = &to;
            similar(&schema(from), &schema(there), engine);
            assert_eq!(digests(there), digests(from), "{engine}");
            for (columns, rest) in [
                (&["id", "title", "size", "twice", "owner"][..], "FROM notes ORDER BY id"),
                (&["user_id", "nick", "age"][..], "FROM users ORDER BY user_id"),
            ] {
                let rows = |db: &TestDb| select(&mut db.connect(), columns, rest);
                assert_eq!(rows(there), rows(from), "{engine}");
            }
            // Checks and triggers act there, too.
            for wrong in ["INSERT INTO notes (size) VALUES (-1)", "UPDATE users SET age = -1"] {
                assert!(there.connect().batch(wrong).is_err(), "{engine}: {wrong}");
            }
            sql(there, "DELETE FROM users WHERE user_id = 1");
            assert_eq!(there.connect().count("notes").expect("counted"), 1, "{engine}");
        }
        if engine == Engine::Mysql {
            let comments = |db: &TestDb| {
                let rest = "FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_COMMENT <> '' ORDER BY 1";
                select(
                    &mut db.connect(),
                    &["CONCAT(TABLE_NAME, '.', COLUMN_NAME, ': ', COLUMN_COMMENT)"],
                    rest,
                )
            };
            assert_eq!(comments(&to), comments(from));
        }
        if engine.is_file() {
            let number =
                |db: &TestDb| select(&mut db.connect(), &["user_version"], "FROM pragma_user_version");
            assert_eq!(number(&to), number(from));
        }
    });
}

/// Whether two catalogues have the same lines, but for the places of columns.
fn similar(a: &str, b: &str, engine: Engine) {
    let lines = |text: &str| {
        let place = |line: &str| match line
            .split_once(" column ")
            .and_then(|(table, rest)| Some((table, rest.split_once(": ")?.1)))
        {
            Some((table, rest)) => format!("{table} column {rest}"),
            None => line.to_owned(),
        };
        let mut lines: Vec<_> = text.lines().map(place).collect();
        lines.sort();
        lines
    };
    let (a, b) = (lines(a), lines(b));
    let only =
        |a: &[String], b: &[String]| a.iter().filter(|line| !b.contains(line)).cloned().collect::<Vec<_>>();
    assert_eq!((only(&a, &b), only(&b, &a)), (Vec::new(), Vec::new()), "{engine}");
}

/// A copy that was cut off at its very end has views and triggers already: they must not act on what is loaded again.
/// The record of a copy that has made all tables and what is named.
fn made(from: &TestDb, named: &[&str]) -> String {
    let tables =
        from.connect().catalogue().expect("read").tables.into_keys().map(|name| format!("table {name}"));
    let named = named.iter().map(|name| (*name).to_owned());
    let sums = tables.chain(named).chain(["type mood".to_owned()]).map(|name| {
        let sum: String = Sha256::digest(name).iter().map(|byte| format!("{byte:02x}")).collect();
        sum[..16].to_owned()
    });
    sums.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_copy_that_is_continued_makes_everything_anew() {
    each_engine(|from| {
        let named = with_application(from);
        let Some(to) = TestDb::absent(from.engine()) else { return };
        let (source, target) = (from.url(), to.url());
        let line = ["copy", "--from", &source, "--to", &target, "--json", "-q"];
        instaseed(&line).run().expect(0);
        // As it is before the end: of what it is a copy, and what that has made.
        let mark = format!(
            "INSERT INTO __instaseed_facts (name, value) VALUES ('copy_of', '{}'), ('copy_made', '{}')",
            from.target(),
            made(from, named)
        );
        for change in
            ["UPDATE users SET full_name = 'other' WHERE user_id = 4", "DELETE FROM likes WHERE user_id = 5"]
        {
            sql(&to, &mark);
            sql(from, change);
            assert_eq!(object(&instaseed(&line).run().expect(0))["resumed"], true);
            similar(&schema(from), &schema(&to), from.engine());
            assert_eq!(digests(&to), digests(from), "{}", from.engine());
            assert_eq!(object(&instaseed(&line).run().expect(0))["already"], true);
        }
    });
}

#[test]
fn what_another_engine_is_not_given_is_named_before_anything_is_written() {
    each_engine(|from| {
        let named = with_application(from);
        let Some(to) = other_than(from.engine()) else { return };
        let (source, target) = (from.url(), to.url());
        let line = ["copy", "--from", &source, "--to", &target];
        let refused = instaseed(&line).run().expect(2);
        for what in named.iter().chain(&["--yes"]) {
            assert!(refused.stderr.contains(what), "{}: no {what}: {}", from.engine(), refused.stderr);
        }
        assert!(!instaseed::database::exists(to.target()).expect("it is there or not"));
        let done = object(&instaseed(&[&line[..], &["--yes", "--json"]].concat()).run().expect(0));
        let left: Vec<_> =
            done["left"].as_array().expect("a list").iter().filter_map(|left| left.as_str()).collect();
        for what in named {
            assert!(left.contains(what), "{}: no {what}: {left:?}", from.engine());
        }
        assert_eq!(digests(&to), digests(from));
    });
}

/// The next ids are not those of the rows: they were given to rows that are gone.
#[test]
fn ids_that_were_given_are_not_given_again() {
    each_engine(|from| {
        on(from, "setup --edition platform --profile tiny -q").expect(0);
        let id = match from.engine() {
            Engine::Sqlite => "INTEGER PRIMARY KEY AUTOINCREMENT",
            Engine::Mysql => "BIGINT AUTO_INCREMENT PRIMARY KEY",
            Engine::Postgres => "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY",
        };
        sql(from, &format!("CREATE TABLE notes (id {id}, title VARCHAR(40))"));
        sql(from, "INSERT INTO notes (title) VALUES ('a'), ('b')");
        let user =
            "INSERT INTO users (username, email, password_hash) VALUES ('next_one', 'next@example.com', '!')";
        for statement in
            [user, "DELETE FROM users WHERE username = 'next_one'", "DELETE FROM notes WHERE id = 2"]
        {
            sql(from, statement);
        }
        for engine in Engine::ALL {
            let Some(to) = TestDb::absent(engine) else { continue };
            let (source, target) = (from.url(), to.url());
            instaseed(&["copy", "--from", &source, "--to", &target, "-q"]).run().expect(0);
            sql(&to, user);
            sql(&to, "INSERT INTO notes (title) VALUES ('next')");
            let last = |column: &str, table: &str| {
                let last = format!("max({column})");
                let rows = select(&mut to.connect(), &[&last], &format!("FROM {table}"));
                rows.concat().pop().flatten()
            };
            assert_eq!(last("id", "notes"), Some("3".to_owned()), "{} to {engine}", from.engine());
            assert_eq!(last("user_id", "users"), Some("12".to_owned()), "{} to {engine}", from.engine());
        }
    });
}

#[test]
fn what_sqlite_cannot_be_given_again_is_named() {
    let (from, to) = (TestDb::absent(Engine::Sqlite), TestDb::absent(Engine::Sqlite));
    let (from, to) = (from.expect("a file"), to.expect("a file"));
    on(&from, "setup --profile tiny -q").expect(0);
    sql(
        &from,
        "PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; \
         CREATE TABLE other (id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN -2147483648 AND 2147483647), \
         tag_name VARCHAR(99) CHECK (tag_name <> ''), created_at DATETIME DEFAULT CURRENT_TIMESTAMP, \
         CONSTRAINT tags_tag_name_key UNIQUE (tag_name), UNIQUE (created_at, id)); \
         INSERT INTO other SELECT * FROM tags; DROP TABLE tags; ALTER TABLE other RENAME TO tags; \
         CREATE VIRTUAL TABLE words USING fts5(word); INSERT INTO words VALUES ('a')",
    );
    let named = [
        "a check on tags: tag_name <> ''",
        "the change of tags.tag_name, now varchar(99) null",
        "the unique constraint of tags (created_at, id)",
        "the virtual table words",
    ];
    let (source, target) = (from.url(), to.url());
    let line = ["copy", "--from", &source, "--to", &target];
    let refused = instaseed(&line).run().expect(2);
    for what in named {
        assert!(refused.stderr.contains(what), "no {what}: {}", refused.stderr);
    }
    let done = object(&instaseed(&[&line[..], &["--yes", "--json"]].concat()).run().expect(0));
    assert_eq!(done["left"].as_array().map(Vec::len), Some(named.len()), "{}", done["left"]);
    assert!(!to.connect().catalogue().expect("read").tables.contains_key("words_data"));
}

/// A time of an update is data: a copy that updates rows of the edition for its own purposes must not move it.
#[test]
fn columns_of_an_application_leave_the_times_of_updates_alone() {
    each_engine(|from| {
        on(from, "setup --edition platform --profile tiny -q").expect(0);
        sql(from, "ALTER TABLE users ADD COLUMN nick VARCHAR(40)");
        sql(from, "UPDATE users SET nick = 'it' WHERE user_id = 3");
        sql(from, "UPDATE users SET updated_at = '2024-01-01 00:00:00'");
        for engine in Engine::ALL {
            let Some(to) = TestDb::absent(engine) else { continue };
            let (source, target) = (from.url(), to.url());
            instaseed(&["copy", "--from", &source, "--to", &target, "-q"]).run().expect(0);
            assert_eq!(digests(&to), digests(from), "{} to {engine}", from.engine());
            // The trigger acts again.
            sql(&to, "UPDATE users SET full_name = 'new' WHERE user_id = 3");
            assert_ne!(digests(&to), digests(from));
            let rest = "FROM users WHERE updated_at <> '2024-01-01 00:00:00'";
            assert_eq!(select(&mut to.connect(), &["user_id"], rest), [[Some("3".to_owned())]], "{engine}");
        }
    });
}
