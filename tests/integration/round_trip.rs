//! Up and down over populated databases: a hostile course database goes to the platform and back to the letter, and
//! what real platform data loses on the way down is what the migrations declare, no more and no less.

use std::collections::BTreeSet;
use std::sync::Mutex;

use instaseed::database::{Db, Engine};
use instaseed::migration::{Goal, Options, Runner, Source};

use crate::support::{Rows, Step, each_engine, edition, history, on_engine, one, rows, select, up_to};

/// Rows that the platform's rules forbid, and the edges of every type; no id is the one before it plus one.
fn hostile_course() -> String {
    let long_name = "a".repeat(250);
    let (name_50, name_47) = ("a".repeat(50), "a".repeat(47));
    let url = "u".repeat(255);
    let text = format!("{}é", "x".repeat(254));
    let tag = "t".repeat(255);
    format!(
        "INSERT INTO users (id, username, created_at) VALUES
            (1, 'anna', '2016-01-01 00:00:00'), (2, 'Anna', '2016-01-02 00:00:00'), (3, 'ANNA', NULL),
            (5, 'first.last', '2016-01-02 00:00:00'), (6, 'first-last', '2016-01-02 00:00:00'),
            (7, 'first_last_6', '2016-01-02 00:00:00'), (8, 'FIRST_LAST_6x', '2016-01-02 00:00:00'),
            (10, '', '2016-01-02 00:00:00'), (11, 'a', NULL), (12, 'é', '2016-01-02 00:00:00'),
            (13, 'ſoo', '2016-01-02 00:00:00'), (14, 'Kelvin', '2016-01-02 00:00:00'),
            (15, 'kelvin', '2016-01-02 00:00:00'), (16, 'a b c😀', '2016-01-02 00:00:00'),
            (17, 'a__', '2016-01-02 00:00:00'), (18, 'abc\n', '2016-01-02 00:00:00'),
            (19, 'abc', '2016-01-02 00:00:00'), (20, 'ab_', '2016-01-02 00:00:00'),
            (30, '{long_name}', '2016-01-02 00:00:00'), (31, '{name_50}', '2016-01-02 00:00:00'),
            (32, 'A{name_47}_2', '2016-01-02 00:00:00'), (33, 'a{name_47}_2', '2016-01-02 00:00:00'),
            (34, 'Ünïcödé名前', '2016-01-02 00:00:00'), (35, 'tab\ttab', '2016-01-02 00:00:00'),
            (36, 'sp ', '2016-01-02 00:00:00'), (-5, 'anna!', '2016-01-02 00:00:00'),
            (40, 'anna_', '2016-01-02 00:00:00'), (41, 'it''s \"quoted\" %', '2016-01-02 00:00:00'),
            (2147483647, 'last one', '2016-01-02 00:00:00');
         INSERT INTO photos (id, image_url, user_id, created_at) VALUES
            (1, 'https://example.org/a.jpg', 1, '2016-02-01 00:00:00'), (2, 'https://example.org/b.MP4', 2, NULL),
            (3, 'https://example.org/c.mov', 3, NULL), (7, '', 5, '2016-02-01 00:00:00'),
            (8, 'https://example.org/w.webm', 11, '2016-02-01 00:00:00'),
            (2147483647, '{url}', 2147483647, '2016-02-01 00:00:00');
         INSERT INTO comments (id, comment_text, photo_id, user_id, created_at) VALUES
            (1, '', 1, 2, '2016-03-01 00:00:00'), (2, '{text}', 1, 3, NULL), (3, ' ', 2, 3, NULL),
            (4, '(empty comment)', 2, 1, '2016-03-01 00:00:00'), (9, '', 2147483647, 2147483647, NULL),
            (2147483647, 'hi 😀 ''q'' \"d\" %', 3, 5, '2016-03-01 00:00:01');
         INSERT INTO likes (user_id, photo_id, created_at) VALUES
            (1, 1, '2016-03-01 00:00:00'), (2, 1, NULL), (3, 2, NULL), (1, 2147483647, NULL),
            (2147483647, 2147483647, '2016-03-01 00:00:00');
         INSERT INTO follows (follower_id, followee_id, created_at) VALUES
            (1, 2, NULL), (2, 1, '2016-03-01 00:00:00'), (2147483647, 1, '2016-03-01 00:00:00'),
            (3, 3, '2016-03-01 00:00:00');
         INSERT INTO tags (id, tag_name, created_at) VALUES
            (1, 'sun', '2016-03-01 00:00:00'), (2, NULL, NULL), (3, NULL, '2016-03-01 00:00:00'), (4, 'Sun', NULL),
            (2147483647, '{tag}', NULL);
         INSERT INTO photo_tags (photo_id, tag_id) VALUES (1, 1), (1, 2), (2, 1), (2147483647, 2147483647);"
    )
}

fn platform_steps(engine: Engine) -> Vec<Step> {
    let course = edition("course");
    history(engine).into_iter().filter(|step| step.version > course).collect()
}

/// Each step up, down and up again, then all the way down: the same rows and the same catalogue at each place.
/// Returns the rows of the platform edition.
fn there_and_back(db: &mut Db) -> Rows {
    up_to(db, &edition("course"));
    db.batch(&hostile_course()).unwrap();
    let steps = platform_steps(db.engine());
    let mut places = Vec::new();
    for step in &steps {
        places.push((rows(db), db.catalogue().unwrap()));
        let (before, shape) = places.last().expect("just pushed");
        step.up(db);
        let after = rows(db);
        step.down(db);
        assert_same(before, &rows(db), &step.version);
        assert_eq!(shape.difference(&db.catalogue().unwrap()), (vec![], vec![]), "{}", step.version);
        step.up(db);
        assert_same(&after, &rows(db), &step.version);
    }
    let platform = rows(db);
    for (step, (before, shape)) in steps.iter().zip(&places).rev() {
        step.down(db);
        assert_same(before, &rows(db), &step.version);
        assert_eq!(shape.difference(&db.catalogue().unwrap()), (vec![], vec![]), "{}", step.version);
    }
    platform
}

fn assert_same(expected: &Rows, found: &Rows, version: &str) {
    assert_eq!(expected.keys().collect::<Vec<_>>(), found.keys().collect::<Vec<_>>(), "{version}");
    for (table, rows) in expected {
        assert_eq!(rows, &found[table], "{version}: {table}");
    }
}

#[test]
fn a_hostile_course_database_comes_back_to_the_letter_and_is_the_same_platform_on_every_engine() {
    let platforms = Mutex::new(Vec::new());
    each_engine(|test| {
        let platform = there_and_back(&mut test.connect());
        platforms.lock().unwrap().push(platform);
    });
    let platforms = platforms.into_inner().unwrap();
    for platform in &platforms[1..] {
        assert_same(&platforms[0], platform, "platform");
    }
}

#[test]
fn sqlite_loses_no_child_with_foreign_keys_off() {
    on_engine(Engine::Sqlite, |test| {
        let mut db = test.connect();
        db.batch("PRAGMA foreign_keys = OFF").unwrap();
        there_and_back(&mut db);
        assert_eq!(one(&mut db, "count(*)", "FROM pragma_foreign_key_check").as_deref(), Some("0"));
    });
}

#[test]
fn our_runner_takes_a_hostile_course_database_there_and_back_too() {
    each_engine(|test| {
        let mut db = test.connect();
        let source = Source::embedded(test.engine()).unwrap();
        let to = |db: &mut Db, edition: &str| {
            let run = Runner::new(db, &source, Options::default()).run(&Goal::To(edition.to_owned()));
            run.unwrap_or_else(|error| panic!("{edition}: {error}"));
        };
        to(&mut db, "course");
        db.batch(&hostile_course()).unwrap();
        let (before, shape) = (rows(&mut db), db.catalogue().unwrap());
        to(&mut db, "platform");
        let platform = rows(&mut db);
        to(&mut db, "course");
        assert_same(&before, &rows(&mut db), "course");
        assert_eq!(shape.difference(&db.catalogue().unwrap()), (vec![], vec![]));
        to(&mut db, "platform");
        assert_same(&platform, &rows(&mut db), "platform");
    });
}

/// People, posts and what hangs on them, with something in every place that the course schema lacks.
fn rich_platform() -> String {
    let (long, longer) = ("y".repeat(256), "z".repeat(500));
    format!(
        "INSERT INTO users (user_id, username, email, password_hash, full_name, profile_image_url, created_at, updated_at)
            VALUES (1, 'anna', 'anna@example.org', '$argon2id$x', 'Anna A.', 'https://example.org/1', '2020-01-01 00:00:00', '2020-01-02 00:00:00'),
            (2, 'ben', 'ben@example.org', '$argon2id$y', 'Ben', 'https://example.org/2', '2020-01-01 00:00:00', '2020-01-03 00:00:00');
         INSERT INTO posts (post_id, user_id, content, created_at, updated_at) VALUES
            (1, 1, 'three media', '2020-02-01 00:00:00', '2020-02-02 00:00:00'),
            (2, 2, 'none', '2020-02-01 00:00:00', '2020-02-02 00:00:00'),
            (3, 2, 'the first is not number 1', '2020-02-01 00:00:00', '2020-02-02 00:00:00');
         INSERT INTO media (media_id, post_id, media_url, media_type, media_order, created_at) VALUES
            (11, 1, 'a.jpg', 'VIDEO', 2, '2020-02-03 00:00:00'), (12, 1, 'b.jpg', 'IMAGE', 5, '2020-02-03 00:00:00'),
            (13, 1, 'c.jpg', 'IMAGE', 10, '2020-02-03 00:00:00'), (14, 3, 'd.jpg', 'VIDEO', 7, '2020-02-03 00:00:00');
         INSERT INTO comments (comment_id, post_id, user_id, content, created_at, updated_at) VALUES
            (1, 1, 2, 'short', '2020-03-01 00:00:00', '2020-03-02 00:00:00'),
            (2, 1, 1, '{long}', '2020-03-01 00:00:00', '2020-03-02 00:00:00'),
            (3, 3, 1, '{longer}', '2020-03-01 00:00:00', '2020-03-02 00:00:00');
         INSERT INTO likes (like_id, post_id, user_id, created_at) VALUES
            (10, 1, 2, '2020-03-01 00:00:00'), (20, 3, 1, '2020-03-01 00:00:00');
         INSERT INTO follows (follower_id, followee_id, created_at) VALUES (1, 2, '2020-03-01 00:00:00');
         INSERT INTO tags (id, tag_name, created_at) VALUES (1, 'sun', '2020-03-01 00:00:00');
         INSERT INTO post_tags (post_id, tag_id) VALUES (3, 1);"
    )
}

/// The columns by which a row of `rich_platform` is known again after keys were given anew.
fn known_by(db: &mut Db, table: &str) -> Vec<String> {
    let shape = &db.catalogue().unwrap().tables[table];
    match table {
        "media" => vec!["media_url".to_owned()],
        "likes" => {
            let pair = |name: &str| ["user_id", "post_id", "photo_id"].contains(&name);
            shape.columns.iter().map(|column| column.name.clone()).filter(|name| pair(name)).collect()
        }
        _ => shape.primary_key.clone(),
    }
}

/// A row or a cell that is lost: (table, key, column); the column is empty where the whole row is.
type Lost = BTreeSet<(String, Vec<Option<String>>, String)>;

/// What a step declares, spelled out for the rows that are there.
fn declared(db: &mut Db, step: &Step) -> Lost {
    let metadata = step.metadata();
    let losses = metadata.get("down").and_then(|down| down.get("loses")).and_then(|loses| loses.as_array());
    let mut lost = Lost::new();
    for loss in losses.into_iter().flatten() {
        let table = loss["table"].as_str().unwrap();
        assert!(!loss["because"].as_str().unwrap().is_empty());
        let rows = loss.get("rows").map(|rows| format!(" WHERE {}", rows.as_str().unwrap()));
        let known_by = known_by(db, table);
        let known_by: Vec<&str> = known_by.iter().map(String::as_str).collect();
        let keys = select(db, &known_by, &format!("FROM {table}{}", rows.unwrap_or_default()));
        let columns = loss.get("columns").and_then(|columns| columns.as_array());
        let columns: Vec<&str> = columns
            .map_or(vec![""], |columns| columns.iter().map(|column| column.as_str().unwrap()).collect());
        for key in keys {
            lost.extend(columns.iter().map(|column| (table.to_owned(), key.clone(), (*column).to_owned())));
        }
    }
    // a row that goes takes its cells along
    let whole: Vec<_> = lost.iter().filter(|(_, _, column)| column.is_empty()).cloned().collect();
    lost.retain(|(table, key, column)| {
        column.is_empty() || !whole.iter().any(|(other, gone, _)| other == table && gone == key)
    });
    lost
}

/// What is different after down and up again; rows that are new must be the stand-ins of posts without media.
fn really_lost(db: &mut Db, before: &Rows, after: &Rows) -> Lost {
    let catalogue = db.catalogue().unwrap();
    let mut lost = Lost::new();
    for (table, rows) in before {
        let mut columns: Vec<&str> =
            catalogue.tables[table].columns.iter().map(|c| c.name.as_str()).collect();
        columns.sort_unstable();
        let known_by = known_by(db, table);
        let key = |row: &[Option<String>]| -> Vec<Option<String>> {
            known_by.iter().map(|name| row[columns.iter().position(|c| c == name).unwrap()].clone()).collect()
        };
        for row in rows {
            match after[table].iter().find(|other| key(other) == key(row)) {
                None => drop(lost.insert((table.clone(), key(row), String::new()))),
                Some(other) => {
                    let changed = columns.iter().enumerate().filter(|(at, _)| row[*at] != other[*at]);
                    lost.extend(changed.map(|(_, column)| (table.clone(), key(row), (*column).to_owned())));
                }
            }
        }
        for row in after[table].iter().filter(|row| !rows.iter().any(|other| key(other) == key(row))) {
            assert!(
                table == "media" && row.contains(&Some("about:blank".into())),
                "{table}: {row:?} came from nowhere"
            );
        }
    }
    lost
}

#[test]
fn going_down_loses_exactly_what_is_declared() {
    each_engine(|test| {
        let mut db = test.connect();
        up_to(&mut db, &edition("platform"));
        db.batch(&rich_platform()).unwrap();
        let steps = platform_steps(db.engine());
        for step in steps.iter().rev() {
            let before = rows(&mut db);
            let declared = declared(&mut db, step);
            step.down(&mut db);
            step.up(&mut db);
            let after = rows(&mut db);
            assert_eq!(really_lost(&mut db, &before, &after), declared, "{}", step.version);
            step.down(&mut db);
        }
        let photos = select(&mut db, &["id", "image_url", "user_id", "created_at"], "FROM photos");
        let photo = |id: &str, url: &str, user: &str| {
            [id, url, user, "2020-02-01 00:00:00"].map(|cell| Some(cell.to_owned())).to_vec()
        };
        assert_eq!(
            photos,
            [photo("1", "a.jpg", "1"), photo("2", "about:blank", "2"), photo("3", "d.jpg", "2")]
        );
        let lengths = select(&mut db, &["id", "length(comment_text)"], "FROM comments");
        let length = |id: &str, length: &str| vec![Some(id.to_owned()), Some(length.to_owned())];
        assert_eq!(lengths, [length("1", "5"), length("2", "255"), length("3", "255")]);
    });
}

#[test]
fn what_an_application_has_changed_since_is_not_changed_back() {
    each_engine(|test| {
        let mut db = test.connect();
        up_to(&mut db, &edition("course"));
        db.batch(
            "INSERT INTO users (username, created_at) VALUES ('anna', NULL), ('Anna', NULL), ('b.c', NULL), ('d.e', NULL);
             INSERT INTO photos (image_url, user_id, created_at) VALUES ('a', 1, NULL), ('b', 1, NULL);
             INSERT INTO comments (comment_text, photo_id, user_id) VALUES ('', 1, 1), ('', 1, 1);
             INSERT INTO likes (user_id, photo_id, created_at) VALUES (1, 1, NULL), (1, 2, NULL);",
        )
        .unwrap();
        let steps = platform_steps(db.engine());
        steps.iter().for_each(|step| step.up(&mut db));
        db.batch(
            "UPDATE users SET username = 'bob' WHERE user_id = 1;
             UPDATE users SET username = 'B_C' WHERE user_id = 3;
             INSERT INTO users (username, email, password_hash) VALUES ('Anna', 'new@example.com', 'x');
             UPDATE users SET created_at = '2020-01-01 00:00:00' WHERE user_id = 1;
             UPDATE posts SET created_at = '2020-01-01 00:00:00' WHERE post_id = 1;
             UPDATE comments SET content = '(empty comment) ' WHERE comment_id = 1;
             UPDATE likes SET created_at = '2020-01-01 00:00:00' WHERE post_id = 1;",
        )
        .unwrap();
        steps.iter().rev().for_each(|step| step.down(&mut db));
        let names = select(&mut db, &["id", "username"], "FROM users WHERE id <= 5");
        let names: Vec<String> = names.into_iter().map(|row| row[1].clone().unwrap()).collect();
        assert_eq!(names, ["bob", "Anna_2", "B_C", "d.e", "Anna"]);
        let some = |text: &str| Some(text.to_owned());
        let time = some("2020-01-01 00:00:00");
        assert_eq!(one(&mut db, "created_at", "FROM users WHERE id = 1"), time);
        assert_eq!(one(&mut db, "created_at", "FROM users WHERE id = 2"), None);
        assert_eq!(one(&mut db, "created_at", "FROM photos WHERE id = 1"), time);
        assert_eq!(one(&mut db, "created_at", "FROM photos WHERE id = 2"), None);
        assert_eq!(one(&mut db, "comment_text", "FROM comments WHERE id = 1"), some("(empty comment) "));
        assert_eq!(one(&mut db, "comment_text", "FROM comments WHERE id = 2"), some(""));
        assert_eq!(one(&mut db, "created_at", "FROM likes WHERE photo_id = 1"), time);
        assert_eq!(one(&mut db, "created_at", "FROM likes WHERE photo_id = 2"), None);
    });
}

#[test]
fn the_id_of_a_deleted_row_is_not_given_again() {
    each_engine(|test| {
        let mut db = test.connect();
        up_to(&mut db, &edition("course"));
        db.batch(
            "INSERT INTO users (username) VALUES ('abc'), ('bcd'), ('cde');
             INSERT INTO photos (image_url, user_id) VALUES ('a', 1), ('b', 1), ('c', 1);
             INSERT INTO comments (comment_text, photo_id, user_id) VALUES ('a', 1, 1), ('b', 1, 1), ('c', 1, 1);
             DELETE FROM comments WHERE id = 3; DELETE FROM photos WHERE id = 3; DELETE FROM users WHERE id = 3;",
        )
        .unwrap();
        let steps = platform_steps(db.engine());
        steps.iter().for_each(|step| step.up(&mut db));
        db.batch(
            "INSERT INTO users (username, email, password_hash) VALUES ('def', 'd@example.com', '!');
             INSERT INTO posts (user_id) VALUES (1);
             INSERT INTO media (post_id, media_url, media_type, media_order) VALUES (4, 'u', 'IMAGE', 1);
             INSERT INTO comments (post_id, user_id, content) VALUES (4, 4, 'd');
             INSERT INTO likes (post_id, user_id) VALUES (4, 4);
             DELETE FROM posts WHERE post_id = 4; DELETE FROM users WHERE user_id = 4;",
        )
        .unwrap();
        steps.iter().rev().for_each(|step| step.down(&mut db));
        db.batch(
            "INSERT INTO users (username) VALUES ('efg');
             INSERT INTO photos (image_url, user_id) VALUES ('e', 5);
             INSERT INTO comments (comment_text, photo_id, user_id) VALUES ('e', 5, 5);",
        )
        .unwrap();
        for table in ["users", "photos", "comments"] {
            assert_eq!(one(&mut db, "max(id)", &format!("FROM {table}")).as_deref(), Some("5"), "{table}");
        }
    });
}
