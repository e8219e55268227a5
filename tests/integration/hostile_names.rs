//! Nothing that stands in a database commands the program: names, comments, kept definitions, a planted load.

use diesel::connection::SimpleConnection;
use diesel::{Connection, SqliteConnection};
use instaseed::database::{Db, Engine, Target};

use crate::belongings::{course, refused};
use crate::lock::migrate;
use crate::migrate::folder;
use crate::support::{Kind, Server, TestDb, each_engine, on, on_engine, one, select, sql};

#[test]
fn the_name_of_a_table_is_only_a_name() {
    on_engine(Engine::Mysql, |db| {
        on(db, "setup --profile tiny").expect(0);
        sql(
            db,
            "CREATE TABLE `photos``;create table pwned(a int)#` (id int PRIMARY KEY, u int NOT NULL, FOREIGN KEY (u) REFERENCES users (id)); \
             CREATE TABLE `it's'); create table pwned(a int)#` (id int PRIMARY KEY, u int NOT NULL, FOREIGN KEY (u) REFERENCES users (id)); \
             INSERT INTO `photos``;create table pwned(a int)#` VALUES (1, 1)",
        );
        let refused = on(db, "seed --replace --yes --profile tiny").expect(2);
        assert!(
            refused.stderr.contains("`photos``;create table pwned(a int)#` reference"),
            "{}",
            refused.stderr
        );
        on(db, "seed --append --users 5 --dry-run").expect(0);
        on(db, "seed --append --users 5").expect(0);
        on(db, "check").expect(0);
        assert!(!db.connect().tables().unwrap().iter().any(|table| table == "pwned"));
        let keys = "FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE() AND referenced_table_name = 'users' AND table_name LIKE '%pwned%'";
        assert_eq!(one(&mut db.connect(), "count(*)", keys).as_deref(), Some("2"));
    });
}

/// What the server prints of a table.
fn shown(db: &TestDb, table: &str) -> String {
    #[derive(diesel::QueryableByName)]
    struct Shown {
        #[diesel(sql_type = diesel::sql_types::Text, column_name = "Create Table")]
        text: String,
    }
    let Db::Mysql(mut connection) = db.connect() else { panic!("this is for MySQL") };
    let query = diesel::sql_query(format!("SHOW CREATE TABLE {table}"));
    let shown: Shown = diesel::RunQueryDsl::get_result(query, &mut connection).unwrap();
    shown.text.lines().filter(|line| !line.starts_with(')')).collect::<Vec<_>>().join("\n")
}

#[test]
fn keys_come_back_to_the_letter_whatever_names_and_comments_hold() {
    on_engine(Engine::Mysql, |db| {
        on(db, "setup --profile tiny").expect(0);
        sql(
            db,
            "CREATE TABLE notes (id int PRIMARY KEY, u int NOT NULL, other int, about varchar(99) COMMENT 'see the FOREIGN KEY below', \
             `odd\n  KEY ``x`` (u),` int, KEY (other), FULLTEXT KEY words (about) COMMENT 'it''s, a \\\\ KEY `y`', \
             CONSTRAINT notes_fk FOREIGN KEY (u) REFERENCES users (id) ON DELETE CASCADE, \
             CONSTRAINT `no``tes` FOREIGN KEY (other) REFERENCES notes (id) ON UPDATE SET NULL); \
             INSERT INTO notes VALUES (1, 1, NULL, 'x', NULL); \
             CREATE INDEX `a``b` ON photos (created_at); \
             CREATE UNIQUE INDEX `FOREIGN KEY (` ON photos (id, image_url(5) DESC) COMMENT 'b, c; d'",
        );
        let before = [shown(db, "notes"), shown(db, "photos")];
        on(db, "seed --append --users 50").expect(0);
        assert_eq!([shown(db, "notes"), shown(db, "photos")], before);
        on(db, "check").expect(0);
    });
}

#[test]
fn sql_that_hides_behind_an_index_is_not_run() {
    on_engine(Engine::Sqlite, |db| {
        on(db, "setup --no-seed").expect(0);
        let path = db.target().path().unwrap().display().to_string();
        let trap = db.folder().join("trap");
        let mut raw = SqliteConnection::establish(&path).unwrap();
        raw.batch_execute(&format!(
            "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = sql || '; COMMIT; VACUUM INTO ''{}''; BEGIN' \
             WHERE name = 'comments_user_id_idx'",
            trap.display()
        ))
        .unwrap();
        drop(raw);
        on(db, "seed --profile tiny").expect(0);
        on(db, "check").expect(0);
        assert!(!trap.exists());
        let index =
            one(&mut db.connect(), "sql", "FROM sqlite_schema WHERE name = 'comments_user_id_idx'").unwrap();
        assert!(!index.contains("VACUUM"), "{index}");
    });
}

/// A load that was never begun, with one thing to bring back.
fn plant(stage: &str, schema: &str, table: &str, definition: &str) -> String {
    let entries = [
        ("edition", "course"),
        ("generator_version", "1"),
        ("profile", "{}"),
        ("portions", "1"),
        ("whole_chunks", "0"),
        ("phase", "loading"),
        ("ours", r#"{"users":[1,0],"photos":[1,0],"comments":[1,0],"tags":[1,0]}"#),
        ("pointing", "[]"),
    ];
    let entries: Vec<String> =
        entries.iter().map(|(name, content)| format!("('{name}', '{content}')")).collect();
    format!(
        "CREATE TABLE __instaseed_load_portions (portion_id INTEGER NOT NULL PRIMARY KEY, table_name VARCHAR(64) NOT NULL, row_count BIGINT NOT NULL, digest VARCHAR(32) NOT NULL); \
         CREATE TABLE __instaseed_load_parked (ordinal INTEGER NOT NULL PRIMARY KEY, stage VARCHAR(20) NOT NULL, schema_name TEXT NOT NULL, \
         table_name TEXT NOT NULL, name TEXT NOT NULL, definition TEXT NOT NULL); \
         CREATE TABLE __instaseed_load (name VARCHAR(40) NOT NULL PRIMARY KEY, content TEXT NOT NULL); \
         INSERT INTO __instaseed_load_parked VALUES (0, '{stage}', '{schema}', '{table}', 'x', '{}'); \
         INSERT INTO __instaseed_load VALUES {}",
        definition.replace('\'', "''"),
        entries.join(", ")
    )
}

#[test]
fn what_a_load_would_not_have_kept_is_not_run() {
    each_engine(|db| {
        on(db, "setup --profile tiny").expect(0);
        let (schema, definitions) = match db.engine() {
            Engine::Sqlite => {
                ("", vec!["DROP TABLE likes", "CREATE INDEX x ON likes(user_id); DROP TABLE likes"])
            }
            Engine::Mysql => (
                db.target().database(),
                vec!["DROP TABLE likes", "{\"items\":[\"KEY `x` (`user_id`), DROP COLUMN `created_at`\"]}"],
            ),
            Engine::Postgres => (
                "public",
                vec![
                    "DROP TABLE likes",
                    "CREATE INDEX x ON public.likes USING btree (user_id); DROP TABLE likes",
                ],
            ),
        };
        for definition in definitions {
            sql(db, &plant("index", schema, "likes", definition));
            let before = format!("{:?}", db.connect().catalogue().unwrap());
            let refused = on(db, "seed --discard --yes").expect(2);
            assert!(refused.stderr.contains("names something that no load removes"), "{}", refused.stderr);
            assert_eq!(format!("{:?}", db.connect().catalogue().unwrap()), before);
            assert_eq!(db.connect().count("users").unwrap(), 10);
            sql(
                db,
                "DROP TABLE __instaseed_load; DROP TABLE __instaseed_load_parked; DROP TABLE __instaseed_load_portions",
            );
        }
        on(db, "check").expect(0);
    });
}

#[test]
fn a_load_that_another_account_has_planted_is_refused() {
    on_engine(Engine::Postgres, |db| {
        on(db, "setup --profile tiny").expect(0);
        let mallory = format!("mallory_{}", db.target().database());
        sql(
            db,
            &format!("CREATE ROLE {mallory} LOGIN PASSWORD 'm'; GRANT ALL ON SCHEMA public TO {mallory}"),
        );
        let server = Server::shared(Kind::Postgres).unwrap();
        let theirs = server.url_of(&mallory, Some("m"), db.target().database());
        let mut theirs = Db::connect(&Target::parse(&theirs).unwrap()).unwrap();
        let good = "CREATE INDEX x ON public.likes USING btree (user_id)";
        theirs.batch(&plant("index", "public", "likes", good)).unwrap();
        let words = format!("its owner is {mallory}");
        for verb in
            ["seed --discard --yes", "seed --resume", "seed --profile tiny", "seed --append --users 5"]
        {
            let refused = on(db, verb).expect(2);
            assert!(refused.stderr.contains(&words), "{verb}: {}", refused.stderr);
            assert!(refused.stderr.contains("DROP TABLE __instaseed_load"), "{}", refused.stderr);
        }
        let doctor = on(db, "doctor").expect(1);
        assert!(doctor.stdout.contains(&words) && !doctor.stdout.contains("--discard"), "{}", doctor.stdout);
        assert_eq!(select(&mut db.connect(), &["id"], "FROM users").len(), 10);
        sql(db, "DROP TABLE __instaseed_load, __instaseed_load_portions, __instaseed_load_parked");
        on(db, "check").expect(0);
        sql(db, &format!("DROP OWNED BY {mallory}; DROP ROLE {mallory}"));
    });
}

#[test]
fn a_name_in_an_advice_is_quoted_where_it_is_not_plain() {
    each_engine(|test| {
        let mut db = course(test);
        let (make, way_out) = match test.engine() {
            Engine::Sqlite => (
                "CREATE VIEW ids AS SELECT id FROM photos; CREATE VIEW \"v; DROP TABLE users\" AS SELECT id FROM ids",
                "DROP VIEW \"v; DROP TABLE users\";",
            ),
            Engine::Mysql => (
                "CREATE VIEW `v; DROP TABLE users` AS SELECT id FROM users",
                "DROP VIEW `v; DROP TABLE users`;",
            ),
            Engine::Postgres => (
                "CREATE TABLE vip (user_id INTEGER, photo_id INTEGER, \
                 level INTEGER, CONSTRAINT \"X y\" FOREIGN KEY (user_id, photo_id) REFERENCES likes (user_id, photo_id)); \
                 CREATE MATERIALIZED VIEW \"v; DROP TABLE users\" AS SELECT username FROM users",
                "DROP MATERIALIZED VIEW \"v; DROP TABLE users\";",
            ),
        };
        db.batch(make).expect("made");
        let done = refused(test, &mut db, &["to", "platform"], &[way_out]);
        if test.engine() == Engine::Postgres {
            let key = "ALTER TABLE vip DROP CONSTRAINT \"X y\"";
            assert!(done.stderr.contains(key), "{}", done.stderr);
        }
    });
}

#[test]
fn a_record_that_cannot_be_read_is_one_line_of_the_answer() {
    each_engine(|db| {
        on(db, "setup --profile tiny").expect(0);
        sql(db, &plant("index", "", "likes", ""));
        sql(db, "UPDATE __instaseed_load SET content = 'asleep' WHERE name = 'phase'");
        for (verb, code, shown) in [
            ("doctor", 1, "edition"),
            ("migrate status", 0, "applied"),
            ("migrate status --check", 1, "applied"),
            ("check", 1, "Every rule of edition course holds"),
        ] {
            let done = on(db, verb).expect(code);
            let (told, way_out) = (&done.stdout, "`instaseed reset");
            assert!(told.contains(shown) && told.contains("cannot be read"), "{verb}: {told}");
            assert!(told.contains(way_out), "{verb}: {told}");
        }
        let answer: serde_json::Value =
            serde_json::from_str(&on(db, "migrate status --json").expect(0).stdout).unwrap();
        assert_eq!(answer["ok"], false);
        assert!(answer["load_error"].as_str().unwrap().contains("cannot be read"), "{answer}");
    });
}

/// Where a line of another kind would begin.
const FORGED: &str = "x\nerror: forged\u{1f}y";

fn forges_nothing(done: &crate::support::Finished) {
    for text in [&done.stdout, &done.stderr] {
        assert!(!text.lines().any(|line| line.starts_with("error: forged")), "{done:?}");
    }
}

#[test]
fn a_name_with_a_line_break_begins_no_line_of_an_answer() {
    each_engine(|db| {
        on(db, "setup --no-seed").expect(0);
        let quoted = match db.engine() {
            Engine::Mysql => format!("`{FORGED}`"),
            Engine::Sqlite | Engine::Postgres => format!("\"{FORGED}\""),
        };
        let shown = "x\\u{a}error: forged\\u{1f}y";
        sql(db, &format!("CREATE INDEX {quoted} ON likes (created_at)"));
        let refused = on(db, "migrate to none").expect(2);
        forges_nothing(&refused);
        assert!(refused.stderr.contains(&format!("index {shown} on likes")), "{}", refused.stderr);
        let plan = on(db, "migrate plan to none").expect(0);
        forges_nothing(&plan);
        assert!(plan.stdout.contains(shown), "{}", plan.stdout);
        let done = on(db, "migrate to none --yes").expect(0);
        forges_nothing(&done);
        assert!(
            done.stderr.contains(&format!("these are dropped with their tables: index {shown}")),
            "{}",
            done.stderr
        );

        on(db, "setup --no-seed").expect(0);
        let makes = match db.engine() {
            Engine::Sqlite => format!(
                "CREATE TABLE \"a\u{1f}b\" (u INTEGER REFERENCES photos (id)); \
                 CREATE VIEW ids AS SELECT id FROM photos; CREATE VIEW {quoted} AS SELECT id FROM ids"
            ),
            Engine::Mysql => format!("CREATE VIEW {quoted} AS SELECT image_url FROM photos"),
            Engine::Postgres => format!("CREATE MATERIALIZED VIEW {quoted} AS SELECT username FROM users"),
        };
        sql(db, &makes);
        let refused = on(db, "migrate to platform").expect(2);
        forges_nothing(&refused);
        assert!(refused.stderr.replace('"', "").contains(&format!("view {shown}: ")), "{}", refused.stderr);
    });
}

#[test]
fn a_separator_in_a_name_hides_nothing_from_a_change_of_editions() {
    on_engine(Engine::Mysql, |db| {
        on(db, "setup --profile tiny").expect(0);
        sql(
            db,
            "CREATE TABLE `a\u{1f}b` (id INT PRIMARY KEY, `u\u{1f}v` INT, FOREIGN KEY `k\u{1f}l` (`u\u{1f}v`) REFERENCES photos (id))",
        );
        sql(
            db,
            "CREATE TRIGGER `t\u{1f}u` BEFORE INSERT ON `a\u{1f}b` FOR EACH ROW SET NEW.id = (SELECT max(id) FROM photos)",
        );
        let refused = on(db, "migrate to platform").expect(2);
        assert!(refused.stderr.contains("trigger t\\u{1f}u: "), "{}", refused.stderr);
        sql(db, "DROP TRIGGER `t\u{1f}u`");
        on(db, "migrate to platform").expect(0);
        let key = "FROM information_schema.referential_constraints WHERE constraint_schema = DATABASE() AND table_name = 'a\u{1f}b' AND referenced_table_name = 'posts'";
        assert_eq!(one(&mut db.connect(), "count(*)", key).as_deref(), Some("1"));
    });
}

#[test]
fn a_folder_of_a_migration_whose_name_begins_a_line_is_refused() {
    each_engine(|db| {
        let root = folder(&[("20270101000000_a\nhelp: b", "SELECT 1;", "SELECT 1;")]);
        let root = root.to_str().expect("UTF-8");
        let refused = migrate(db, &["up", "--migrations", root]).run().expect(2);
        assert!(refused.stderr.contains("20270101000000_a\\u{a}help: b"), "{}", refused.stderr);
        assert!(!refused.stderr.contains("\nhelp: b"), "{}", refused.stderr);
    });
}
