//! SQLite: what hangs on a table is put aside before a step builds the table anew, and put back after it.
//!
//! `DROP TABLE` takes triggers, indexes and columns along. All names are final by then (the first step of the way
//! renames, and SQLite itself rewrites what points at the names), so that everything comes back word for word. Views,
//! and triggers and foreign keys of other tables, stay where they are: the steps rename without rewriting.

use diesel::QueryResult;

use super::model;
use super::words::definitions;
use crate::database::sqlite::{literal, quote};
use crate::migration::bookkeeping::Ledger;
use crate::migration::{Direction, Migration, Origin};

/// What was put aside, as the statements that bring it back.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    statements: Vec<String>,
    /// Indexes and triggers: their names and statements.
    objects: Vec<(String, String)>,
}

impl Aside {
    pub(crate) fn of_statements(statements: Vec<String>) -> Self {
        Self { statements, objects: Vec::new() }
    }

    pub(crate) fn statements(&self) -> &[String] {
        &self.statements
    }
}

const NEW: &str = "__instaseed_new_";

/// The tables that a step of ours builds anew.
pub(crate) fn rebuilt(migration: &Migration, direction: Direction) -> Vec<String> {
    let statements = match (migration.origin, migration.script(direction)) {
        (Origin::Embedded, Some(script)) => &script.statements[..],
        _ => &[],
    };
    let made = statements.iter().filter_map(super::super::Statement::created_table);
    made.filter_map(|name| name.strip_prefix(NEW).map(str::to_owned)).collect()
}

pub(crate) fn put_aside(
    session: &mut dyn Ledger,
    migration: &Migration,
    direction: Direction,
) -> QueryResult<Aside> {
    let mut aside = Aside::default();
    for table in rebuilt(migration, direction) {
        put_columns_aside(session, &table, &mut aside)?;
        let ours = trigger_of_ours(&table);
        let of_table = format!(
            "FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL AND lower(tbl_name) = {} \
             AND lower(name) <> {} ORDER BY type, rowid",
            literal(&table),
            literal(&ours),
        );
        // Each by itself: a name may hold whatever would part it from its text.
        let names = session.lines(&format!("SELECT name AS line {of_table}"))?;
        let texts = session.lines(&format!("SELECT sql AS line {of_table}"))?;
        aside.objects.extend(names.into_iter().zip(texts));
    }
    Ok(aside)
}

pub(crate) fn put_back(session: &mut dyn Ledger, aside: &Aside) -> QueryResult<()> {
    aside.statements.iter().try_for_each(|sql| session.one(sql))?;
    for (name, sql) in &aside.objects {
        let there = format!("SELECT count(*) AS number FROM sqlite_schema WHERE name = {}", literal(name));
        // The step itself makes the indexes again that are ours.
        if session.number(&there)? == 0 {
            session.one(sql)?;
        }
    }
    Ok(())
}

/// Own columns go into a table of their own, with the key by which their rows are found again.
fn put_columns_aside(session: &mut dyn Ledger, table: &str, aside: &mut Aside) -> QueryResult<()> {
    let own = own_columns(session, table)?;
    if own.is_empty() {
        return Ok(());
    }
    let create = session.lines(&format!(
        "SELECT sql AS line FROM sqlite_schema WHERE type = 'table' AND lower(name) = {}",
        literal(table)
    ))?;
    let definitions = definitions(create.first().map_or("", String::as_str));
    let key = key(session, table)?;
    let carried = quote(&format!("__instaseed_carried_{table}"));
    let (table, stored): (String, Vec<&OwnColumn>) =
        (quote(table), own.iter().filter(|column| !column.generated).collect());
    for column in &own {
        let definition = definitions.iter().find(|(name, _)| name.eq_ignore_ascii_case(&column.name));
        let definition = definition.map_or_else(|| quote(&column.name), |(_, text)| text.clone());
        aside.statements.push(format!("ALTER TABLE {table} ADD COLUMN {definition}"));
    }
    if stored.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = stored.iter().map(|column| quote(&column.name)).collect();
    let all: Vec<String> = key.iter().chain(&names).cloned().collect();
    session.batch(&format!("CREATE TABLE {carried} AS SELECT {} FROM {table}", all.join(", ")))?;
    let set: Vec<String> = names.iter().map(|name| format!("{name} = carried.{name}")).collect();
    let same: Vec<String> = key.iter().map(|name| format!("{table}.{name} = carried.{name}")).collect();
    aside.statements.push(format!(
        "UPDATE {table} SET {} FROM {carried} AS carried WHERE {}",
        set.join(", "),
        same.join(" AND ")
    ));
    aside.statements.push(format!("DROP TABLE {carried}"));
    Ok(())
}

struct OwnColumn {
    name: String,
    generated: bool,
}

fn own_columns(session: &mut dyn Ledger, table: &str) -> QueryResult<Vec<OwnColumn>> {
    let lines = session.lines(&format!(
        "SELECT json_array(name, hidden) AS line FROM pragma_table_xinfo({}) ORDER BY cid",
        literal(table)
    ))?;
    let mut columns = Vec::new();
    for line in &lines {
        let [name, hidden] = super::cells(line)?;
        if !model::is_our_column(table, &name) {
            columns.push(OwnColumn { name, generated: hidden != "0" });
        }
    }
    Ok(columns)
}

/// The columns by which a row is the same before and after: a like has no number of its own in the course.
fn key(session: &mut dyn Ledger, table: &str) -> QueryResult<Vec<String>> {
    if table == "likes" {
        return Ok(vec![quote("user_id"), quote("post_id")]);
    }
    let sql =
        format!("SELECT name AS line FROM pragma_table_info({}) WHERE pk > 0 ORDER BY pk", literal(table));
    Ok(session.lines(&sql)?.iter().map(|name| quote(name)).collect())
}

/// What of the user's hangs on a table: kinds and names.
pub(crate) fn belongings(session: &mut dyn Ledger, table: &str) -> QueryResult<Vec<(String, String)>> {
    let mut found: Vec<(String, String)> = own_columns(session, table)?
        .into_iter()
        .map(|column| ("column".to_owned(), format!("{table}.{}", column.name)))
        .collect();
    for line in session.lines(&format!(
        "SELECT json_array(type, name) AS line FROM sqlite_schema WHERE type IN ('index', 'trigger') AND sql IS NOT NULL \
         AND lower(tbl_name) = lower({}) AND lower(name) <> {} ORDER BY type, name",
        literal(table),
        literal(&trigger_of_ours(table)),
    ))? {
        let [kind, name] = &super::cells(&line)?;
        if !super::is_our_index(name) {
            found.push((kind.clone(), name.clone()));
        }
    }
    Ok(found)
}

fn trigger_of_ours(table: &str) -> String {
    format!("{table}_set_updated_at").to_lowercase()
}
