//! The statements that remove an index and put it back. SQLite stores the text as it was typed, and anyone who
//! can write the file can put anything there: only a single `CREATE INDEX` of this name on this table is run.

use crate::database::sqlite::{literal, quote};
use crate::edition::Table;
use crate::sink::bulk::tokens::{Lexis, Reader};
use crate::sink::bulk::{Kept, Parked, Stage};

const LEXIS: Lexis = Lexis {
    names: &[('"', '"'), ('`', '`'), ('[', ']')],
    bare_names: true,
    backslashes: false,
    escape_strings: false,
    versioned: false,
    text_names: true,
    comments: true,
};

/// The text before the first semicolon: SQLite itself reads no more of it.
pub(super) fn first_statement(sql: &str) -> Option<String> {
    let mut reader = Reader::new(sql, &LEXIS)?;
    loop {
        reader.item();
        let Some(end) = reader.position() else { return Some(sql.trim_end().to_owned()) };
        if reader.sign(';') {
            return Some(sql[..end].trim_end().to_owned());
        }
        if !reader.sign(',') {
            return None;
        }
    }
}

/// `None` if the definition is not that of this index.
pub(super) fn statements(kept: Kept, tables: &[&'static Table]) -> Option<Parked> {
    let is_ours = tables.iter().any(|table| table.name == kept.table);
    if kept.stage != Stage::Index || !kept.schema.is_empty() || !is_ours || !is_index(&kept) {
        return None;
    }
    Some(Parked {
        drop: format!("DROP INDEX main.{}", quote(&kept.name)),
        restore: kept.definition.clone(),
        present: format!(
            "SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = {}",
            literal(&kept.name)
        ),
        kept,
    })
}

fn is_index(kept: &Kept) -> bool {
    let Some(mut reader) = Reader::new(&kept.definition, &LEXIS) else { return false };
    let opened = reader.words("CREATE UNIQUE INDEX") || reader.words("CREATE INDEX");
    let _ = reader.words("IF NOT EXISTS");
    let is_main =
        |schema: &Option<String>| schema.as_ref().is_none_or(|name| name.eq_ignore_ascii_case("main"));
    let named = reader
        .qualified()
        .is_some_and(|(schema, name)| is_main(&schema) && name.eq_ignore_ascii_case(&kept.name));
    let on = reader.words("ON")
        && reader.name().is_some_and(|table| table.eq_ignore_ascii_case(&kept.table))
        && reader.parenthesised();
    opened && named && on && (reader.at_end() || reader.words("WHERE") && reader.rest())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edition::Edition;

    fn made(name: &str, definition: &str) -> Option<Parked> {
        let definition = first_statement(definition)?;
        let (schema, table) = (String::new(), "likes".to_owned());
        let kept = Kept { stage: Stage::Index, schema, table, name: name.into(), definition };
        let tables: Vec<_> = Edition::Course.tables().iter().collect();
        statements(kept, &tables)
    }

    #[test]
    fn an_index_comes_back_as_it_was_typed() {
        let typed = "create unique index if not exists [a \"b] on \"likes\" (user_id DESC, 'x;' || photo_id) -- why\n where user_id > 1";
        let parked = made("a \"b", typed).unwrap();
        assert_eq!(parked.restore, typed);
        assert_eq!(parked.drop, "DROP INDEX main.\"a \"\"b\"");
    }

    #[test]
    fn a_second_statement_is_left_out_and_another_kind_refused() {
        let hidden = "CREATE INDEX i ON likes(user_id); COMMIT; VACUUM INTO 'x'; BEGIN";
        assert_eq!(made("i", hidden).unwrap().restore, "CREATE INDEX i ON likes(user_id)");
        for odd in [
            "CREATE TABLE i (a)",
            "CREATE INDEX other ON likes(user_id)",
            "CREATE INDEX i ON users(id)",
            "CREATE INDEX temp.i ON likes(user_id)",
            "VACUUM INTO 'x'",
            "CREATE INDEX i ON likes(user_id",
            "",
        ] {
            assert_eq!(made("i", odd), None, "{odd}");
        }
    }
}
