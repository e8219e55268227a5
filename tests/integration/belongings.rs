//! What belongs to the user beside and inside our tables: it comes along to the platform and back, or it is named
//! before the first statement, and then nothing has changed.

use instaseed::database::{Catalogue, Db, Engine};
use instaseed::migration::{Goal, Source};

use crate::lock::{migrate, rounds};
use crate::migrate::{folder, run, status};
use crate::support::{Finished, Rows, TestDb, each_engine, instaseed, on_engine, one, rows, select};

/// A course database with people, photos and what hangs on them.
const COURSE: &str = "\
INSERT INTO users (id, username, created_at) VALUES (1, 'ann', '2020-01-01 00:00:00'), (2, 'b.c', NULL), (5, 'cy', '2020-01-03 00:00:00');
INSERT INTO photos (id, image_url, user_id, created_at) VALUES (1, 'a.jpg', 1, '2020-02-01 00:00:00'), (9, 'b.mp4', 2, NULL);
INSERT INTO comments (id, comment_text, photo_id, user_id, created_at) VALUES (1, '', 1, 2, '2020-03-01 00:00:00');
INSERT INTO likes (user_id, photo_id, created_at) VALUES (1, 1, '2020-04-01 00:00:00'), (2, 9, NULL), (5, 1, NULL);
INSERT INTO follows (follower_id, followee_id, created_at) VALUES (1, 2, '2020-05-01 00:00:00'), (2, 1, '2020-05-01 00:00:00');
INSERT INTO tags (id, tag_name, created_at) VALUES (1, 'sun', '2020-06-01 00:00:00');
INSERT INTO photo_tags (photo_id, tag_id) VALUES (1, 1)";

/// What the course's later lessons and real projects put beside it.
const OWN: &str = "\
CREATE TABLE unfollows (follower_id INTEGER NOT NULL, followee_id INTEGER NOT NULL, PRIMARY KEY (follower_id, followee_id),
    CONSTRAINT un_er FOREIGN KEY (follower_id) REFERENCES users (id), CONSTRAINT un_ee FOREIGN KEY (followee_id) REFERENCES users (id));
INSERT INTO unfollows VALUES (5, 1);
CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, photo_id INTEGER NOT NULL,
    CONSTRAINT notes_photo FOREIGN KEY (photo_id) REFERENCES photos (id));
INSERT INTO notes VALUES (1, 9);
CREATE INDEX own_likes_time ON likes (created_at);
ALTER TABLE users ADD COLUMN bio VARCHAR(100);
ALTER TABLE likes ADD COLUMN mood VARCHAR(10) DEFAULT 'fine';
UPDATE likes SET mood = 'glad' WHERE user_id = 2;
UPDATE users SET bio = 'hello' WHERE username = 'b.c';
CREATE VIEW people AS SELECT username, created_at, bio FROM users";

fn triggers(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => {
            "CREATE TRIGGER left_us AFTER DELETE ON follows BEGIN INSERT INTO unfollows VALUES (OLD.follower_id, OLD.followee_id); END;
             CREATE TRIGGER came_back AFTER INSERT ON follows BEGIN
                DELETE FROM unfollows WHERE follower_id = NEW.follower_id AND followee_id = NEW.followee_id; END"
        }
        Engine::Mysql => {
            "CREATE TRIGGER left_us AFTER DELETE ON follows FOR EACH ROW INSERT INTO unfollows VALUES (OLD.follower_id, OLD.followee_id);
             CREATE TRIGGER came_back AFTER INSERT ON follows FOR EACH ROW
                DELETE FROM unfollows WHERE follower_id = NEW.follower_id AND followee_id = NEW.followee_id"
        }
        Engine::Postgres => {
            "CREATE FUNCTION left_us() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN INSERT INTO unfollows VALUES (OLD.follower_id, OLD.followee_id); RETURN OLD; END';
             CREATE TRIGGER left_us AFTER DELETE ON follows FOR EACH ROW EXECUTE FUNCTION left_us();
             CREATE FUNCTION came_back() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN DELETE FROM unfollows WHERE follower_id = NEW.follower_id AND followee_id = NEW.followee_id; RETURN NEW; END';
             CREATE TRIGGER came_back AFTER INSERT ON follows FOR EACH ROW EXECUTE FUNCTION came_back()"
        }
    }
}

fn source(test: &TestDb) -> Source {
    Source::embedded(test.engine()).expect("ours are good")
}

/// A course database with rows and nothing of the user's.
pub(crate) fn course(test: &TestDb) -> Db {
    let mut db = test.connect();
    run(&mut db, &source(test), Goal::To("course".into())).expect("up");
    db.batch(COURSE).expect("rows");
    db
}

/// With everything of the user's that the engines carry.
fn furnished(test: &TestDb) -> Db {
    let mut db = course(test);
    db.batch(OWN).expect("own tables");
    db.batch(triggers(test.engine())).expect("own triggers");
    db
}

/// Everything that is the user's is there, works, and points at the right place.
fn works(db: &mut Db, users_key: &str, (photos, photos_key): (&str, &str)) {
    let catalogue = db.catalogue().expect("readable");
    let points = |table: &str| -> Vec<(String, String)> {
        let keys = &catalogue.tables[table].foreign_keys;
        keys.iter().map(|key| (key.parent.clone(), key.parent_columns.join(","))).collect()
    };
    assert_eq!(points("unfollows"), vec![("users".to_owned(), users_key.to_owned()); 2]);
    assert_eq!(points("notes"), [(photos.to_owned(), photos_key.to_owned())]);
    assert!(catalogue.tables["likes"].indexes.contains_key("own_likes_time"), "{catalogue}");
    for refused in [
        "INSERT INTO unfollows VALUES (77, 1)",
        "INSERT INTO unfollows VALUES (1, 77)",
        "INSERT INTO notes VALUES (2, 77)",
    ] {
        assert!(db.batch(refused).is_err(), "{refused}");
    }
    let count = |db: &mut Db| one(db, "count(*)", "FROM unfollows").expect("a number");
    db.batch("DELETE FROM follows WHERE follower_id = 2").expect("fires");
    assert_eq!(count(db), "2", "the trigger on DELETE has fired");
    db.batch(
        "INSERT INTO follows (follower_id, followee_id, created_at) VALUES (2, 1, '2020-05-01 00:00:00')",
    )
    .expect("fires");
    assert_eq!(count(db), "1", "the trigger on INSERT has fired");
    assert_eq!(one(db, "count(*)", "FROM people").as_deref(), Some("3"));
    assert_eq!(one(db, "bio", &format!("FROM users WHERE {users_key} = 2")).as_deref(), Some("hello"));
    let moods = select(db, &["user_id", "mood"], "FROM likes");
    let moods: Vec<&str> = moods.iter().map(|row| row[1].as_deref().expect("given")).collect();
    assert_eq!(moods, ["fine", "glad", "fine"]);
}

#[test]
fn what_is_yours_goes_to_the_platform_and_back_and_works_at_each_place() {
    each_engine(|test| {
        let mut db = furnished(test);
        let (shape, before) = picture(&mut db);
        for _ in 0..2 {
            migrate(test, &["to", "platform"]).run().expect(0);
            works(&mut db, "user_id", ("posts", "post_id"));
            migrate(test, &["to", "course", "--yes"]).run().expect(0);
            works(&mut db, "id", ("photos", "id"));
            assert_same(&mut db, &shape, &before);
        }
        let kept = db.tables().expect("readable");
        let ours = ["__diesel_schema_migrations", "__instaseed_facts", "__instaseed_migrations"];
        let extra: Vec<&String> = kept.iter().filter(|name| name.starts_with("__")).collect();
        assert_eq!(extra, ours, "nothing is left behind");
    });
}

fn picture(db: &mut Db) -> (Catalogue, Rows) {
    (db.catalogue().expect("readable"), rows(db))
}

/// Own columns may stand elsewhere than before: names and contents count.
fn assert_same(db: &mut Db, shape: &Catalogue, before: &Rows) {
    let sorted = |catalogue: &Catalogue| {
        let mut catalogue = catalogue.clone();
        for table in catalogue.tables.values_mut() {
            table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        }
        catalogue
    };
    let (now, rows) = picture(db);
    assert_eq!(sorted(shape).difference(&sorted(&now)), (vec![], vec![]));
    assert_eq!(&rows, before);
}

/// A verb is refused with these words, and catalogue and rows are as before.
pub(crate) fn refused(test: &TestDb, db: &mut Db, verb: &[&str], words: &[&str]) -> Finished {
    let (shape, before) = picture(db);
    let url = test.url();
    let done = match verb {
        ["reset", ..] => instaseed(&[verb, &["--database-url", &url][..]].concat()).run(),
        _ => migrate(test, verb).run(),
    };
    let done = done.expect(2);
    for word in words {
        assert!(done.stderr.contains(word), "{word}:\n{}", done.stderr);
    }
    assert!(done.stderr.contains("nothing was changed"), "{}", done.stderr);
    assert_same(db, &shape, &before);
    assert!(status(db, &source(test)).ok, "nothing is half-applied");
    done
}

#[test]
fn a_view_over_what_goes_is_named_before_anything_changes() {
    each_engine(|test| {
        let mut db = course(test);
        db.batch("CREATE VIEW gallery AS SELECT image_url FROM photos; CREATE VIEW plain AS SELECT tag_name FROM tags").expect("made");
        for verb in [&["to", "platform"][..], &["plan", "to", "platform"]] {
            let done = refused(test, &mut db, verb, &["view gallery: ", "DROP VIEW gallery"]);
            assert!(!done.stderr.contains("plain"), "{}", done.stderr);
        }
        db.batch("DROP VIEW gallery").expect("dropped");
        migrate(test, &["to", "platform"]).run().expect(0);
        assert_eq!(one(&mut db, "count(*)", "FROM plain").as_deref(), Some("1"));
        db.batch("CREATE VIEW mail AS SELECT email FROM users; CREATE VIEW pictures AS SELECT media_url FROM media").expect("made");
        refused(test, &mut db, &["to", "course", "--yes"], &["view mail: ", "view pictures: "]);
    });
}

#[test]
fn names_that_our_steps_need_are_refused_before_anything_changes() {
    each_engine(|test| {
        let mut db = course(test);
        db.batch("CREATE TABLE posts (id INTEGER); ALTER TABLE users ADD COLUMN email VARCHAR(50)")
            .expect("made");
        refused(test, &mut db, &["to", "platform"], &["table posts: ", "column users.email: "]);
        db.batch("DROP TABLE posts; ALTER TABLE users DROP COLUMN email").expect("out of the way");
        migrate(test, &["to", "platform"]).run().expect(0);
        db.batch("CREATE TABLE photos (id INTEGER)").expect("made");
        refused(test, &mut db, &["to", "course", "--yes"], &["table photos: "]);
    });
}

#[test]
fn own_tables_that_point_at_ours_keep_them_from_going() {
    each_engine(|test| {
        let mut db = course(test);
        db.batch(
            "CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, user_id INTEGER, CONSTRAINT nfk FOREIGN KEY (user_id) REFERENCES users (id));
             INSERT INTO notes VALUES (1, 1);
             CREATE VIEW hot AS SELECT tag_name FROM tags",
        )
        .expect("made");
        for verb in [&["reset", "--yes"][..], &["to", "none", "--yes"], &["down", "8", "--yes"]] {
            refused(test, &mut db, verb, &["notes", "view hot: "]);
        }
        db.batch("DROP VIEW hot; DROP TABLE notes").expect("out of the way");
        migrate(test, &["to", "none", "--yes"]).run().expect(0);
    });
}

#[test]
fn what_goes_with_a_table_is_named_in_the_plan_and_the_question() {
    each_engine(|test| {
        let mut db = furnished(test);
        db.batch("DROP VIEW people; DROP TABLE unfollows; DROP TABLE notes").expect("gone");
        let named = [
            "column users.bio",
            "column likes.mood",
            "index own_likes_time on likes",
            "trigger left_us on follows",
        ];
        let plan = migrate(test, &["plan", "to", "none"]).run().expect(0).stdout;
        let asked = migrate(test, &["to", "none", "--yes"]).run().expect(0).stderr;
        for name in named {
            assert!(plan.contains(&format!("-- dropped with its table: {name}")), "{name}:\n{plan}");
            assert!(asked.contains(name), "{name}:\n{asked}");
        }
        assert_eq!(plan.matches("-- dropped with its table: ").count(), named.len() + 1, "{plan}");
    });
}

#[test]
fn what_own_migrations_take_back_themselves_is_no_obstacle() {
    each_engine(|test| {
        let own = folder(&[(
            "20270101000000_own",
            "CREATE VIEW mail AS SELECT email FROM users;
             CREATE TABLE stories (id INTEGER NOT NULL PRIMARY KEY, media_id INTEGER, CONSTRAINT sfk FOREIGN KEY (media_id) REFERENCES media (media_id));",
            "DROP TABLE stories; DROP VIEW mail;",
        )]);
        let metadata = "run_in_transaction = true\neditions = [\"platform\"]\n";
        std::fs::write(own.join("20270101000000_own/metadata.toml"), metadata).expect("written");
        let source = source(test).with_folder(&own).expect("good");
        let mut db = test.connect();
        run(&mut db, &source, Goal::To("platform".into())).expect("up");
        run(&mut db, &source, Goal::Up(None)).expect("the own one");
        run(&mut db, &source, Goal::To("course".into())).expect("down, the own one first");
        assert!(!db.tables().expect("readable").contains(&"stories".to_owned()));
    });
}

#[test]
fn texts_that_mysql_would_leave_broken_are_named() {
    on_engine(Engine::Mysql, |test| {
        let mut db = course(test);
        db.batch(
            "CREATE VIEW top AS SELECT users.id FROM users;
             CREATE TRIGGER seen AFTER INSERT ON photos FOR EACH ROW SET @last = NEW.id;
             CREATE TRIGGER fine AFTER INSERT ON tags FOR EACH ROW SET @last = NEW.id;
             CREATE PROCEDURE tidy() DELETE FROM photo_tags WHERE tag_id = 0;
             CREATE PROCEDURE counted() SELECT 'don\\'t', (SELECT count(*) FROM photos), 'a';
             CREATE VIEW quoted AS SELECT 'don\\'t' AS a, (SELECT count(*) FROM photos) AS b, 'a' AS c;
             CREATE PROCEDURE noted() SELECT 'photos' # photos, isn't it
                 AS a;
             CREATE INDEX own_url ON photos (image_url);
             CREATE ROLE reader_of_photos; GRANT SELECT ON photos TO reader_of_photos",
        )
        .expect("made");
        db.batch(
            "SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES';
             CREATE PROCEDURE by_mode() SELECT 'a\\', (SELECT count(*) FROM \"photos\"), 'b'",
        )
        .expect("made");
        let named = [
            "view top: ",
            "trigger seen: ",
            "procedure tidy: ",
            "procedure counted: ",
            "view quoted: ",
            "procedure by_mode: ",
            "index own_url: ",
            "on photos: they stay",
        ];
        let done = refused(test, &mut db, &["to", "platform"], &named);
        assert!(!done.stderr.contains("fine"), "{}", done.stderr);
        assert!(!done.stderr.contains("noted"), "{}", done.stderr);
        db.batch("DROP ROLE reader_of_photos").expect("dropped");
    });
}

#[test]
fn rows_that_mysql_cannot_take_along_are_named() {
    on_engine(Engine::Mysql, |test| {
        let mut db = course(test);
        db.batch("SET SESSION sql_mode = 'NO_AUTO_VALUE_ON_ZERO'; INSERT INTO users (id, username, created_at) VALUES (7, 'zero', '0000-00-00 00:00:00');
                  INSERT INTO photos (id, image_url, user_id) VALUES (0, 'zero.jpg', 1)").expect("written without strict mode");
        refused(
            test,
            &mut db,
            &["to", "platform"],
            &["rows users: created_at is 0000-00-00 where id is 7", "UPDATE users SET created_at = NULL"],
        );
        db.batch("UPDATE users SET created_at = NULL WHERE UNIX_TIMESTAMP(created_at) = 0")
            .expect("the way out");
        migrate(test, &["to", "platform"]).run().expect(0);
        assert_eq!(
            one(&mut db, "post_id", "FROM media WHERE media_id = 0").as_deref(),
            Some("0"),
            "photo 0 has medium 0"
        );
        migrate(test, &["to", "course", "--yes"]).run().expect(0);
        assert_eq!(one(&mut db, "image_url", "FROM photos WHERE id = 0").as_deref(), Some("zero.jpg"));
    });
}

#[test]
fn foreign_keys_under_other_names_are_named_with_the_way_out() {
    for (engine, rename, way_out) in [
        (
            Engine::Mysql,
            "ALTER TABLE photo_tags DROP FOREIGN KEY photo_tags_tag_id_fkey; ALTER TABLE photo_tags ADD CONSTRAINT photo_tags_ibfk_2 FOREIGN KEY (tag_id) REFERENCES tags (id)",
            "ALTER TABLE photo_tags DROP FOREIGN KEY photo_tags_ibfk_2, ADD CONSTRAINT photo_tags_tag_id_fkey FOREIGN KEY (tag_id) REFERENCES tags (id)",
        ),
        (
            Engine::Postgres,
            "ALTER TABLE photo_tags RENAME CONSTRAINT photo_tags_tag_id_fkey TO photo_tags_ibfk_2",
            "ALTER TABLE photo_tags RENAME CONSTRAINT photo_tags_ibfk_2 TO photo_tags_tag_id_fkey",
        ),
    ] {
        on_engine(engine, |test| {
            let mut db = course(test);
            db.batch(rename).expect("renamed");
            refused(test, &mut db, &["to", "platform"], &["photo_tags_ibfk_2", way_out]);
            db.batch(way_out).expect("the way out is SQL");
            migrate(test, &["to", "platform"]).run().expect(0);
        });
    }
}

#[test]
fn postgres_keeps_grants_comments_and_policies_and_names_functions_that_would_break() {
    on_engine(Engine::Postgres, |test| {
        let mut db = course(test);
        db.batch(
            "CREATE VIEW names AS SELECT id, upper(username) AS name FROM users; CREATE VIEW short AS SELECT name FROM names WHERE length(name) < 9;
             GRANT SELECT ON names TO PUBLIC; COMMENT ON COLUMN short.name IS 'brief';
             CREATE VIEW said AS SELECT comment_text FROM comments; CREATE MATERIALIZED VIEW stored AS SELECT username FROM users;
             GRANT SELECT ON users TO PUBLIC; COMMENT ON TABLE likes IS 'mine'; COMMENT ON COLUMN comments.photo_id IS 'which';
             ALTER TABLE photos ENABLE ROW LEVEL SECURITY; CREATE POLICY everyone ON photos USING (user_id > 0);
             CREATE FUNCTION newest() RETURNS integer LANGUAGE sql AS 'SELECT max(id) FROM photos';
             CREATE TABLE vip (level INTEGER, photo_id INTEGER, user_id INTEGER, FOREIGN KEY (user_id, photo_id) REFERENCES likes (user_id, photo_id))",
        )
        .expect("made");
        refused(
            test,
            &mut db,
            &["to", "platform"],
            &[
                "materialized view stored",
                "function newest: it mentions photos, which becomes posts",
                "DROP FUNCTION newest()",
                "of vip: it points at likes",
            ],
        );
        db.batch("DROP FUNCTION newest(); DROP TABLE vip; DROP MATERIALIZED VIEW stored")
            .expect("out of the way");
        for (verb, table, column) in [
            (&["to", "platform"][..], "posts", "post_id"),
            (&["to", "course", "--yes"], "photos", "photo_id"),
        ] {
            migrate(test, verb).run().expect(0);
            let has = |db: &mut Db, query: &str| one(db, "count(*)", query).expect("a number");
            assert_eq!(
                has(
                    &mut db,
                    "FROM information_schema.role_table_grants WHERE table_name = 'users' AND grantee = 'PUBLIC'"
                ),
                "1"
            );
            assert_eq!(
                has(&mut db, "FROM pg_class WHERE obj_description(oid) = 'mine' AND relname = 'likes'"),
                "1"
            );
            assert_eq!(
                has(
                    &mut db,
                    &format!("FROM pg_policies WHERE tablename = '{table}' AND policyname = 'everyone'")
                ),
                "1"
            );
            let granted =
                "FROM information_schema.role_table_grants WHERE table_name = 'names' AND grantee = 'PUBLIC'";
            assert_eq!(has(&mut db, granted), "1");
            let brief = "FROM pg_class WHERE relname = 'short' AND col_description(oid, 1) = 'brief'";
            assert_eq!(has(&mut db, brief), "1");
            let names = select(&mut db, &["name"], "FROM short");
            let names: Vec<&str> = names.iter().map(|row| row[0].as_deref().expect("a name")).collect();
            let renamed = if table == "posts" { ["ANN", "B_C", "CY_"] } else { ["ANN", "B.C", "CY"] };
            assert_eq!(names, renamed);
            assert_eq!(one(&mut db, "count(*)", "FROM said").as_deref(), Some("1"));
            let described = format!(
                "FROM pg_attribute WHERE attname = '{column}' AND col_description(attrelid, attnum) = 'which'"
            );
            assert_eq!(has(&mut db, &described), "1");
        }
    });
}

#[test]
fn sqlite_names_columns_that_it_cannot_add_again_and_triggers_that_would_break() {
    on_engine(Engine::Sqlite, |test| {
        let mut db = course(test);
        db.batch(
            "DELETE FROM photo_tags; ALTER TABLE photo_tags ADD COLUMN since DATETIME DEFAULT CURRENT_TIMESTAMP;
             CREATE TABLE log (line TEXT);
             CREATE TRIGGER seen AFTER INSERT ON photos BEGIN INSERT INTO log VALUES (NEW.image_url); END;
             CREATE TRIGGER fine AFTER INSERT ON photos BEGIN INSERT INTO log VALUES (NEW.id); END;
             CREATE VIEW ids AS SELECT id FROM photos; CREATE VIEW nested AS SELECT id FROM ids",
        )
        .expect("made");
        let named = ["column photo_tags.since: ", "trigger seen: ", "view nested: "];
        let done = refused(test, &mut db, &["to", "platform"], &named);
        assert!(!done.stderr.contains("fine"), "{}", done.stderr);
    });
}

#[test]
fn sqlite_names_a_full_text_table_over_what_is_renamed() {
    on_engine(Engine::Sqlite, |test| {
        let mut db = course(test);
        db.batch(
            "CREATE VIRTUAL TABLE found USING fts5(comment_text, content='comments', content_rowid='id');
             CREATE VIRTUAL TABLE unrelated USING fts5(line)",
        )
        .expect("made");
        let done = migrate(test, &["to", "platform"]).run().expect(2);
        assert!(done.stderr.contains("table found: it mentions comments."), "{}", done.stderr);
        assert!(!done.stderr.contains("unrelated"), "{}", done.stderr);
        assert_eq!(status(&mut db, &source(test)).edition, "course");
    });
}

#[test]
fn a_history_that_stopped_in_the_middle_goes_on_to_the_platform() {
    each_engine(|test| {
        migrate(test, &["up", "4"]).run().expect(0);
        migrate(test, &["to", "platform"]).run().expect(0);
        assert_eq!(status(&mut test.connect(), &source(test)).edition, "platform");
    });
}

#[test]
fn kills_at_any_moment_lose_nothing_that_is_yours() {
    each_engine(|test| {
        let mut db = furnished(test);
        let (shape, before) = picture(&mut db);
        for round in 0..rounds().max(3) {
            for (verb, last) in [(&["to", "platform"][..], false), (&["to", "course", "--yes"], true)] {
                let at = 1 + (round * 7 + u64::from(last) * 3) % 9;
                let kind = if round % 2 == 0 { "after-statement" } else { "after-record" };
                let steps = ["000900", "001000", "001100", "001200", "001400", "001600"];
                let step = steps[usize::try_from(round).expect("small") % steps.len()];
                let fault = format!("migrate:{kind}:{at}@20260101{step}");
                migrate(test, verb).env("INSTASEED_FAULT", fault).run();
                migrate(test, &["repair"]).run().expect(0);
                migrate(test, verb).run().expect(0);
                let (key, photos) =
                    if last { ("id", ("photos", "id")) } else { ("user_id", ("posts", "post_id")) };
                works(&mut db, key, photos);
            }
            assert_same(&mut db, &shape, &before);
        }
    });
}
