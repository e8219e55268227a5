//! Every statement means our own tables: whatever the search path, the case, the quotes of a name, another schema, a
//! child table or another database would make of it.

use instaseed::database::{self, Db, Engine, Target};

use crate::support::{TestDb, USER, each_engine, instaseed, object, on, on_engine, one, sql};

/// Gives the database of a test a search path; it holds for the sessions that begin from now on.
fn set_path(db: &TestDb, path: &str) {
    sql(db, &format!("ALTER DATABASE {} SET search_path = {path}", db.target().database()));
}

/// What a query counts.
fn count(db: &TestDb, from: &str) -> u64 {
    one(&mut db.connect(), "count(*)", &format!("FROM {from}")).unwrap().parse().unwrap()
}

/// The kinds of the constraints of a schema, sorted.
fn constraints(db: &TestDb, schema: &str) -> String {
    let kinds = "string_agg(contype::text, '' ORDER BY contype)";
    let from = format!(
        "FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE n.nspname = '{schema}'"
    );
    one(&mut db.connect(), kinds, &from).unwrap_or_default()
}

#[test]
fn a_schema_that_appears_in_front_changes_nothing() {
    on_engine(Engine::Postgres, |db| {
        on(db, "setup --profile tiny").expect(0);
        let fingerprint = on(db, "check --json").expect(0).stdout;
        sql(
            db,
            &format!(
                "CREATE SCHEMA {USER}; CREATE TABLE {USER}.users (id int CONSTRAINT users_pkey PRIMARY KEY, \
                 username text CONSTRAINT users_username_key UNIQUE, created_at timestamp, secret text); \
                 INSERT INTO {USER}.users SELECT g, 'mine ' || g, now(), 's' FROM generate_series(1, 1000) g; \
                 CREATE TABLE {USER}.photo_tags (a int); \
                 CREATE TABLE {USER}.__instaseed_load (name varchar(40) PRIMARY KEY, content text); \
                 INSERT INTO {USER}.__instaseed_load VALUES ('phase', 'loading')"
            ),
        );
        let untouched = || {
            assert_eq!(
                count(db, &format!("{USER}.users WHERE secret = 's' AND username LIKE 'mine %'")),
                1000
            );
            assert_eq!(count(db, &format!("{USER}.photo_tags")), 0);
        };
        assert_eq!(on(db, "check --json").expect(0).stdout, fingerprint);
        on(db, "seed --profile tiny --replace --yes").expect(0);
        untouched();
        assert_eq!(on(db, "check --json").expect(0).stdout, fingerprint);
        on(db, "migrate down 2 --yes").expect(0);
        on(db, "migrate to course").expect(0);
        untouched();
        on(db, "reset --profile tiny --yes").expect(0);
        untouched();
        on(db, "migrate to platform").expect(0);
        on(db, "check").expect(0);
        untouched();
        on(db, "migrate to course --yes").expect(0);
        untouched();
        assert_eq!(count(db, "pg_tables WHERE schemaname = 'public' AND tablename = 'users'"), 1);
    });
}

/// A pooler may give a session on to us that has the temporary tables of another client.
#[test]
fn temporary_tables_of_a_session_do_not_hide_ours() {
    on_engine(Engine::Postgres, |db| {
        on(db, "setup --profile tiny").expect(0);
        let mut session = db.connect();
        session
            .batch(
                "CREATE TEMP TABLE users (id INTEGER); CREATE TEMP TABLE __diesel_schema_migrations (version TEXT); \
                 CREATE TEMP TABLE __instaseed_facts (name TEXT, value TEXT)",
            )
            .expect("created");
        assert_eq!(session.count("users").expect("counted"), 10);
        assert!(!instaseed::migration::records(&mut session).expect("read").versions.is_empty());
        session.batch("CREATE TEMP TABLE notes (id INTEGER); INSERT INTO notes VALUES (1)").expect("created");
        assert_eq!(session.count("notes").expect("counted"), 1, "what only the session has is found");
    });
}

#[test]
fn an_empty_schema_of_the_role_s_name_changes_nothing() {
    on_engine(Engine::Postgres, |db| {
        on(db, "setup --profile tiny").expect(0);
        sql(db, &format!("CREATE SCHEMA {USER}"));
        on(db, "seed --append --users 20").expect(0);
        on(db, "migrate to platform").expect(0);
        on(db, "check").expect(0);
        assert_eq!(count(db, &format!("pg_class WHERE relnamespace = '{USER}'::regnamespace")), 0);
    });
}

#[test]
fn schemas_that_differ_in_case_only_are_two() {
    on_engine(Engine::Postgres, |db| {
        sql(db, "CREATE SCHEMA \"App\"; CREATE SCHEMA app");
        for path in ["app", "\"App\""] {
            set_path(db, path);
            on(db, "setup --no-seed").expect(0);
        }
        let before = constraints(db, "app");
        on(db, "seed --users 200").expect(0);
        on(db, "seed --append --users 20").expect(0);
        on(db, "check").expect(0);
        assert_eq!(constraints(db, "app"), before);
        assert_eq!(constraints(db, "App"), before);
        assert_eq!((count(db, "app.users"), count(db, "\"App\".users")), (0, 220));
    });
}

#[test]
fn a_schema_may_have_any_name() {
    for schema in ["App", "we ird", "we\"ird", "a.b", "élan"] {
        on_engine(Engine::Postgres, |db| {
            let quoted = format!("\"{}\"", schema.replace('"', "\"\""));
            sql(db, &format!("CREATE SCHEMA {quoted}"));
            set_path(db, &format!("{quoted}, public"));
            for (verb, code) in [
                ("setup --profile tiny", 0),
                ("seed --users 20 --append", 0),
                ("seed --profile tiny --replace --yes", 0),
                ("show", 0),
                ("migrate to platform", 0),
                ("check", 0),
                ("migrate to course --yes", 0),
                ("doctor", 0),
                ("reset --profile tiny --yes", 0),
                ("check", 0),
            ] {
                on(db, verb).expect(code);
            }
            // The next row of an application gets the next id.
            sql(db, &format!("INSERT INTO {quoted}.users (username) VALUES ('next')"));
            assert_eq!(count(db, "pg_tables WHERE schemaname = 'public'"), 0);
        });
    }
}

#[test]
fn a_table_that_stands_behind_in_the_path_is_not_ours() {
    on_engine(Engine::Postgres, |db| {
        sql(
            db,
            "CREATE SCHEMA app; CREATE TABLE public.tags (id int PRIMARY KEY, tag_name text, created_at timestamp)",
        );
        set_path(db, "app, public");
        on(db, "setup --no-seed").expect(0);
        sql(db, "DROP TABLE app.photo_tags, app.tags; INSERT INTO public.tags VALUES (1, 'theirs', now())");
        for verb in
            ["seed --profile tiny", "seed --append --profile tiny", "seed --replace --yes --profile tiny"]
        {
            let refused = on(db, verb).expect(2);
            assert!(refused.stderr.contains("tags is not there"), "{}", refused.stderr);
        }
        on(db, "migrate down all --yes").expect(2);
        assert_eq!(count(db, "public.tags WHERE tag_name = 'theirs'"), 1);
    });
}

#[test]
fn no_schema_and_another_encoding_are_refused_before_anything() {
    on_engine(Engine::Postgres, |db| {
        set_path(db, "nowhere");
        let refused = instaseed(&["setup", "--database-url", &db.url()]).run().expect(2);
        assert!(
            refused.stderr.contains("no schema in the search path `nowhere` exists"),
            "{}",
            refused.stderr
        );
        assert!(refused.stderr.contains("CREATE SCHEMA"), "{}", refused.stderr);
        let other = TestDb::absent(Engine::Postgres).unwrap();
        let name = other.target().database().to_owned();
        let maintenance = db.url().replace(db.target().database(), "postgres");
        let mut maintenance = Db::connect(&Target::parse(&maintenance).unwrap()).unwrap();
        maintenance
            .batch(&format!("CREATE DATABASE {name} TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'"))
            .unwrap();
        for verb in ["setup --profile tiny", "migrate up", "seed"] {
            let refused = on(&other, verb).expect(2);
            assert!(refused.stderr.contains("the encoding of this database is LATIN1"), "{}", refused.stderr);
            assert!(refused.stderr.contains("ENCODING 'UTF8'"), "{}", refused.stderr);
        }
    });
}

#[test]
fn what_is_no_table_of_ours_alone_is_named_and_left() {
    let cases = [
        (
            "CREATE TABLE vip (level int) INHERITS (users); INSERT INTO vip (id, username, level) VALUES (500, 'vip', 3)",
            "users is the parent of vip",
            "DROP TABLE vip",
        ),
        ("ALTER TABLE tags RENAME TO old; CREATE VIEW tags AS SELECT * FROM old", "tags is a view", ""),
        (
            "ALTER TABLE tags RENAME TO old; CREATE TABLE tags (id int, tag_name text, created_at timestamp) PARTITION BY RANGE (id)",
            "tags is a partitioned table",
            "",
        ),
    ];
    for (mutation, words, repair) in cases {
        on_engine(Engine::Postgres, |db| {
            on(db, "setup --profile tiny").expect(0);
            sql(db, mutation);
            let rows = count(db, "users");
            for verb in [
                "seed --replace --yes --profile tiny",
                "seed --append --users 5",
                "seed --append --users 5 --dry-run",
            ] {
                let refused = on(db, verb).expect(2);
                assert!(refused.stderr.contains(words), "{verb}: {}", refused.stderr);
                assert_eq!(count(db, "users"), rows);
            }
            if !repair.is_empty() {
                sql(db, repair);
                on(db, "seed --replace --yes --profile tiny").expect(0);
            }
        });
    }
}

#[test]
fn an_heir_of_a_table_that_goes_keeps_its_rows() {
    on_engine(Engine::Postgres, |db| {
        on(db, "setup --profile tiny -q").expect(0);
        sql(
            db,
            "CREATE TABLE vip (level int) INHERITS (users); \
             INSERT INTO vip (id, username, level) VALUES (500, 'vip', 3)",
        );
        let refused = on(db, "reset --yes").expect(2).stderr;
        assert!(refused.contains("it inherits from users, which goes"), "{refused}");
        assert!(!refused.contains("DROP TABLE") && !refused.contains("new names"), "{refused}");
        let way_out = "ALTER TABLE vip NO INHERIT users";
        assert!(refused.lines().any(|line| line.trim() == way_out), "{refused}");
        sql(db, way_out);
        on(db, "reset --yes --profile tiny").expect(0);
        assert_eq!(one(&mut db.connect(), "level", "FROM vip").as_deref(), Some("3"));
    });
}

#[test]
fn children_in_another_database_are_seen() {
    on_engine(Engine::Mysql, |db| {
        on(db, "setup --profile tiny").expect(0);
        let home = db.target().database().to_owned();
        let other = TestDb::absent(Engine::Mysql).unwrap();
        database::create(other.target()).unwrap();
        sql(
            &other,
            &format!(
                "CREATE TABLE `no``tes` (id int PRIMARY KEY, user_id int, FOREIGN KEY (user_id) REFERENCES {home}.users (id)); \
                 INSERT INTO `no``tes` VALUES (1, 10)"
            ),
        );
        let refused = on(db, "seed --profile social --users 5 --replace --yes").expect(2);
        let named = format!("rows of `{}`.`no``tes` reference the rows", other.target().database());
        assert!(refused.stderr.contains(&named), "{}", refused.stderr);
        assert_eq!(count(db, "users"), 10);
        on(db, "seed --append --users 5").expect(0);
        sql(&other, "DELETE FROM `no``tes`");
        on(db, "seed --profile tiny --replace --yes").expect(0);
        let shown = "FROM information_schema.referential_constraints WHERE table_name = 'no`tes' AND constraint_schema = ";
        let keys = one(&mut other.connect(), "count(*)", &format!("{shown}'{}'", other.target().database()));
        assert_eq!(keys.as_deref(), Some("1"));
    });
}

#[test]
fn a_table_whose_name_differs_in_case_only_is_another() {
    on_engine(Engine::Mysql, |db| {
        on(db, "setup --profile tiny").expect(0);
        sql(
            db,
            "CREATE TABLE `Likes` (id int PRIMARY KEY, user_id int, FOREIGN KEY (user_id) REFERENCES users (id)); \
             INSERT INTO `Likes` VALUES (1, 10)",
        );
        let refused = on(db, "seed --profile tiny --replace --yes").expect(2);
        assert!(refused.stderr.contains("rows of `Likes` reference the rows"), "{}", refused.stderr);
    });
}

#[test]
fn a_table_that_cannot_hold_every_text_is_refused_before_rows_go() {
    on_engine(Engine::Mysql, |db| {
        on(db, "setup --no-seed -q").expect(0);
        let mut admin = db.connect();
        admin
            .batch(
                "ALTER TABLE comments CONVERT TO CHARACTER SET latin1; INSERT INTO users (id, username) VALUES (7, 'ann')",
            )
            .unwrap();
        for verb in [
            "seed --replace --yes --users 30",
            "seed --append --users 30",
            "seed --append --users 30 --dry-run",
        ] {
            let refused = on(db, verb).expect(2).stderr;
            assert!(refused.contains("comments is a table in the character set latin1"), "{verb}: {refused}");
            assert!(
                refused.contains("help: convert it: ALTER TABLE comments CONVERT TO CHARACTER SET utf8mb4"),
                "{refused}"
            );
            assert_eq!(admin.count("users").unwrap(), 1);
        }
        admin.batch("ALTER TABLE comments CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin").unwrap();
        on(db, "seed --append --users 30 -q").expect(0);
    });
}

#[test]
fn a_reset_of_the_whole_database_names_the_tables_of_others() {
    each_engine(|db| {
        on(db, "setup --no-seed -q").expect(0);
        db.connect()
            .batch("CREATE TABLE customers (id INTEGER); INSERT INTO customers VALUES (1), (2)")
            .unwrap();
        let refused = on(db, "reset --drop").expect(2).stderr;
        assert!(refused.contains("the 0 rows of our tables, and customers (2 rows)"), "{refused}");
    });
}

#[test]
fn a_dry_run_of_an_append_counts_the_hashtags_that_are_new() {
    each_engine(|db| {
        on(db, "setup --profile tiny -q").expect(0);
        let rows = |verb: &str| {
            let done = object(&on(db, verb).expect(0));
            let tables = done["tables"].as_array().expect("a list").iter();
            tables.filter(|table| table["table"] == "tags").map(|table| table["rows"].clone()).next()
        };
        let told = rows("seed --append --profile tiny --dry-run --json").expect("tags are listed");
        let before = db.connect().count("tags").unwrap();
        on(db, "seed --append --profile tiny -q").expect(0);
        assert_eq!(told, db.connect().count("tags").unwrap() - before);
    });
}
