//! SQL for MySQL and MariaDB: their clients `mysql` and `mariadb`.

use std::borrow::Cow;

use super::{Dialect, Spelling, quoted};

/// SQL for MySQL and MariaDB.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mysql;

impl Dialect for Mysql {
    const SPELLING: Spelling = Spelling {
        name: "mysql",
        product: "MySQL and MariaDB",
        begin: "\
SET @instaseed_client = @@character_set_client, @instaseed_results = @@character_set_results,
    @instaseed_collation = @@collation_connection, @instaseed_zone = @@time_zone, @instaseed_mode = @@sql_mode,
    @instaseed_safe = @@sql_safe_updates;
SET NAMES utf8mb4;
SET time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION';
START TRANSACTION;
",
        end: "\
COMMIT;
SET character_set_client = @instaseed_client, character_set_results = @instaseed_results,
    collation_connection = @instaseed_collation, time_zone = @instaseed_zone, sql_mode = @instaseed_mode,
    sql_safe_updates = @instaseed_safe;
",
        time_end: "",
        escape,
        text,
        // AUTO_INCREMENT follows the ids of the rows.
        count_on: |_| String::new(),
    };
}

/// `_utf8mb4 x'610a62'`, which means the same whether or not backslashes escape, and which no client changes.
fn escape(value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(INTRODUCER.as_bytes());
    value.bytes().for_each(|byte| out.extend_from_slice(format!("{byte:02x}").as_bytes()));
    out.push(b'\'');
}

const INTRODUCER: &str = "_utf8mb4 x'";

fn text(literal: &str) -> Option<(Cow<'_, str>, &str)> {
    let Some(digits) = literal.strip_prefix(INTRODUCER) else { return quoted(literal) };
    let (digits, rest) = digits.split_once('\'')?;
    if !digits.is_ascii() {
        return None;
    }
    let (pairs, odd) = digits.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(str::from_utf8(pair).ok()?, 16).ok();
    let bytes = pairs.iter().map(byte).collect::<Option<Vec<u8>>>().filter(|_| odd.is_empty())?;
    Some((Cow::Owned(String::from_utf8(bytes).ok()?), rest))
}
