//! SQLite: the steps are rehearsed on a copy of the schema in memory, and whatever breaks is named.
//!
//! The copy has every table, index, view and trigger, and no rows. The same statements run there,
//! with the same putting aside and putting back, so the verdict is SQLite's own. What was already
//! broken is not blamed on the steps, unless SQLite refuses to rename because of it.

use std::collections::BTreeMap;

use diesel::{QueryResult, SqliteConnection};

use super::{put_aside, put_back};
use crate::database::{
    self,
    sqlite::{literal, quote},
};
use crate::migration::bookkeeping::{LedgerStore, cells};
use crate::migration::carry::way::Way;
use crate::migration::carry::words::identifiers;
use crate::migration::carry::{model, named};
use crate::migration::sqlite::LEXIS;
use crate::migration::{Direction, Migration, Obstacle, Origin, Statement};

/// An object that may stop working: its kind and name; what belongs to a table is named with the table.
type Thing = (String, String);

pub(crate) fn obstacles(session: &mut SqliteConnection, way: &Way<'_>) -> QueryResult<Vec<Obstacle>> {
    let mut obstacles = impossible_columns(session, way)?;
    virtual_tables(session, way, &mut obstacles)?;
    let mut copy = copy(session)?;
    let before = broken(&mut copy)?;
    for (migration, direction) in &way.steps {
        if !rehearse(&mut copy, migration, *direction, &mut obstacles)? {
            return Ok(obstacles);
        }
    }
    let after = broken(&mut copy)?;
    for ((kind, name), before) in &before {
        let now = after.get(&(kind.clone(), name.clone()));
        let gone = now.is_none() && !goes_with_its_table(session, way, kind, name)?;
        let because = match now {
            Some(Some(error)) if before.is_none() => error.clone(),
            None if gone && kind != "foreign key" => "a step takes it away".to_owned(),
            _ => continue,
        };
        push(&mut obstacles, kind, name, because);
    }
    Ok(obstacles)
}

fn push(obstacles: &mut Vec<Obstacle>, kind: &str, name: &str, because: String) {
    let shown = name.replace(SEPARATOR, ".");
    if obstacles.iter().any(|known| known.kind == kind && known.name == shown) {
        return;
    }
    let named = |name: &str| named(name, quote);
    let (table, column) = name.split_once(SEPARATOR).unwrap_or((name, ""));
    let way_out = match kind {
        "foreign key" => {
            format!("DROP TABLE {}, or make it again without this foreign key", named(table))
        }
        "column" => format!("ALTER TABLE {} DROP COLUMN {}", named(table), named(column)),
        kind => format!(
            "DROP {} {}; make it again afterwards, under the new names",
            kind.to_uppercase(),
            named(name)
        ),
    };
    obstacles.push(Obstacle { kind: kind.to_owned(), name: shown, because, way_out: way_out.into() });
}

/// Separates the name of a table from that of what belongs to it: the only character that no SQLite name contains.
const SEPARATOR: char = '\0';

/// The name of what belongs to a table.
fn of_table(table: &str, name: &str) -> String {
    format!("{table}{}{name}", SEPARATOR)
}

/// An empty database in memory with the same schema. What cannot be created there (because of a
/// missing extension, or the shadow tables of a virtual one) is left out.
fn copy(session: &mut SqliteConnection) -> QueryResult<SqliteConnection> {
    let mut copy = database::sqlite::in_memory()
        .map_err(|error| diesel::result::Error::QueryBuilderError(Box::new(error)))?;
    copy.batch("PRAGMA foreign_keys = OFF")?;
    let schema = session.lines(
        "SELECT sql AS line FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
         ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'index' THEN 1 WHEN 'view' THEN 2 ELSE 3 END, rowid",
    )?;
    for sql in schema {
        let _ = copy.one(&sql);
    }
    Ok(copy)
}

/// Runs one step; false if the rehearsal cannot continue.
fn rehearse(
    copy: &mut SqliteConnection,
    migration: &Migration,
    direction: Direction,
    obstacles: &mut Vec<Obstacle>,
) -> QueryResult<bool> {
    let Some(script) = migration.script(direction) else { return Ok(false) };
    let ours = migration.origin == Origin::Embedded;
    let aside = put_aside(copy, migration, direction)?;
    for statement in &script.statements {
        let skipped = matches!(statement.word(0), "ATTACH" | "DETACH" | "VACUUM" | "ANALYZE")
            || (!ours && statement.word(0) == "PRAGMA");
        if skipped {
            continue;
        }
        if !run(copy, statement, ours, obstacles) {
            return Ok(false);
        }
    }
    if let Err(error) = put_back(copy, &aside) {
        obstacles.push(stopped(&migration.name, &error.to_string()));
        return Ok(false);
    }
    Ok(true)
}

/// Runs a statement. If SQLite blames a view or trigger for a failure, that is noted and dropped.
fn run(
    copy: &mut SqliteConnection,
    statement: &Statement,
    ours: bool,
    obstacles: &mut Vec<Obstacle>,
) -> bool {
    loop {
        let Err(error) = copy.batch(&statement.sql) else { return true };
        let message = error.to_string();
        // An interrupted load has parked the index.
        if ours && statement.word(0) == "DROP" && message.starts_with("no such index") {
            return true;
        }
        let Some((kind, name, because)) = blamed(&message).filter(|_| ours) else {
            if ours {
                obstacles.push(stopped(&statement.shortened(60), &message));
            }
            return false;
        };
        push(obstacles, kind, name, because.to_owned());
        if copy.batch(&format!("DROP {kind} {}", quote(name))).is_err() {
            return false;
        }
    }
}

fn stopped(name: &str, message: &str) -> Obstacle {
    Obstacle {
        kind: "step".to_owned(),
        name: name.to_owned(),
        because: message.to_owned(),
        way_out: "remove or rename what the message names".to_owned().into(),
    }
}

/// `error in view v after rename: no such column: x`, as (view, v, no such column: x).
fn blamed(message: &str) -> Option<(&str, &str, &str)> {
    let rest = &message[message.find("error in ")? + "error in ".len()..];
    let (kind, rest) = rest.split_once(' ')?;
    // A name may contain a colon, too.
    let ends = [" after rename: ", " after drop column: ", ": "];
    let (name, because) = ends.iter().find_map(|end| rest.split_once(end))?;
    matches!(kind, "view" | "trigger").then_some((kind, name, because))
}

/// Every view, trigger, index, foreign key and own column, with what is wrong with it.
fn broken(copy: &mut SqliteConnection) -> QueryResult<BTreeMap<Thing, Option<String>>> {
    let mut found = BTreeMap::new();
    for view in copy.lines("SELECT name AS line FROM sqlite_schema WHERE type = 'view'")? {
        let wrong = copy.batch(&format!("EXPLAIN SELECT * FROM {}", quote(&view))).err();
        found.insert(("view".to_owned(), view), wrong.map(|error| error.to_string()));
    }
    for line in copy.lines(
        "SELECT json_array(name, tbl_name) AS line FROM sqlite_schema WHERE type = 'trigger' ORDER BY name",
    )? {
        let [name, table] = &cells(&line)?;
        let ours = model::is_our_table(table) && *name == format!("{table}_set_updated_at");
        if !ours {
            let wrong = wrong_with_trigger(copy, name, table)?;
            found.insert(("trigger".to_owned(), name.clone()), wrong);
        }
    }
    for index in
        copy.lines("SELECT name AS line FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")?
    {
        if !model::is_our_index(&index) {
            found.insert(("index".to_owned(), index), None);
        }
    }
    for table in copy.lines(
        "SELECT name AS line FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_\\_%' ESCAPE '\\'",
    )? {
        if model::is_our_table(&table) {
            continue;
        }
        for line in copy.lines(&format!(
            "SELECT json_array(k.\"table\", k.\"to\", k.\"from\") AS line FROM pragma_foreign_key_list({}) AS k",
            literal(&table)
        ))? {
            let [parent, to, from] = &cells(&line)?;
            let name = of_table(&table, from);
            let wrong = wrong_with_parent(copy, parent, to)?;
            found.insert(("foreign key".to_owned(), name), wrong);
        }
    }
    Ok(found)
}

/// Compiles the statement that fires a trigger, with the other triggers of its table dropped.
fn wrong_with_trigger(copy: &mut SqliteConnection, name: &str, table: &str) -> QueryResult<Option<String>> {
    copy.batch("SAVEPOINT alone")?;
    let others = copy.lines(&format!(
        "SELECT name AS line FROM sqlite_schema WHERE type = 'trigger' AND name <> {}",
        literal(name)
    ))?;
    for other in others {
        copy.batch(&format!("DROP TRIGGER {}", quote(&other)))?;
    }
    let columns = copy.lines(&format!(
        "SELECT name AS line FROM pragma_table_xinfo({}) WHERE hidden = 0",
        literal(table)
    ))?;
    let set: Vec<String> = columns.iter().map(|name| format!("{0} = {0}", quote(name))).collect();
    let table = quote(table);
    let fires = [
        format!("EXPLAIN INSERT INTO {table} DEFAULT VALUES"),
        format!("EXPLAIN DELETE FROM {table}"),
        format!("EXPLAIN UPDATE {table} SET {}", set.join(", ")),
    ];
    let wrong = fires.iter().find_map(|sql| copy.batch(sql).err());
    copy.batch("ROLLBACK TO alone; RELEASE alone")?;
    // A view accepts only the statements that its triggers handle.
    let wrong = wrong.map(|error| error.to_string());
    Ok(wrong.filter(|message| !message.contains("cannot modify")))
}

fn wrong_with_parent(copy: &mut SqliteConnection, parent: &str, to: &str) -> QueryResult<Option<String>> {
    let columns = copy.lines(&format!(
        "SELECT name AS line FROM pragma_table_xinfo({}) WHERE hidden = 0",
        literal(parent)
    ))?;
    Ok(match columns.iter().any(|name| name.eq_ignore_ascii_case(to)) {
        _ if columns.is_empty() => Some(format!("it points at {parent}, which goes")),
        false if !to.is_empty() => Some(format!("it points at {parent}.{to}, which goes")),
        _ => None,
    })
}

/// Own triggers and indexes of a dropped table are reported as belongings, not as obstacles.
fn goes_with_its_table(
    session: &mut SqliteConnection,
    way: &Way<'_>,
    kind: &str,
    name: &str,
) -> QueryResult<bool> {
    // The schema does not list columns and keys.
    if name.contains(SEPARATOR) {
        return Ok(way.is_dropped_by_own_step(name));
    }
    let table = session.lines(&format!(
        "SELECT tbl_name AS line FROM sqlite_schema WHERE type = {} AND name = {}",
        literal(kind),
        literal(name)
    ))?;
    Ok(table.first().is_some_and(|table| way.lost_tables.iter().any(|lost| lost.eq_ignore_ascii_case(table)))
        || way.is_dropped_by_own_step(name))
}

/// A virtual table (a full-text index, for example) names tables and columns in arguments that
/// SQLite does not inspect.
fn virtual_tables(
    session: &mut SqliteConnection,
    way: &Way<'_>,
    obstacles: &mut Vec<Obstacle>,
) -> QueryResult<()> {
    for line in session.lines(
        "SELECT json_array(name, sql) AS line FROM sqlite_schema WHERE type = 'table' AND sql LIKE 'create virtual table %' ORDER BY name",
    )? {
        let [name, sql] = &cells(&line)?;
        if let Some(because) = way.mentioned(&identifiers(&sql.replace('\'', " "), LEXIS), None) {
            push(obstacles, "table", name, because);
        }
    }
    Ok(())
}

/// Once there are rows, `ADD COLUMN` refuses a NOT NULL column without a constant default.
fn impossible_columns(session: &mut SqliteConnection, way: &Way<'_>) -> QueryResult<Vec<Obstacle>> {
    let mut obstacles = Vec::new();
    let tables: Vec<String> = session
        .lines("SELECT name AS line FROM sqlite_schema WHERE type = 'table'")?
        .into_iter()
        .filter(|table| model::is_our_table(table) && !way.lost_tables.contains(table))
        .collect();
    for table in tables {
        for line in session.lines(&format!(
            "SELECT json_array(name, \"notnull\", dflt_value, hidden) AS line \
             FROM pragma_table_xinfo({})",
            literal(&table)
        ))? {
            let [name, not_null, default, hidden] = &cells(&line)?;
            if model::is_our_column(&table, name) || hidden == "2" {
                continue;
            }
            let given = default.to_uppercase();
            let because = if hidden == "3" {
                "SQLite cannot add a stored generated column to a table"
            } else if not_null == "1" && default.is_empty() {
                "SQLite cannot add a NOT NULL column without a default to a table with rows"
            } else if given.starts_with("CURRENT_") || given.starts_with('(') {
                "SQLite cannot add a column whose default is not a constant to a table with rows"
            } else {
                continue;
            };
            push(&mut obstacles, "column", &of_table(&table, name), because.to_owned());
        }
    }
    Ok(obstacles)
}
