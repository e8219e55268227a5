//! SQLite's catalogue: its pragmas and, for what they do not show (checks, collations,
//! AUTOINCREMENT), the text of the CREATE TABLE statement, read with a small tokenizer.

use super::{Catalogue, Cells, Column, ForeignKey, Questions, Table, squeeze, text};
use crate::database::Result;

pub(in crate::database) const TABLES: &str =
    "SELECT name AS a, NULL AS b, NULL AS c, NULL AS d, NULL AS e, NULL AS f, NULL AS g, NULL AS h
FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

const SCHEMA: &str = "SELECT m.type AS a, m.name AS b, m.tbl_name AS c, m.sql AS d,
    (SELECT CAST(l.wr AS TEXT) FROM pragma_table_list(m.name) l WHERE l.schema = 'main') AS e,
    (SELECT CAST(l.strict AS TEXT) FROM pragma_table_list(m.name) l WHERE l.schema = 'main') AS f,
    NULL AS g, NULL AS h
FROM sqlite_schema m WHERE m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.type = 'table' DESC, m.name";

const COLUMNS: &str =
    "SELECT m.name AS a, c.name AS b, c.type AS c, CAST(c.\"notnull\" AS TEXT) AS d, c.dflt_value AS e,
    CAST(c.pk AS TEXT) AS f, CAST(c.hidden AS TEXT) AS g, NULL AS h
FROM sqlite_schema m, pragma_table_xinfo(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid";

const INDEXES: &str = "SELECT m.name AS a, i.name AS b, CAST(i.\"unique\" AS TEXT) AS c, x.name AS d, CAST(x.desc AS TEXT) AS e,
    s.sql AS f, i.origin AS g, x.coll AS h
FROM sqlite_schema m, pragma_index_list(m.name) i, pragma_index_xinfo(i.name) x
LEFT JOIN sqlite_schema s ON s.name = i.name
WHERE m.type = 'table' AND x.key = 1 AND i.origin <> 'pk' ORDER BY m.name, i.name, x.seqno";

const FOREIGN_KEYS: &str =
    "SELECT m.name AS a, CAST(k.id AS TEXT) AS b, k.\"from\" AS c, k.\"table\" AS d, k.\"to\" AS e,
    k.on_delete AS f, k.on_update AS g, NULL AS h
FROM sqlite_schema m, pragma_foreign_key_list(m.name) k WHERE m.type = 'table' ORDER BY m.name, k.id, k.seq";

/// What DDL can change, as lines. Their digest is stored in the ledgers of half-applied databases:
/// if the query changed, an interrupted statement would be taken for one that has run.
pub(crate) const DDL: &str = "SELECT type || '|' || name || '|' || tbl_name || '|' || coalesce(sql, '') AS line FROM sqlite_master ORDER BY type, name";

pub(in crate::database) fn read(db: &mut dyn Questions) -> Result<Catalogue> {
    let mut catalogue = Catalogue::default();
    for row in db.cells(SCHEMA)? {
        let (name, owner, sql) = (text(row.b), text(row.c), text(row.d));
        match row.a.as_deref() {
            Some("table") => {
                let mut table = Table::default();
                table.options.extend((row.e.as_deref() == Some("1")).then(|| "without rowid".to_owned()));
                table.options.extend((row.f.as_deref() == Some("1")).then(|| "strict".to_owned()));
                catalogue.tables.insert(name, table);
            }
            Some("trigger") => {
                if let Some(table) = catalogue.tables.get_mut(&owner) {
                    table.triggers.insert(name, normal(&sql));
                }
            }
            Some("view") => {
                catalogue.objects.insert(format!("view {name}"), normal(&sql));
            }
            _ => {}
        }
    }
    for row in db.cells(COLUMNS)? {
        let Some(table) = row.a.as_ref().and_then(|name| catalogue.tables.get_mut(name)) else { continue };
        add_column(table, row);
    }
    for row in db.cells(INDEXES)? {
        let Some(table) = row.a.as_ref().and_then(|name| catalogue.tables.get_mut(name)) else { continue };
        add_index(table, row);
    }
    let mut last = None;
    for row in db.cells(FOREIGN_KEYS)? {
        let key = (row.a.clone(), row.b.clone());
        let Some(table) = row.a.as_ref().and_then(|name| catalogue.tables.get_mut(name)) else { continue };
        if last.as_ref() != Some(&key) {
            table.foreign_keys.push(ForeignKey {
                columns: Vec::new(),
                parent: text(row.d),
                parent_columns: Vec::new(),
                on_delete: text(row.f).to_lowercase(),
                on_update: text(row.g).to_lowercase(),
                name: String::new(),
            });
        }
        last = Some(key);
        if let Some(foreign_key) = table.foreign_keys.last_mut() {
            foreign_key.columns.push(text(row.c));
            foreign_key.parent_columns.extend(row.e);
        }
    }
    for row in db.cells(SCHEMA)? {
        if row.a.as_deref() == Some("table")
            && let Some(table) = row.b.as_ref().and_then(|name| catalogue.tables.get_mut(name))
        {
            read_statement(table, &text(row.d));
        }
    }
    Ok(catalogue)
}

fn add_column(table: &mut Table, row: Cells) {
    let name = text(row.b);
    let place: usize = text(row.f).parse().unwrap_or(0);
    if place > 0 {
        // rows are in the table's order, but the key has a separate order
        if table.primary_key.len() < place {
            table.primary_key.resize(place, String::new());
        }
        table.primary_key[place - 1].clone_from(&name);
    }
    let extra = match row.g.as_deref() {
        Some("2") => vec!["generated virtual".to_owned()],
        Some("3") => vec!["generated stored".to_owned()],
        _ => Vec::new(),
    };
    let nullable = row.d.as_deref() == Some("0");
    let default = row.e.map(|default| normal(&default));
    table.columns.push(Column { name, kind: squeeze(&text(row.c)).to_lowercase(), nullable, default, extra });
}

fn add_index(table: &mut Table, row: Cells) {
    let sql = row.f.as_deref().unwrap_or_default();
    let origin = row.g.as_deref().unwrap_or_default().to_owned();
    let mut name = text(row.b);
    // SQLite numbers the index of a UNIQUE constraint by its position among the table's indexes
    if origin == "u" {
        name = format!("(unique #{:0>2})", name.rsplit('_').next().unwrap_or_default());
    }
    let index = table.indexes.entry(name).or_default();
    index.unique = row.c.as_deref() == Some("1");
    let collation = row.h.filter(|c| c != "BINARY").map(|c| format!(" collate {}", c.to_lowercase()));
    let descending = if row.e.as_deref() == Some("1") { " desc" } else { "" };
    let column = row.d.unwrap_or_else(|| "(expression)".to_owned());
    index.columns.push(format!("{column}{}{descending}", collation.unwrap_or_default()));
    // expressions and conditions are only in the statement
    let special =
        column == "(expression)" || tokens(sql).iter().any(|token| token.eq_ignore_ascii_case("where"));
    if special && index.extra.is_empty() {
        index.extra.push(normal(sql));
    }
}

/// Extracts checks, collations and AUTOINCREMENT from a CREATE TABLE statement.
fn read_statement(table: &mut Table, sql: &str) {
    let tokens = tokens(sql);
    let mut depth = 0;
    let mut column: Option<usize> = None;
    let mut begins = false;
    let mut constraint: Option<&str> = None;
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at].as_str();
        match token {
            "(" => {
                depth += 1;
                begins = depth == 1;
                at += 1;
                continue;
            }
            ")" => depth -= 1,
            "," if depth == 1 => {
                begins = true;
                constraint = None;
                at += 1;
                continue;
            }
            _ if depth == 1 => {
                let word = token.to_ascii_lowercase();
                if begins {
                    column = table.columns.iter().position(|c| c.name == unquote(token));
                    if matches!(word.as_str(), "constraint" | "primary" | "unique" | "check" | "foreign") {
                        column = None;
                    }
                }
                let next = tokens.get(at + 1).map(String::as_str);
                match (word.as_str(), next) {
                    ("constraint", Some(name)) => constraint = Some(name),
                    ("autoincrement", _) => table.options.push("autoincrement".to_owned()),
                    ("collate", Some(name)) => {
                        if let Some(column) = column {
                            table.columns[column]
                                .extra
                                .push(format!("collate {}", unquote(name).to_lowercase()));
                        }
                    }
                    ("check", Some("(")) => {
                        let end = closing(&tokens, at + 1);
                        let name = constraint.take().map(unquote).unwrap_or_default();
                        table.checks.push((name, join(tokens.get(at + 2..end).unwrap_or_default())));
                        at = end + 1;
                        begins = false;
                        continue;
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        begins = false;
        at += 1;
    }
}

/// The position of the parenthesis that closes the one at `open`.
fn closing(tokens: &[String], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "(" => depth += 1,
            ")" if depth == 1 => return at,
            ")" => depth -= 1,
            _ => {}
        }
    }
    tokens.len() - 1
}

/// A statement without comments and layout, with no needless quotes around names.
fn normal(sql: &str) -> String {
    join(&tokens(sql))
}

fn join(tokens: &[String]) -> String {
    tokens.iter().map(|token| plain(token)).collect::<Vec<_>>().join(" ")
}

/// Removes quotes from a name that does not need them; leaves any other token as it is.
fn plain(token: &str) -> String {
    let name = unquote(token);
    let simple = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if simple && !token.starts_with('\'') { name } else { token.to_owned() }
}

fn unquote(token: &str) -> String {
    match token.as_bytes() {
        [b'"', .., b'"'] => token[1..token.len() - 1].replace("\"\"", "\""),
        [b'`', .., b'`'] => token[1..token.len() - 1].replace("``", "`"),
        [b'[', .., b']'] => token[1..token.len() - 1].to_owned(),
        _ => token.to_owned(),
    }
}

/// Characters that form one operator together.
const OPERATORS: &str = "<>=!|";

/// Words, quoted texts and single characters; comments and white space are skipped.
fn tokens(sql: &str) -> Vec<String> {
    let chars: Vec<char> = sql.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let start = at;
        let c = chars[at];
        let next = chars.get(at + 1).copied();
        if c.is_whitespace() {
            at += 1;
            continue;
        } else if c == '-' && next == Some('-') {
            while at < chars.len() && chars[at] != '\n' {
                at += 1;
            }
            continue;
        } else if c == '/' && next == Some('*') {
            at += 2;
            while at < chars.len() && !(chars[at - 1] == '*' && chars[at] == '/' && at > start + 2) {
                at += 1;
            }
            at += 1;
            continue;
        } else if matches!(c, '\'' | '"' | '`' | '[') {
            let end = if c == '[' { ']' } else { c };
            at += 1;
            while at < chars.len() {
                if chars[at] == end {
                    if c != '[' && chars.get(at + 1) == Some(&end) {
                        at += 1;
                    } else {
                        break;
                    }
                }
                at += 1;
            }
            at += 1;
        } else if c.is_alphanumeric() || c == '_' {
            while at < chars.len() && (chars[at].is_alphanumeric() || chars[at] == '_' || chars[at] == '.') {
                at += 1;
            }
        } else if OPERATORS.contains(c) {
            while at < chars.len() && OPERATORS.contains(chars[at]) {
                at += 1;
            }
        } else {
            at += 1;
        }
        tokens.push(chars[start..at.min(chars.len())].iter().collect());
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layout_comments_and_needless_quotes_do_not_show() {
        assert_eq!(normal("CREATE  TABLE \"t\" (a -- why\n INT /* b */)"), normal("CREATE TABLE t(a INT)"));
        assert_ne!(normal("CHECK (a <> 'x')"), normal("CHECK (a <> \"x\")"));
        assert_eq!(normal("'it''s'"), "'it''s'");
    }

    #[test]
    fn checks_and_collations_come_from_the_statement() {
        let column = |name: &str| Column {
            name: name.into(),
            kind: "text".into(),
            nullable: false,
            default: None,
            extra: Vec::new(),
        };
        let mut table = Table { columns: vec![column("id"), column("check_in")], ..Table::default() };
        read_statement(
            &mut table,
            "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, \"check_in\" TEXT COLLATE NOCASE CHECK (length(check_in) > 0),
             CONSTRAINT long CHECK (id IN (1, 2) AND check_in <> ')'), UNIQUE (check_in))",
        );
        assert_eq!(table.options, ["autoincrement"]);
        assert_eq!(table.columns[1].extra, ["collate nocase"]);
        assert_eq!(
            table.checks,
            [
                (String::new(), "length ( check_in ) > 0".to_owned()),
                ("long".to_owned(), "id IN ( 1 , 2 ) AND check_in <> ')'".to_owned())
            ]
        );
    }

    /// SQLite accepts statements that this tokenizer splits differently, and a file may contain anything.
    #[test]
    fn no_text_makes_the_reader_stumble() {
        let pieces = [
            "(",
            ")",
            ",",
            "CHECK",
            " check (",
            "CONSTRAINT ",
            "collate ",
            "autoincrement",
            "'",
            "\"",
            "`",
            "[",
            "]",
            "--",
            "/*",
            "*/",
            "\n",
            "é",
            "🥗",
            "$",
            "a",
            "1",
            "<>",
            "|",
            " ",
            ";",
        ];
        let mut state = 1u64;
        let mut texts =
            vec!["(CHECK (".to_owned(), "CREATE VIRTUAL TABLE t USING fts4(a, $check(--))".to_owned()];
        for _ in 0..20_000 {
            let mut text = String::new();
            for _ in 0..10 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                text.push_str(pieces[(state >> 33) as usize % pieces.len()]);
            }
            texts.push(text);
        }
        for text in texts {
            read_statement(&mut Table::default(), &text);
            let _ = normal(&text);
        }
    }
}
