//! SQLite: what depends on a table is put aside before a step rebuilds the table, and put back after it.
//!
//! `DROP TABLE` also drops triggers, indexes and columns. All names are final by then (the first step of the
//! way renames, and SQLite itself rewrites what refers to the names), so everything is restored word for word.
//! Views, and triggers and foreign keys of other tables, stay in place: the steps rename without rewriting.

use diesel::{QueryResult, SqliteConnection};

use crate::database::sqlite::{literal, quote};
use crate::migration::bookkeeping::{LedgerStore, cells};
use crate::migration::carry::Carrier;
use crate::migration::carry::aside::{Aside, rebuilt};
use crate::migration::carry::model;
use crate::migration::carry::way::{Surroundings, Way};
use crate::migration::carry::words::definitions;
use crate::migration::sqlite::LEXIS;
use crate::migration::{Direction, Migration, Obstacle};

mod rehearse;

impl Carrier for SqliteConnection {
    fn surroundings(&mut self) -> QueryResult<Surroundings> {
        let columns = self.lines(
            "SELECT json_array(m.name, c.name) AS line FROM sqlite_schema m, pragma_table_xinfo(m.name) c \
             WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.cid",
        )?;
        let views = self.lines("SELECT name AS line FROM sqlite_schema WHERE type = 'view'")?;
        Surroundings::from_lines(&columns, views)
    }

    fn obstacles(&mut self, way: &Way<'_>) -> QueryResult<Vec<Obstacle>> {
        rehearse::obstacles(self, way)
    }

    fn belongings(&mut self, table: &str) -> QueryResult<Vec<(String, String)>> {
        belongings(self, table)
    }

    fn put_aside(&mut self, migration: &Migration, direction: Direction) -> QueryResult<Aside> {
        put_aside(self, migration, direction)
    }

    fn put_back(&mut self, aside: &Aside) -> QueryResult<()> {
        put_back(self, aside)
    }
}

fn put_aside(
    session: &mut dyn LedgerStore,
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
        // Query them separately: a name may contain any separator.
        let names = session.lines(&format!("SELECT name AS line {of_table}"))?;
        let texts = session.lines(&format!("SELECT sql AS line {of_table}"))?;
        aside.objects.extend(names.into_iter().zip(texts));
    }
    Ok(aside)
}

fn put_back(session: &mut dyn LedgerStore, aside: &Aside) -> QueryResult<()> {
    aside.statements.iter().try_for_each(|sql| session.one(sql))?;
    for (name, sql) in &aside.objects {
        let there = format!("SELECT count(*) AS number FROM sqlite_schema WHERE name = {}", literal(name));
        // The step itself recreates our own indexes.
        if session.number(&there)? == 0 {
            session.one(sql)?;
        }
    }
    Ok(())
}

/// Own columns are copied to a separate table, with the key that identifies their rows.
fn put_columns_aside(session: &mut dyn LedgerStore, table: &str, aside: &mut Aside) -> QueryResult<()> {
    let own = own_columns(session, table)?;
    if own.is_empty() {
        return Ok(());
    }
    let create = session.lines(&format!(
        "SELECT sql AS line FROM sqlite_schema WHERE type = 'table' AND lower(name) = {}",
        literal(table)
    ))?;
    let definitions = definitions(create.first().map_or("", String::as_str), LEXIS);
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

fn own_columns(session: &mut dyn LedgerStore, table: &str) -> QueryResult<Vec<OwnColumn>> {
    let lines = session.lines(&format!(
        "SELECT json_array(name, hidden) AS line FROM pragma_table_xinfo({}) ORDER BY cid",
        literal(table)
    ))?;
    let mut columns = Vec::new();
    for line in &lines {
        let [name, hidden] = cells(line)?;
        if !model::is_our_column(table, &name) {
            columns.push(OwnColumn { name, generated: hidden != "0" });
        }
    }
    Ok(columns)
}

/// The columns that identify a row before and after the step: in the course a like has no id.
fn key(session: &mut dyn LedgerStore, table: &str) -> QueryResult<Vec<String>> {
    if table == "likes" {
        return Ok(vec![quote("user_id"), quote("post_id")]);
    }
    let sql =
        format!("SELECT name AS line FROM pragma_table_info({}) WHERE pk > 0 ORDER BY pk", literal(table));
    Ok(session.lines(&sql)?.iter().map(|name| quote(name)).collect())
}

/// The user's objects that depend on a table: kinds and names.
fn belongings(session: &mut dyn LedgerStore, table: &str) -> QueryResult<Vec<(String, String)>> {
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
        let [kind, name] = &cells(&line)?;
        if !model::is_our_index(name) {
            found.push((kind.clone(), name.clone()));
        }
    }
    Ok(found)
}

fn trigger_of_ours(table: &str) -> String {
    format!("{table}_set_updated_at").to_lowercase()
}
