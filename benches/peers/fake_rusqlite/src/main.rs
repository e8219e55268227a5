//! What a good programmer writes in an afternoon: fake's values, uniform keys, prepared statements, one transaction.
//!
//!     peer-fake-rusqlite FILE '{"users":800,"photos":9600,...}' [tuned]
//!
//! The tables are there already. `tuned` is what a second afternoon brings: pairs in the order of their key, a page cache
//! of 256 MB, and the secondary indexes made after the rows.

use std::collections::{HashMap, HashSet};

use fake::Fake;
use fake::faker::internet::en::Username;
use fake::faker::lorem::en::{Sentence, Word};
use rand::RngExt;
use rusqlite::{Connection, Transaction, params};

type Done = Result<(), Box<dyn std::error::Error>>;

/// 2020 to 2024, in seconds.
const TIMES: std::ops::Range<i64> = 1_577_836_800..1_735_689_600;

fn main() -> Done {
    let args: Vec<String> = std::env::args().collect();
    let counts: HashMap<String, i64> = serde_json::from_str(&args[2])?;
    let tuned = args.len() > 3;
    let mut connection = Connection::open(&args[1])?;
    if tuned {
        connection.pragma_update(None, "cache_size", -256 * 1024)?;
    }
    let transaction = connection.transaction()?;
    let indexes = if tuned { take_indexes(&transaction)? } else { Vec::new() };
    fill(&transaction, |table| counts[table], tuned)?;
    for index in indexes {
        transaction.execute_batch(&index)?;
    }
    transaction.commit()?;
    Ok(())
}

/// Drops the secondary indexes; returns the statements that make them again.
fn take_indexes(transaction: &Transaction) -> rusqlite::Result<Vec<String>> {
    let wanted = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    let found: Vec<(String, String)> = transaction
        .prepare(wanted)?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (name, _) in &found {
        transaction.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(found.into_iter().map(|(_, sql)| sql).collect())
}

fn fill(transaction: &Transaction, count: impl Fn(&str) -> i64, sorted: bool) -> Done {
    let mut rng = rand::rng();
    let (users, photos, tags) = (count("users"), count("photos"), count("tags"));

    let mut insert = transaction.prepare("INSERT INTO users VALUES (?, ?, datetime(?, 'unixepoch'))")?;
    for id in 1..=users {
        // Its names repeat: a number makes them unique.
        let name = format!("{}{id}", Username().fake::<String>());
        insert.execute(params![id, name, rng.random_range(TIMES)])?;
    }
    let mut insert = transaction.prepare("INSERT INTO photos VALUES (?, ?, ?, datetime(?, 'unixepoch'))")?;
    for id in 1..=photos {
        let url = format!("https://example.com/{id}.jpg");
        insert.execute(params![id, url, rng.random_range(1..=users), rng.random_range(TIMES)])?;
    }
    let mut insert =
        transaction.prepare("INSERT INTO comments VALUES (?, ?, ?, ?, datetime(?, 'unixepoch'))")?;
    for id in 1..=count("comments") {
        let (photo, user) = (rng.random_range(1..=photos), rng.random_range(1..=users));
        insert.execute(params![id, Sentence(3..8).fake::<String>(), photo, user, rng.random_range(TIMES)])?;
    }
    let mut insert = transaction.prepare("INSERT INTO likes VALUES (?, ?, datetime(?, 'unixepoch'))")?;
    for (user, photo) in pairs(count("likes"), users, photos, sorted) {
        insert.execute(params![user, photo, rng.random_range(TIMES)])?;
    }
    let mut insert = transaction.prepare("INSERT INTO follows VALUES (?, ?, datetime(?, 'unixepoch'))")?;
    for (follower, followee) in pairs(count("follows"), users, users, sorted) {
        insert.execute(params![follower, followee, rng.random_range(TIMES)])?;
    }
    let mut insert = transaction.prepare("INSERT INTO tags VALUES (?, ?, datetime(?, 'unixepoch'))")?;
    for id in 1..=tags {
        insert.execute(params![id, format!("{}{id}", Word().fake::<String>()), rng.random_range(TIMES)])?;
    }
    let mut insert = transaction.prepare("INSERT INTO photo_tags VALUES (?, ?)")?;
    for (photo, tag) in pairs(count("photo_tags"), photos, tags, sorted) {
        insert.execute(params![photo, tag])?;
    }
    Ok(())
}

/// Distinct pairs: the pair is the key.
fn pairs(count: i64, left: i64, right: i64, sorted: bool) -> Vec<(i64, i64)> {
    let mut rng = rand::rng();
    let mut seen = HashSet::new();
    while (seen.len() as i64) < count {
        seen.insert((rng.random_range(1..=left), rng.random_range(1..=right)));
    }
    let mut pairs: Vec<_> = seen.into_iter().collect();
    if sorted {
        pairs.sort_unstable();
    }
    pairs
}
