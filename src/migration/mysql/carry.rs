//! MySQL and MariaDB: finds the user's objects that our steps would break, in `information_schema`.
//!
//! When a table or column is renamed, the server rewrites foreign keys and nothing else: a view, trigger, routine
//! or event that mentions an old name breaks silently. So their texts are searched for the names that change.

use std::collections::BTreeMap;

use diesel::QueryResult;

use crate::database::MysqlConnection;
use crate::database::mysql::quote;
use crate::migration::bookkeeping::{LedgerStore, cells};
use crate::migration::carry::Carrier;
use crate::migration::carry::way::{Surroundings, Way};
use crate::migration::carry::words::identifiers;
use crate::migration::carry::{is_our_key, literals, model, own, renamed_keys};
use crate::migration::lexer::Lexis;
use crate::migration::mysql::LEXIS;
use crate::migration::session::Session;
use crate::migration::{Direction, Obstacle};

/// Texts that the server stores: kind, name, the table that a trigger, check or column belongs to,
/// the `sql_mode` it was written under (empty if the server generates the text), text.
const TEXTS: [&str; 5] = [
    "SELECT CAST(JSON_ARRAY('view', TABLE_NAME, '', '', VIEW_DEFINITION) AS CHAR) AS line FROM information_schema.VIEWS \
     WHERE TABLE_SCHEMA = DATABASE()",
    "SELECT CAST(JSON_ARRAY('trigger', TRIGGER_NAME, EVENT_OBJECT_TABLE, SQL_MODE, ACTION_STATEMENT) AS CHAR) AS line \
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()",
    "SELECT CAST(JSON_ARRAY(LOWER(ROUTINE_TYPE), ROUTINE_NAME, '', SQL_MODE, ROUTINE_DEFINITION) AS CHAR) AS line \
     FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION')",
    "SELECT CAST(JSON_ARRAY('event', EVENT_NAME, '', SQL_MODE, EVENT_DEFINITION) AS CHAR) AS line FROM information_schema.EVENTS \
     WHERE EVENT_SCHEMA = DATABASE()",
    "SELECT CAST(JSON_ARRAY('column', CONCAT(TABLE_NAME, '.', COLUMN_NAME), TABLE_NAME, '', GENERATION_EXPRESSION) AS CHAR) AS line \
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COALESCE(GENERATION_EXPRESSION, '') <> ''",
];

const CHECKS: &str = "SELECT CAST(JSON_ARRAY('check', t.CONSTRAINT_NAME, t.TABLE_NAME, '', c.CHECK_CLAUSE) AS CHAR) AS line \
     FROM information_schema.TABLE_CONSTRAINTS t JOIN information_schema.CHECK_CONSTRAINTS c \
     ON c.CONSTRAINT_SCHEMA = t.CONSTRAINT_SCHEMA AND c.CONSTRAINT_NAME = t.CONSTRAINT_NAME \
     WHERE t.TABLE_SCHEMA = DATABASE() AND t.CONSTRAINT_TYPE = 'CHECK'";

impl Carrier for MysqlConnection {
    fn surroundings(&mut self) -> QueryResult<Surroundings> {
        let columns = self.lines(
            "SELECT CAST(JSON_ARRAY(c.TABLE_NAME, c.COLUMN_NAME) AS CHAR) AS line FROM information_schema.COLUMNS c \
             JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME \
             WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE' ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION",
        )?;
        let views = self.lines(
            "SELECT TABLE_NAME AS line FROM information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE()",
        )?;
        Surroundings::from_lines(&columns, views)
    }

    fn obstacles(&mut self, way: &Way<'_>) -> QueryResult<Vec<Obstacle>> {
        obstacles(self, way)
    }

    fn belongings(&mut self, table: &str) -> QueryResult<Vec<(String, String)>> {
        belongings(self, table)
    }
}

fn obstacles(session: &mut dyn Session, way: &Way<'_>) -> QueryResult<Vec<Obstacle>> {
    let mut found = Vec::new();
    for query in TEXTS.into_iter().chain([CHECKS]) {
        for line in session.lines(query)? {
            let [kind, name, table, mode, text] = &cells(&line)?;
            let ours = kind == "check" && model::is_our_check(name);
            let because =
                if ours { None } else { way.mentioned(&identifiers(text, lexis(mode)), Some(table)) };
            if let Some(because) = because {
                let way_out = way_out(way, kind, name, table);
                found.push(Obstacle {
                    kind: kind.clone(),
                    name: name.clone(),
                    because,
                    way_out: way_out.into(),
                });
            }
        }
    }
    abroad(session, way, &mut found)?;
    indexes(session, way, &mut found)?;
    if way.crosses() {
        taken_names(session, way, &mut found)?;
    }
    foreign_keys(session, way, &mut found)?;
    if way.has(model::NAMES, Direction::Up) {
        renamed_keys(session, way, KEYS, "DROP FOREIGN KEY", &mut found)?;
    }
    if way.has(model::USERS, Direction::Up) || way.has(model::POSTS, Direction::Up) {
        zero_dates(session, &mut found)?;
    }
    privileges(session, way, &mut found)?;
    Ok(found)
}

/// Objects in other databases that read this one.
const ABROAD: [&str; 3] = [
    "SELECT CAST(JSON_ARRAY('view', TABLE_SCHEMA, TABLE_NAME, '', VIEW_DEFINITION) AS CHAR) AS line FROM information_schema.VIEWS \
     WHERE TABLE_SCHEMA NOT IN (DATABASE(), 'sys') AND LOCATE(DATABASE(), VIEW_DEFINITION) > 0",
    "SELECT CAST(JSON_ARRAY('trigger', TRIGGER_SCHEMA, TRIGGER_NAME, SQL_MODE, ACTION_STATEMENT) AS CHAR) AS line \
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA NOT IN (DATABASE(), 'sys') AND LOCATE(DATABASE(), ACTION_STATEMENT) > 0",
    "SELECT CAST(JSON_ARRAY(LOWER(ROUTINE_TYPE), ROUTINE_SCHEMA, ROUTINE_NAME, SQL_MODE, ROUTINE_DEFINITION) AS CHAR) AS line \
     FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA NOT IN (DATABASE(), 'sys') \
     AND ROUTINE_TYPE IN ('PROCEDURE', 'FUNCTION') AND LOCATE(DATABASE(), ROUTINE_DEFINITION) > 0",
];

fn abroad(session: &mut dyn Session, way: &Way<'_>, found: &mut Vec<Obstacle>) -> QueryResult<()> {
    let here = session.lines("SELECT DATABASE() AS line")?.pop().unwrap_or_default();
    for query in ABROAD {
        for line in session.lines(query)? {
            let [kind, schema, name, mode, text] = &cells(&line)?;
            let words = identifiers(text, lexis(mode));
            if !words.iter().any(|word| word.eq_ignore_ascii_case(&here)) {
                continue;
            }
            if let Some(because) = way.mentioned(&words, None) {
                let way_out = format!(
                    "DROP {} {}.{}; make it again afterwards, under the new names",
                    kind.to_uppercase(),
                    way.named(schema),
                    way.named(name)
                );
                found.push(Obstacle {
                    kind: kind.clone(),
                    name: format!("{schema}.{name}"),
                    because,
                    way_out: way_out.into(),
                });
            }
        }
    }
    Ok(())
}

/// Foreign keys of own tables with names that our steps use: a database has each name only once.
fn taken_names(session: &mut dyn Session, way: &Way<'_>, found: &mut Vec<Obstacle>) -> QueryResult<()> {
    for line in session.lines(KEYS)? {
        let [name, table, _, _] = &cells(&line)?;
        if is_our_key(name) && !model::is_our_table(table) {
            found.push(Obstacle {
                kind: "foreign key".to_owned(),
                name: format!("{name} of {table}"),
                because: "a step makes a foreign key of this name".to_owned(),
                way_out: format!(
                    "ALTER TABLE {} DROP FOREIGN KEY {}; add it again under another name",
                    way.named(table),
                    way.named(name)
                )
                .into(),
            });
        }
    }
    Ok(())
}

/// The lexical rules of a text that was written under a `sql_mode`.
fn lexis(mode: &str) -> Lexis {
    let says = |word: &str| mode.split(',').any(|said| said == word);
    Lexis {
        backslash_escapes: !says("NO_BACKSLASH_ESCAPES"),
        double_quoted_strings: !says("ANSI_QUOTES"),
        ..LEXIS
    }
}

fn way_out(way: &Way<'_>, kind: &str, name: &str, table: &str) -> String {
    let on = way.named(table);
    match kind {
        "check" => format!(
            "ALTER TABLE {on} DROP CONSTRAINT {}; add it again afterwards, under the new names",
            way.named(name)
        ),
        "column" => {
            let column = name.strip_prefix(table).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name);
            format!("ALTER TABLE {on} DROP COLUMN {}", way.named(column))
        }
        kind => format!(
            "DROP {} {}; make it again afterwards, under the new names",
            kind.to_uppercase(),
            way.named(name)
        ),
    }
}

/// The name, table, column and parent of each foreign key of the database.
const KEYS: &str = "SELECT CAST(JSON_ARRAY(CONSTRAINT_NAME, TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME) AS CHAR) AS line \
     FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND REFERENCED_TABLE_NAME IS NOT NULL";

/// An index on a dropped column would silently lose that column, or be dropped with it.
fn indexes(session: &mut dyn Session, way: &Way<'_>, found: &mut Vec<Obstacle>) -> QueryResult<()> {
    let lines = session.lines(
        "SELECT CAST(JSON_ARRAY(INDEX_NAME, TABLE_NAME, COLUMN_NAME) AS CHAR) AS line FROM information_schema.STATISTICS \
         WHERE TABLE_SCHEMA = DATABASE()",
    )?;
    for line in lines {
        let [index, table, column] = &cells(&line)?;
        if way.loses(table, column) && !model::is_our_index(index) {
            found.push(Obstacle {
                kind: "index".to_owned(),
                name: index.clone(),
                because: format!("it holds {table}.{column}, which goes"),
                way_out: format!("DROP INDEX {} ON {}", way.named(index), way.named(table)).into(),
            });
        }
    }
    Ok(())
}

/// Own tables, in other databases too, that refer to what is dropped or to a column whose type changes.
fn foreign_keys(session: &mut dyn Session, way: &Way<'_>, found: &mut Vec<Obstacle>) -> QueryResult<()> {
    let lines = session.lines(
        "SELECT CAST(JSON_ARRAY(CONSTRAINT_NAME, IF(TABLE_SCHEMA = DATABASE(), '', TABLE_SCHEMA), TABLE_NAME, \
         REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME) AS CHAR) AS line FROM information_schema.KEY_COLUMN_USAGE \
         WHERE REFERENCED_TABLE_SCHEMA = DATABASE()",
    )?;
    for line in lines {
        let [name, schema, table, parent, column] = &cells(&line)?;
        let abroad = !schema.is_empty();
        let ours = model::is_our_table(table) && is_our_key(name);
        if !abroad && (ours || way.is_dropped_by_own_step(table)) {
            continue;
        }
        let because = if way.lost_tables.iter().any(|lost| lost.eq_ignore_ascii_case(parent)) {
            if !abroad && way.lost_tables.iter().any(|lost| lost.eq_ignore_ascii_case(table)) {
                continue;
            }
            format!("it points at {parent}, which goes")
        } else if way.loses(parent, column) {
            format!("it points at {parent}.{column}, which goes")
        } else if way.retypes(parent, column) {
            format!("it points at {parent}.{column}, whose type changes")
        } else {
            continue;
        };
        let (shown, table) = match abroad {
            true => (format!("{schema}.{table}"), format!("{}.{}", way.named(schema), way.named(table))),
            false => (table.clone(), way.named(table)),
        };
        found.push(Obstacle {
            kind: "foreign key".to_owned(),
            name: format!("{name} of {shown}"),
            because,
            way_out: format!("ALTER TABLE {table} DROP FOREIGN KEY {}", way.named(name)).into(),
        });
    }
    Ok(())
}

/// Privileges on a table stay with its old name when the table is renamed.
fn privileges(session: &mut dyn Session, way: &Way<'_>, found: &mut Vec<Obstacle>) -> QueryResult<()> {
    for (before, after) in &way.renamed_tables {
        let grantees = session.lines(&format!(
            "SELECT GRANTEE AS line FROM information_schema.TABLE_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = {0} \
             UNION SELECT GRANTEE FROM information_schema.COLUMN_PRIVILEGES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = {0} \
             ORDER BY line",
            literals([before.as_str()])
        ))?;
        for grantee in grantees {
            found.push(Obstacle {
                kind: "privileges".to_owned(),
                name: format!("of {grantee} on {before}"),
                because: format!("they stay with the name, and the table becomes {after}"),
                way_out: format!("REVOKE what {grantee} may do on {before}; grant it on {after} afterwards")
                    .into(),
            });
        }
    }
    Ok(())
}

/// `0000-00-00`, which a session without strict mode may have written, is not valid in the new tables.
fn zero_dates(session: &mut dyn Session, found: &mut Vec<Obstacle>) -> QueryResult<()> {
    let columns = session.lines(&format!(
        "SELECT CAST(JSON_ARRAY(TABLE_NAME, COLUMN_NAME) AS CHAR) AS line FROM information_schema.STATISTICS \
         WHERE TABLE_SCHEMA = DATABASE() AND INDEX_NAME = 'PRIMARY' AND TABLE_NAME IN ({}) ORDER BY TABLE_NAME, SEQ_IN_INDEX",
        literals(["users", "photos", "posts", "comments", "likes"])
    ))?;
    // Joined here: the server may truncate the result of GROUP_CONCAT.
    let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for line in columns {
        let [table, column] = &cells(&line)?;
        keys.entry(table.clone()).or_default().push(column.clone());
    }
    for (table, columns) in keys {
        let key = columns.iter().map(|column| quote(column)).collect::<Vec<_>>().join(", ");
        let rows = session.lines(&format!(
            "SELECT CONCAT_WS(', ', {key}) AS line FROM {table} WHERE UNIX_TIMESTAMP(created_at) = 0 LIMIT 4"
        ))?;
        if rows.is_empty() {
            continue;
        }
        let key = columns.join(", ");
        let shown: Vec<&str> = rows.iter().take(3).map(String::as_str).collect();
        let more = if rows.len() > shown.len() { " and more" } else { "" };
        found.push(Obstacle {
            kind: "rows".to_owned(),
            name: table.clone(),
            because: format!("created_at is 0000-00-00 where {key} is {}{more}", shown.join("; ")),
            way_out: format!("UPDATE {table} SET created_at = NULL WHERE UNIX_TIMESTAMP(created_at) = 0")
                .into(),
        });
    }
    Ok(())
}

/// The user's objects that depend on a table: kinds and names.
fn belongings(session: &mut dyn Session, table: &str) -> QueryResult<Vec<(String, String)>> {
    let table_is = format!("TABLE_SCHEMA = DATABASE() AND TABLE_NAME = {}", literals([table]));
    let queries = [
        format!(
            "SELECT CAST(JSON_ARRAY('column', COLUMN_NAME) AS CHAR) AS line FROM information_schema.COLUMNS WHERE {table_is} ORDER BY ORDINAL_POSITION"
        ),
        format!(
            "SELECT DISTINCT CAST(JSON_ARRAY('index', INDEX_NAME) AS CHAR) AS line FROM information_schema.STATISTICS WHERE {table_is} ORDER BY line"
        ),
        format!(
            "SELECT CAST(JSON_ARRAY('trigger', TRIGGER_NAME) AS CHAR) AS line FROM information_schema.TRIGGERS \
             WHERE TRIGGER_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = {} ORDER BY TRIGGER_NAME",
            literals([table])
        ),
    ];
    own(session, table, &queries)
}
