//! The questions of the course, asked in SQL: one answer each, the same on every engine.

use std::collections::BTreeMap;
use std::sync::Mutex;

use instaseed::database::{self, Db, Engine};

use crate::support::{each_engine_without_database, instaseed, object, on, one, select};

/// Who or what, and how often; greatest first, `most` rows.
fn greatest(db: &mut Db, what: &str, from: &str, most: usize) -> Vec<(String, i64)> {
    let rest = format!("FROM {from} GROUP BY {what} ORDER BY COUNT(*) DESC LIMIT {most}");
    let rows = select(db, &[what, "COUNT(*)"], &rest);
    let mut rows: Vec<(String, i64)> = rows
        .into_iter()
        .map(|row| match &row[..] {
            [Some(name), Some(count)] => (name.clone(), count.parse().expect("a count is a number")),
            other => panic!("a name and a count: {other:?}"),
        })
        .collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    rows
}

/// The first of the greatest; fails if one of them is as great as the next.
#[track_caller]
fn first(greatest: Vec<(String, i64)>) -> Vec<(String, i64)> {
    assert!(greatest.is_sorted_by(|a, b| a.1 > b.1), "one answer: {greatest:?}");
    greatest[..greatest.len() - 1].to_vec()
}

fn names(db: &mut Db, rest: &str) -> Vec<(String, i64)> {
    let rows = select(db, &["username"], rest).into_iter();
    rows.map(|row| (row[0].clone().expect("a user has a name"), 0)).collect()
}

type Answers = BTreeMap<&'static str, Vec<(String, i64)>>;

fn answers(db: &mut Db) -> Answers {
    let weekday = match db.engine() {
        Engine::Sqlite => "CAST(strftime('%w', created_at) AS INTEGER)",
        Engine::Mysql => "DAYOFWEEK(created_at) - 1",
        Engine::Postgres => "CAST(EXTRACT(DOW FROM created_at) AS INTEGER)",
    };
    let sign_ups = format!("(SELECT {weekday} AS weekday FROM users) AS sign_ups");
    let per_user = "ROUND(1.0 * (SELECT COUNT(*) FROM photos) / (SELECT COUNT(*) FROM users), 2)";
    let oldest =
        "FROM users WHERE created_at <= (SELECT created_at FROM users ORDER BY created_at LIMIT 1 OFFSET 4)";
    let average = one(db, per_user, "").expect("a number");
    BTreeMap::from([
        ("five oldest users", names(db, oldest)),
        ("weekday with most sign-ups", first(greatest(db, "weekday", &sign_ups, 2))),
        ("users without a photo", names(db, "FROM users WHERE id NOT IN (SELECT user_id FROM photos)")),
        ("most liked photo", first(greatest(db, "photo_id", "likes", 2))),
        ("photos per user", vec![(average, 0)]),
        (
            "five most used hashtags",
            first(greatest(db, "tag_name", "photo_tags JOIN tags ON tags.id = tag_id", 6)),
        ),
        (
            "bots",
            names(
                db,
                "FROM users WHERE id IN (SELECT user_id FROM likes GROUP BY user_id
                 HAVING COUNT(*) = (SELECT COUNT(*) FROM photos))",
            ),
        ),
        (
            "three most active posters",
            first(greatest(db, "username", "photos JOIN users ON users.id = user_id", 4)),
        ),
        ("never commented", names(db, "FROM users WHERE id NOT IN (SELECT user_id FROM comments)")),
        (
            "no photo, no like, no comment",
            names(
                db,
                "FROM users WHERE id NOT IN (SELECT user_id FROM photos)
                 AND id NOT IN (SELECT user_id FROM likes) AND id NOT IN (SELECT user_id FROM comments)",
            ),
        ),
    ])
}

#[test]
fn the_questions_have_one_answer_in_sql_and_the_same_on_every_engine() {
    let known: Mutex<BTreeMap<u64, Answers>> = Mutex::default();
    each_engine_without_database(|test| {
        for seed in 1..=5 {
            on(test, &format!("setup --quiet --profile classic --seed {seed}")).expect(0);
            let answers = answers(&mut test.connect());
            let counts = answers.iter().map(|(question, rows)| (*question, rows.len()));
            let expected = [
                ("bots", 13),
                ("five most used hashtags", 5),
                ("five oldest users", 5),
                ("most liked photo", 1),
                ("never commented", 23),
                ("no photo, no like, no comment", 13),
                ("photos per user", 1),
                ("three most active posters", 3),
                ("users without a photo", 26),
                ("weekday with most sign-ups", 1),
            ];
            assert_eq!(counts.collect::<Vec<_>>(), expected, "seed {seed}");
            assert!(answers["photos per user"][0].0.starts_with("2.57"), "seed {seed}");
            let mut known = known.lock().expect("no test has failed yet");
            assert_eq!(*known.entry(seed).or_insert_with(|| answers.clone()), answers, "seed {seed}");
            drop(known);
            database::remove(test.target()).expect("the database can be removed");
        }
    });
}

#[test]
fn planted_names_and_all_other_rows_are_the_same_on_every_engine() {
    let known: Mutex<Option<serde_json::Value>> = Mutex::default();
    each_engine_without_database(|test| {
        on(test, "setup --quiet --profile course --seed 4").expect(0);
        let db = &mut test.connect();
        let percent = names(db, "FROM users WHERE username LIKE '%!%%' ESCAPE '!'");
        assert_eq!(percent.len(), 3, "{percent:?}");
        assert_eq!(names(db, "FROM users WHERE username IN ('o''neil', 'chloë', 'zoe', 'dana')").len(), 4);
        let found = object(&on(test, "check --json").expect(0))["fingerprint"].clone();
        let mut known = known.lock().expect("no test has failed yet");
        assert!(found["tables"].is_object() && *known.get_or_insert_with(|| found.clone()) == found);
        drop(known);
        on(test, "reset --quiet --yes --edition platform --profile course --seed 4").expect(0);
        on(test, "check").expect(0);
    });
}

/// docs/data-model.md says so, and an application that wants the same second everywhere has to know.
#[test]
fn a_fraction_of_a_second_is_the_engine_s_own_affair_and_breaks_no_rule() {
    each_engine_without_database(|test| {
        instaseed(&["--quiet", "setup", "--no-seed", "--database-url", &test.url()]).run().expect(0);
        let mut db = test.connect();
        db.batch(
            "INSERT INTO users (id, username, created_at) VALUES (1, 'anna', '2016-05-06 18:22:10.846')",
        )
        .expect("a user can be inserted");
        let kept = one(&mut db, "created_at", "FROM users").expect("the time is there");
        let expected = match db.engine() {
            Engine::Sqlite => "2016-05-06 18:22:10.846",
            Engine::Mysql if one(&mut db, "VERSION()", "").is_some_and(|v| v.contains("MariaDB")) => {
                "2016-05-06 18:22:10"
            }
            Engine::Mysql | Engine::Postgres => "2016-05-06 18:22:11",
        };
        assert_eq!(kept, expected);
        drop(db);
        instaseed(&["check", "--database-url", &test.url()]).run().expect(0);
    });
}
