//! `instaseed check` on tables that somebody else made: what differs is named, what can be read is checked.

use instaseed::database::Engine;

use crate::support::{TestDb, each_engine, instaseed};

/// A variant of the course's tables that goes round in analytics tutorials, with two people and a photo.
const VARIANT: &str = "
    CREATE TABLE users (id INTEGER PRIMARY KEY, username VARCHAR(255) NOT NULL, created_at TIMESTAMP NULL);
    CREATE TABLE photos (id INTEGER PRIMARY KEY, image_url VARCHAR(355) NOT NULL, user_id INTEGER NOT NULL,
        created_dat TIMESTAMP NULL, FOREIGN KEY (user_id) REFERENCES users(id));
    CREATE TABLE comments (id INTEGER PRIMARY KEY, comment_text VARCHAR(255) NOT NULL, user_id INTEGER NOT NULL,
        photo_id INTEGER NOT NULL, created_at TIMESTAMP NULL, FOREIGN KEY (user_id) REFERENCES users(id),
        FOREIGN KEY (photo_id) REFERENCES photos(id));
    CREATE TABLE likes (user_id INTEGER NOT NULL, photo_id INTEGER NOT NULL, created_at TIMESTAMP NULL,
        FOREIGN KEY (user_id) REFERENCES users(id), FOREIGN KEY (photo_id) REFERENCES photos(id),
        PRIMARY KEY (user_id, photo_id));
    CREATE TABLE follows (follower_id INTEGER NOT NULL, followee_id INTEGER NOT NULL, created_at TIMESTAMP NULL,
        FOREIGN KEY (follower_id) REFERENCES users(id), PRIMARY KEY (follower_id, followee_id));
    CREATE TABLE tags (id INTEGER PRIMARY KEY, tag_name VARCHAR(255) UNIQUE NOT NULL, created_at TIMESTAMP NULL);
    CREATE TABLE photo_tags (photo_id INTEGER NOT NULL, tag_id INTEGER NOT NULL,
        FOREIGN KEY (photo_id) REFERENCES photos(id), FOREIGN KEY (tag_id) REFERENCES tags(id),
        PRIMARY KEY (photo_id, tag_id));
    INSERT INTO users VALUES (1, 'anna', '2020-01-01 00:00:00'), (2, 'ben', '2020-01-02 00:00:00');
    INSERT INTO photos VALUES (1, 'https://example.org/1', 1, '2020-01-03 00:00:00');
    INSERT INTO likes VALUES (2, 1, '2020-01-04 00:00:00');
";

const NOTES: [&str; 3] = [
    "users (username) is not UNIQUE",
    "photos.image_url is VARCHAR(355), not VARCHAR(255)",
    "follows.followee_id is not a foreign key to users",
];

fn with_variant(test: impl Fn(&TestDb)) {
    each_engine(|db| {
        db.connect().batch(VARIANT).expect("the tables can be made");
        test(db);
    });
}

#[test]
fn a_column_of_another_name_is_named_with_the_statement_that_mends_it() {
    with_variant(|db| {
        let failed = instaseed(&["check", "--database-url", &db.url()]).run().expect(2);
        let head = "almost has the tables of edition course: photos has created_dat instead of created_at";
        assert!(failed.stderr.contains(head), "{}", failed.stderr);
        let statement = "ALTER TABLE photos RENAME COLUMN created_dat TO created_at;";
        assert!(failed.stderr.contains(statement), "{}", failed.stderr);
        for note in NOTES {
            assert!(failed.stderr.contains(note), "{note}: {}", failed.stderr);
        }

        db.connect().batch(statement).expect("the statement of the hint runs");
        let checked = instaseed(&["check", "--database-url", &db.url()]).run().expect(0);
        for note in NOTES {
            assert!(checked.stdout.contains(note), "{note}: {}", checked.stdout);
        }
        let checked = instaseed(&["check", "--json", "--database-url", &db.url()]).run().expect(0);
        let report: serde_json::Value = serde_json::from_str(&checked.stdout).expect("one object");
        assert_eq!(report["schema"], serde_json::json!(NOTES));

        db.connect().batch("INSERT INTO users VALUES (3, 'anna', NULL)").expect("a doublet is possible here");
        let broken = instaseed(&["check", "--database-url", &db.url()]).run().expect(1);
        assert!(broken.stdout.contains("BROKEN usernames are unique"), "{}", broken.stdout);
    });
}

#[test]
fn a_missing_table_is_named() {
    with_variant(|db| {
        db.connect().batch("DROP TABLE photo_tags; DROP TABLE tags;").expect("tables can be dropped");
        let failed = instaseed(&["check", "--database-url", &db.url()]).run().expect(2);
        let told = "there is no table tags; there is no table photo_tags";
        assert!(failed.stderr.contains(told), "{}", failed.stderr);
    });
}

#[test]
fn a_key_that_is_missing_is_named() {
    each_engine(|db| {
        let tables = VARIANT
            .replace("\n        PRIMARY KEY (user_id, photo_id)", "\n        UNIQUE (user_id, photo_id)");
        let tables = tables.replace("created_dat", "created_at");
        db.connect().batch(&tables).expect("the tables can be made");
        let checked = instaseed(&["check", "--database-url", &db.url()]).run().expect(0);
        let told = "likes (user_id, photo_id) is not the primary key";
        assert!(checked.stdout.contains(told), "{}", checked.stdout);
    });
}

#[test]
fn the_tables_of_each_edition_do_not_differ_from_it() {
    for edition in ["course", "platform"] {
        each_engine(|db| {
            let url = db.url();
            let setup = ["--quiet", "setup", "--no-seed", "--edition", edition, "--database-url", &url];
            instaseed(&setup).run().expect(0);
            let checked = instaseed(&["check", "--json", "--database-url", &url]).run().expect(0);
            let report: serde_json::Value = serde_json::from_str(&checked.stdout).expect("one object");
            assert_eq!(report["edition"], edition);
            assert_eq!(report["schema"], serde_json::json!([]), "{:?}", db.engine());
        });
    }
}

#[test]
fn only_postgres_tells_names_apart_by_case() {
    each_engine(|db| {
        let tables = VARIANT.replace(
            "created_dat",
            if db.engine() == Engine::Postgres { "\"Created_At\"" } else { "Created_At" },
        );
        db.connect().batch(&tables).expect("the tables can be made");
        let code = if db.engine() == Engine::Postgres { 2 } else { 0 };
        let call = instaseed(&["check", "--database-url", &db.url()]).run().expect(code);
        if code == 2 {
            assert!(call.stderr.contains("photos has Created_At instead of created_at"), "{}", call.stderr);
            assert!(
                !call.stderr.contains("ALTER TABLE"),
                "no statement without quotes fits: {}",
                call.stderr
            );
        }
    });
}
