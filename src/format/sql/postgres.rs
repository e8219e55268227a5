//! SQL for PostgreSQL: its client `psql`.

use std::borrow::Cow;

use super::{Dialect, Spelling, is_control, quoted};
use crate::edition::Table;

/// SQL for PostgreSQL.
#[derive(Clone, Copy, Debug, Default)]
pub struct Postgres;

impl Dialect for Postgres {
    const SPELLING: Spelling = Spelling {
        name: "postgres",
        product: "PostgreSQL",
        // LOCAL: the end of the transaction brings the settings of the session back.
        begin: "\
BEGIN;
SET LOCAL client_encoding = 'UTF8';
SET LOCAL standard_conforming_strings = on;
SET LOCAL TimeZone = 'UTC';
",
        end: "COMMIT;\n",
        time_end: "+00",
        escape,
        text,
        count_on,
    };
}

/// `E'a\x0ab'`, which means the same with any setting of `standard_conforming_strings`.
fn escape(value: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(b"E'");
    for c in value.chars() {
        match c {
            '\\' => out.extend_from_slice(b"\\\\"),
            '\'' => out.extend_from_slice(b"''"),
            c if is_control(c) => out.extend_from_slice(format!("\\x{:02x}", c as u32).as_bytes()),
            c => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    out.push(b'\'');
}

fn text(literal: &str) -> Option<(Cow<'_, str>, &str)> {
    let Some(inside) = literal.strip_prefix("E'") else { return quoted(literal) };
    let mut text = String::new();
    let mut rest = inside;
    loop {
        let at = rest.find(['\'', '\\'])?;
        text.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(after) = rest.strip_prefix("\\\\") {
            text.push('\\');
            rest = after;
        } else if let Some(after) = rest.strip_prefix("\\x") {
            text.push(char::from(u8::from_str_radix(after.get(..2)?, 16).ok()?));
            rest = &after[2..];
        } else if let Some(after) = rest.strip_prefix("''") {
            text.push('\'');
            rest = after;
        } else {
            return Some((Cow::Owned(text), rest.strip_prefix('\'')?));
        }
    }
}

/// An identity column does not follow ids that are inserted. Its counter never moves back, and an empty table keeps it.
fn count_on(table: &Table) -> String {
    if !table.has_id() {
        return String::new();
    }
    let (name, id) = (table.name, table.id().name);
    let sequence = format!("pg_get_serial_sequence('{name}', '{id}')");
    format!(
        "DO $$ BEGIN PERFORM setval({sequence}, greatest(max({id}), nextval({sequence}))) FROM {name} HAVING count(*) > 0; END $$;\n"
    )
}
