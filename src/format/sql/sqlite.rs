//! SQL for SQLite: the shell `sqlite3`, and every library that runs a script.

use std::borrow::Cow;

use super::{Dialect, Spelling, is_control, quote, quoted};

/// SQL for SQLite.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sqlite;

impl Dialect for Sqlite {
    const SPELLING: Spelling = Spelling {
        name: "sqlite",
        product: "SQLite",
        begin: "BEGIN;\n",
        end: "COMMIT;\n",
        time_end: "",
        escape,
        text,
        // AUTOINCREMENT follows the ids of the rows.
        count_on: |_| String::new(),
    };
}

/// `'a'||char(10)||'b'`, because SQLite has no escapes, and a blob would depend on the encoding of the database.
fn escape(value: &str, out: &mut Vec<u8>) {
    let mut rest = value;
    let mut first = true;
    while !rest.is_empty() {
        if !first {
            out.extend_from_slice(b"||");
        }
        first = false;
        let end = rest.find(is_control).unwrap_or(rest.len());
        if end > 0 {
            quote(&rest[..end], out);
            rest = &rest[end..];
            continue;
        }
        // An older SQLite takes at most 100 arguments.
        let end = rest.char_indices().position(|(at, c)| at == 100 || !is_control(c)).unwrap_or(rest.len());
        let codes: Vec<_> = rest[..end].bytes().map(|byte| byte.to_string()).collect();
        out.extend_from_slice(format!("char({})", codes.join(",")).as_bytes());
        rest = &rest[end..];
    }
}

fn text(literal: &str) -> Option<(Cow<'_, str>, &str)> {
    let (mut text, mut rest) = part(literal)?;
    while let Some(next) = rest.strip_prefix("||") {
        let (more, after) = part(next)?;
        text.to_mut().push_str(&more);
        rest = after;
    }
    Some((text, rest))
}

fn part(literal: &str) -> Option<(Cow<'_, str>, &str)> {
    let Some(codes) = literal.strip_prefix("char(") else { return quoted(literal) };
    let (codes, rest) = codes.split_once(')')?;
    let letter = |code: &str| code.parse().ok().and_then(char::from_u32);
    Some((Cow::Owned(codes.split(',').map(letter).collect::<Option<String>>()?), rest))
}
