//! What the platform's database enforces by itself, the same on every engine: names, addresses, media, comments,
//! likes, cascades, and `updated_at`.

use instaseed::database::Db;

use crate::support::{each_engine, edition, one, up_to};

/// One person, one post with one medium, one comment, one like, all made long ago.
const BASE: &str = "
INSERT INTO users (user_id, username, email, password_hash, created_at, updated_at)
    VALUES (1, 'anna', 'anna@example.com', '!', '2020-01-01 00:00:00', '2020-01-01 00:00:00'),
    (2, 'ben', 'ben@example.com', '!', '2020-01-01 00:00:00', '2020-01-01 00:00:00');
INSERT INTO posts (post_id, user_id, content, created_at, updated_at)
    VALUES (1, 1, 'text', '2020-01-01 00:00:00', '2020-01-01 00:00:00');
INSERT INTO media (media_id, post_id, media_url, media_type, media_order) VALUES (1, 1, 'u', 'IMAGE', 1);
INSERT INTO comments (comment_id, post_id, user_id, content, created_at, updated_at)
    VALUES (1, 1, 2, 'text', '2020-01-01 00:00:00', '2020-01-01 00:00:00');
INSERT INTO likes (like_id, post_id, user_id) VALUES (1, 1, 2);
INSERT INTO follows (follower_id, followee_id) VALUES (2, 1);
INSERT INTO tags (id, tag_name) VALUES (1, 'sun');
INSERT INTO post_tags (post_id, tag_id) VALUES (1, 1);";

fn platform(test: &crate::support::TestDb) -> Db {
    let mut db = test.connect();
    up_to(&mut db, &edition("platform"));
    db.batch(BASE).unwrap();
    db
}

fn user(name: &str, email: &str) -> String {
    format!(
        "INSERT INTO users (user_id, username, email, password_hash) VALUES (9, '{name}', '{email}', '!')"
    )
}

#[test]
fn what_breaks_a_rule_is_refused() {
    let (name_51, comment_501) = ("n".repeat(51), "c".repeat(501));
    let medium = |kind: &str, order: &str| {
        format!(
            "INSERT INTO media (post_id, media_url, media_type, media_order) VALUES (1, 'u', '{kind}', {order})"
        )
    };
    let comment =
        |text: &str| format!("INSERT INTO comments (post_id, user_id, content) VALUES (1, 1, '{text}')");
    let mut refused: Vec<String> =
        ["ab", "", "a.b", "a b", "ann\n", "annä", "ſab", "\u{212a}elvin", "Anna", "ANNA", &name_51]
            .iter()
            .map(|name| user(name, "new@example.com"))
            .collect();
    refused.extend(
        ["", "a", "@b.de", "a@b", "a@@b.de", "a@b@c.de", "a b@c.de", "a@.de", "anna@example.com"]
            .iter()
            .map(|email| user("fine", email)),
    );
    refused.extend([medium("IMAGE", "0"), medium("IMAGE", "11"), medium("IMAGE", "1"), medium("SOUND", "2")]);
    refused.extend([comment(""), comment(&comment_501)]);
    refused.extend(
        [
            "INSERT INTO likes (post_id, user_id) VALUES (1, 2)",
            "INSERT INTO posts (user_id) VALUES (77)",
            "INSERT INTO posts (user_id) VALUES (NULL)",
            "INSERT INTO post_tags (post_id, tag_id) VALUES (1, 7)",
            "UPDATE users SET email = NULL WHERE user_id = 1",
        ]
        .map(str::to_owned),
    );
    each_engine(|test| {
        let mut db = platform(test);
        for statement in &refused {
            assert!(db.batch(statement).is_err(), "{} takes {statement}", test.engine());
        }
    });
}

#[test]
fn what_keeps_the_rules_is_taken() {
    let name_50 = "N_9".repeat(16) + "xx";
    let allowed = [
        user(&name_50, "new@example.com"),
        "DELETE FROM users WHERE user_id = 9".to_owned(),
        user("abc", "first.last+tag@sub.example.co.uk"),
        "INSERT INTO media (media_id, post_id, media_url, media_type, media_order) VALUES (2, 1, 'u', 'VIDEO', 10)"
            .to_owned(),
        format!("INSERT INTO comments (comment_id, post_id, user_id, content) VALUES (2, 1, 1, '{}')", "é".repeat(500)),
        "INSERT INTO comments (comment_id, post_id, user_id, content) VALUES (3, 1, 1, ' ')".to_owned(),
        "INSERT INTO posts (post_id, user_id) VALUES (5, 1)".to_owned(),
    ];
    each_engine(|test| {
        let mut db = platform(test);
        for statement in &allowed {
            db.batch(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        }
    });
}

fn count(db: &mut Db, table: &str) -> String {
    one(db, "count(*)", &format!("FROM {table}")).unwrap()
}

#[test]
fn what_hangs_on_a_row_goes_with_it_and_follows_its_key() {
    each_engine(|test| {
        let mut db = platform(test);
        db.batch(
            "UPDATE users SET user_id = 5 WHERE user_id = 1; UPDATE posts SET post_id = 6 WHERE post_id = 1;",
        )
        .unwrap();
        for (column, table, key) in [
            ("user_id", "posts", "5"),
            ("followee_id", "follows", "5"),
            ("post_id", "media", "6"),
            ("post_id", "comments", "6"),
            ("post_id", "likes", "6"),
            ("post_id", "post_tags", "6"),
        ] {
            assert_eq!(one(&mut db, column, &format!("FROM {table}")).as_deref(), Some(key), "{table}");
        }
        db.batch("DELETE FROM users WHERE user_id = 5").unwrap();
        for table in ["posts", "media", "comments", "likes", "follows", "post_tags"] {
            assert_eq!(count(&mut db, table), "0", "{table}");
        }
        assert_eq!((count(&mut db, "users"), count(&mut db, "tags")), ("1".into(), "1".into()));
    });
}

#[test]
fn updated_at_moves_when_something_else_has_changed_and_only_then() {
    const OLD: &str = "2020-01-01 00:00:00";
    each_engine(|test| {
        let mut db = platform(test);
        let mut after = |update: &str, table: &str, key: &str| {
            let reset = format!("UPDATE {table} SET updated_at = '{OLD}' WHERE {key} = 1");
            db.batch(&format!("{update} WHERE {key} = 1")).unwrap();
            let moved = one(&mut db, "updated_at", &format!("FROM {table} WHERE {key} = 1")).unwrap();
            db.batch(&reset).unwrap();
            assert_eq!(moved.len(), OLD.len(), "whole seconds: {moved}");
            moved
        };
        for (update, table, key) in [
            ("UPDATE users SET full_name = 'A'", "users", "user_id"),
            ("UPDATE users SET full_name = NULL", "users", "user_id"),
            ("UPDATE users SET username = 'ANNA'", "users", "user_id"),
            ("UPDATE posts SET content = NULL", "posts", "post_id"),
            ("UPDATE comments SET content = 'other'", "comments", "comment_id"),
        ] {
            assert!(after(update, table, key).as_str() > "2026", "{update} does not move it");
        }
        for (update, table, key) in [
            ("UPDATE users SET username = username", "users", "user_id"),
            ("UPDATE users SET full_name = NULL", "users", "user_id"),
            ("UPDATE comments SET content = 'other'", "comments", "comment_id"),
        ] {
            assert_eq!(after(update, table, key), OLD, "{update}");
        }
        let given = "2021-05-05 05:05:05";
        let update = format!("UPDATE posts SET content = 'new', updated_at = '{given}'");
        assert_eq!(after(&update, "posts", "post_id"), given);
    });
}
