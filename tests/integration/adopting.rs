//! A course database that another tool made, taken over with the statements of migrations/README.md.

use instaseed::database::Engine;

use crate::reference::REFERENCE;
use crate::support::{Finished, TestDb, each_engine, on, one, rows, sql};

/// Rows as the course's own file has them: no ids, no times.
const ROWS: &str = "
    INSERT INTO users (username) VALUES ('ann'), ('b.c');
    INSERT INTO photos (image_url, user_id) VALUES ('a.jpg', 1), ('b.mp4', 2);
    INSERT INTO comments (comment_text, user_id, photo_id) VALUES ('nice', 2, 1);
    INSERT INTO likes (user_id, photo_id) VALUES (1, 2), (2, 1);
    INSERT INTO follows (follower_id, followee_id) VALUES (1, 2);
    INSERT INTO tags (tag_name) VALUES ('sun');
    INSERT INTO photo_tags (photo_id, tag_id) VALUES (1, 1)";

/// The course's SQL as its own engine reads it, and as somebody writes it for the others.
fn reference(engine: Engine) -> String {
    match engine {
        Engine::Mysql => REFERENCE.to_owned(),
        Engine::Postgres => REFERENCE.replace("INTEGER AUTO_INCREMENT", "SERIAL"),
        Engine::Sqlite => REFERENCE
            .replace("INTEGER AUTO_INCREMENT PRIMARY KEY", "INTEGER PRIMARY KEY AUTOINCREMENT")
            .replace("NOW()", "CURRENT_TIMESTAMP"),
    }
}

fn documented() -> String {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/README.md");
    let page = std::fs::read_to_string(page).expect("the page is there");
    let section = page.split("## Adopting a course database").nth(1).expect("a section");
    let block = section.split("```sql\n").nth(1).and_then(|rest| rest.split("```").next());
    block.expect("a block").to_owned()
}

fn way_outs(refused: &Finished) -> Vec<String> {
    let lines = refused.stderr.lines().map(str::trim);
    lines.filter(|line| line.starts_with("ALTER TABLE")).map(str::to_owned).collect()
}

#[test]
fn the_documented_statements_adopt_a_course_database() {
    each_engine(|db: &TestDb| {
        sql(db, &reference(db.engine()));
        sql(db, ROWS);
        for verb in ["migrate up", "setup", "reset --yes"] {
            let refused = on(db, verb).expect(2);
            assert!(refused.stderr.contains("\"Adopting a course database\""), "{}", refused.stderr);
        }
        on(db, "check").expect(0);
        let before = rows(&mut db.connect());

        sql(db, &documented());
        let applied = on(db, "migrate up").expect(0).stdout;
        assert!(applied.contains("1 migration run; the database is at edition course"), "{applied}");
        let doctor = on(db, "doctor").expect(0).stdout;
        assert!(!doctor.contains("BAD"), "{doctor}");
        on(db, "check").expect(0);
        let same = |after: crate::support::Rows| {
            before.iter().for_each(|(table, rows)| assert_eq!(after[table], *rows, "{table}"));
        };
        same(rows(&mut db.connect()));

        // To the platform and back, behind the statements that the refusal prints.
        if db.engine() == Engine::Mysql {
            let refused = on(db, "migrate to platform").expect(2);
            way_outs(&refused).iter().for_each(|statement| sql(db, statement));
        }
        on(db, "migrate to platform").expect(0);
        on(db, "check").expect(0);
        on(db, "migrate to course --yes").expect(0);
        assert_eq!(one(&mut db.connect(), "username", "FROM users WHERE id = 2").as_deref(), Some("b.c"));
        if db.engine() != Engine::Postgres {
            same(rows(&mut db.connect()));
        }
        on(db, "seed --append --profile tiny").expect(0);
    });
}
