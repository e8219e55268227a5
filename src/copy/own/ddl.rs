//! The tables of an application as statements of an engine.

use std::collections::BTreeSet;

use super::made::{self, Made};
use super::{Finding, Own, OwnColumn, OwnForeignKey, OwnIndex, OwnKind, OwnTable};
use crate::copy::{CopyError, Result, readers};
use crate::database::{Db, Engine};
use crate::edition::Edition;

/// How an engine spells things.
pub(in crate::copy) struct Words {
    pub quote: fn(&str) -> String,
    pub literal: fn(&str) -> String,
    /// The type for values of a kind: with its size (`40`, `10,2`), and whether it is in a key or an index.
    pub native: fn(OwnKind, &str, bool) -> String,
    /// The type of a column that references an id of the edition.
    pub id: &'static str,
    /// What follows the type of a column that the engine counts.
    pub counts: &'static str,
    /// Whether that includes the primary key.
    pub counts_as_key: bool,
    /// How a default of a type is spelled, from its plain form.
    pub default: fn(&str, String) -> String,
    /// A Boolean and bytes in hexadecimal as literals.
    pub boolean: fn(&str) -> String,
    pub bytes: fn(&str) -> String,
    /// What follows the columns of an INSERT, so that counted columns accept values.
    pub overriding: &'static str,
    /// A text with a NUL character as a literal, if that differs from other texts.
    pub with_nul: fn(&str) -> String,
    /// A table in a query for its rows.
    pub from: fn(&str) -> String,
    /// Properties of values that the type of a column does not tell, each with its condition.
    pub findings: fn(&OwnColumn) -> Vec<(Finding, String)>,
    /// A query for rows of a table whose parents are missing, if the engine does not always enforce foreign keys. For each
    /// foreign key it returns the parent, its columns, and the number of rows.
    pub dangling: Option<fn(&str) -> String>,
    /// A column as a text that every engine reads.
    pub select: fn(&OwnColumn) -> String,
    /// Whether foreign keys are added to an existing table; otherwise they are part of its creation.
    pub alters: bool,
    /// Makes a column refuse NULL, if that is possible after its creation.
    pub require: Option<fn(&str, &OwnColumn) -> String>,
    pub table_options: &'static str,
    /// Keeps a session from enforcing foreign keys while rows are loaded.
    pub session: &'static str,
    pub drop: fn(&str) -> String,
    /// Moves the counter of a column past its rows, if the engine does not do so itself.
    pub move_counter: fn(&str, &str) -> Option<String>,
    /// Makes the counter of a column continue at least with this number.
    pub set_counter: fn(&str, &str, i64) -> String,
    /// How a column is added to a table that has rows, by its definition on this engine, if that is possible.
    pub adds: fn(&OwnColumn) -> Option<String>,
    /// Whether a default may be given to a column of a table that has rows.
    pub adds_default: fn(&str) -> bool,
    /// Runs an update of a table without its triggers, where no column can keep them away: the table and the update.
    pub quietly: fn(&str, String) -> String,
    /// What a session needs before it creates views and the like.
    pub before_objects: &'static str,
    /// The lock of a server; a file is locked as a file.
    pub lock: Option<fn() -> Lock>,
}

/// How a server locks a database for a copy.
pub(in crate::copy) struct Lock {
    /// Keeps the session that has the lock alive.
    pub prepare: &'static str,
    /// A query for a `number`: 1 if this session has the lock now.
    pub take: String,
    /// The same: 1 if this session still has it.
    pub has: String,
}

/// A table of one engine as it will be on another one.
pub(super) fn translated(
    table: &OwnTable,
    to: Engine,
    edition: Edition,
    enums: &[&str],
    left: &mut BTreeSet<String>,
) -> OwnTable {
    let words = readers::words(to);
    let name = &table.table;
    let is_indexed = |column: &str| {
        let bare = |part: &String| part.trim_end_matches(" desc") == column;
        table.key.iter().any(bare)
            || table.indexes.iter().any(|index| index.columns.iter().any(bare))
            || table.foreign_keys.iter().any(|key| key.columns.iter().any(bare))
    };
    let is_of_edition = edition.tables().iter().any(|known| known.name == *name);
    let is_our_id = |column: &str| {
        if is_of_edition && table.key.iter().any(|key| key == column) {
            return true;
        }
        let of_ours = |key: &&OwnForeignKey| edition.tables().iter().any(|table| table.name == key.parent);
        table.foreign_keys.iter().filter(of_ours).any(|key| key.columns.iter().any(|own| own == column))
    };
    let mut columns = Vec::new();
    for column in &table.columns {
        let mut kind = column.kind;
        if kind == OwnKind::Other && !column.native.is_empty() {
            match enums.contains(&column.native.as_str()) {
                true => kind = OwnKind::Text,
                false => drop(left.insert(format!(
                    "the type {} of {name}.{}, whose values become text",
                    column.native, column.name
                ))),
            }
        }
        let native = match is_our_id(&column.name) {
            true => words.id.to_owned(),
            false => (words.native)(kind, &size(&column.native), is_indexed(&column.name)),
        };
        let default = column.default.as_ref().and_then(|default| {
            let plain = plain_default(default, kind, words);
            let plain = plain.map(|plain| (words.default)(&native, plain));
            if plain.is_none() && !default.eq_ignore_ascii_case("null") {
                left.insert(format!("the default of {name}.{}", column.name));
            }
            plain
        });
        columns.push(OwnColumn { native, kind, default, definition: None, ..column.clone() });
    }
    let indexes = table.indexes.iter().map(|index| {
        let parts: Vec<_> = index.columns.iter().map(|part| part.replace(" desc", "")).collect();
        let long = format!("{name}_{}_{}", parts.join("_"), if index.unique { "key" } else { "idx" });
        // Names of indexes are those of the whole database elsewhere, and must not be long.
        OwnIndex { name: long.chars().take(60).collect(), definition: None, ..index.clone() }
    });
    let indexes = indexes.collect();
    let (definition, after) = (None, Vec::new());
    OwnTable { table: name.clone(), columns, indexes, definition, after, ..table.clone() }
}

/// What is in the brackets of a type.
fn size(native: &str) -> String {
    let inside = native.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    let size = inside.map_or("", |(size, _)| size);
    let is_numbers = size.chars().all(|c| c.is_ascii_digit() || c == ',' || c == ' ');
    if is_numbers { size.replace(' ', "") } else { String::new() }
}

/// A default that means the same everywhere: a number, a text, a Boolean or the current time.
fn plain_default(default: &str, kind: OwnKind, words: &Words) -> Option<String> {
    let default = default.trim();
    let inner = default.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')).unwrap_or(default).trim();
    // PostgreSQL says the type of a text: 'new'::character varying
    let inner = match inner.find("'::") {
        Some(at) if inner.starts_with('\'') => &inner[..=at],
        _ => inner,
    };
    let lower = inner.to_ascii_lowercase();
    let is_now = lower.starts_with("current_timestamp") || lower == "now()";
    let is_flag = lower == "true" || lower == "false";
    let text =
        inner.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).map(|text| text.replace("''", "'"));
    match (kind, text) {
        (OwnKind::Moment, None) if is_now => Some("CURRENT_TIMESTAMP".to_owned()),
        (OwnKind::Boolean, None) if is_flag || inner == "0" || inner == "1" => {
            Some((words.boolean)(if lower == "true" || inner == "1" { "1" } else { "0" }))
        }
        (OwnKind::Boolean, Some(text)) if text == "0" || text == "1" => Some((words.boolean)(&text)),
        (OwnKind::Blob | OwnKind::Other | OwnKind::Mixed | OwnKind::Json, _) => None,
        (_, Some(text)) => Some((words.literal)(&text)),
        (_, None) if inner.parse::<f64>().is_ok() => Some(inner.to_owned()),
        _ => None,
    }
}

/// The column of the edition that an update moves.
const UPDATED_AT: &str = "updated_at";

/// Creates the tables, empty and without what is faster to check after their rows are loaded.
pub(in crate::copy) fn create(db: &mut Db, own: &Own, made: &mut Made) -> Result<()> {
    let words = readers::words(db.engine());
    for (name, values) in &own.enums {
        let create = format!("CREATE TYPE {} AS ENUM ({values})", (words.quote)(name));
        made.make(db, &made::of_values(name), |db| run(db, &create))?;
    }
    // A table may reference one that comes later.
    run(db, words.session)?;
    let create = |table: &OwnTable| table.definition.clone().unwrap_or_else(|| create_table(table, words));
    own.tables.iter().try_for_each(|table| {
        let (name, sql) = (made::table(&table.table), create(table));
        made.make(db, &name, |db| run(db, &sql))
    })
}

/// Creates the table that holds the values of added columns for a while.
pub(in crate::copy) fn create_stage(db: &mut Db, stage: &OwnTable) -> Result<()> {
    let words = readers::words(db.engine());
    run(db, words.session)?;
    run(db, &create_table(stage, words))
}

fn create_table(table: &OwnTable, words: &Words) -> String {
    let quote = words.quote;
    let list = |names: &[String]| names.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ");
    let mut key_is_said = table.key.is_empty();
    let mut parts = Vec::new();
    for column in &table.columns {
        let mut part = format!("{} {}", quote(&column.name), column.native);
        if !column.nullable {
            part += " NOT NULL";
        }
        if column.counts && table.key.first() == Some(&column.name) {
            part += words.counts;
            key_is_said |= words.counts_as_key;
        } else if let Some(default) = &column.default {
            part += &format!(" DEFAULT {default}");
        }
        parts.push(part);
    }
    if !key_is_said {
        parts.push(format!("PRIMARY KEY ({})", list(&table.key)));
    }
    if !words.alters {
        parts.extend(table.foreign_keys.iter().map(|key| foreign_key(key, quote)));
    }
    format!("CREATE TABLE {} ({}){}", quote(&table.table), parts.join(", "), words.table_options)
}

fn foreign_key(key: &OwnForeignKey, quote: fn(&str) -> String) -> String {
    let list = |names: &[String]| names.iter().map(|name| quote(name)).collect::<Vec<_>>().join(", ");
    let action = |when: &str, said: &str| match said {
        "cascade" | "restrict" | "set null" | "set default" => format!(" ON {when} {}", said.to_uppercase()),
        _ => String::new(),
    };
    format!(
        "FOREIGN KEY ({}) REFERENCES {} ({}){}{}",
        list(&key.columns),
        quote(&key.parent),
        list(&key.parent_columns),
        action("DELETE", &key.on_delete),
        action("UPDATE", &key.on_update)
    )
}

fn create_index(table: &OwnTable, index: &OwnIndex, words: &Words) -> String {
    if let Some(definition) = &index.definition {
        return definition.clone();
    }
    let quote = words.quote;
    let part = |part: &String| match part.strip_suffix(" desc") {
        Some(name) => format!("{} DESC", quote(name)),
        None => quote(part),
    };
    let unique = if index.unique { "UNIQUE " } else { "" };
    let parts: Vec<_> = index.columns.iter().map(part).collect();
    // A constraint of SQLite has no name that could be used.
    let name = match index.name.starts_with('(') {
        true => format!("{}_{}_key", table.table, index.columns.join("_").replace(" desc", "")),
        false => index.name.clone(),
    };
    format!("CREATE {unique}INDEX {} ON {} ({})", quote(&name), quote(&table.table), parts.join(", "))
}

/// Adds indexes and foreign keys to tables whose rows are loaded, and moves their counters.
pub(in crate::copy) fn finish(db: &mut Db, own: &Own) -> Result<()> {
    let words = readers::words(db.engine());
    let quote = words.quote;
    for table in &own.tables {
        for index in table.indexes.iter().filter(|_| table.definition.is_none()) {
            run(db, &create_index(table, index, words))?;
        }
        for column in table.columns.iter().filter(|column| column.counts) {
            if let Some(sql) = (words.move_counter)(&table.table, &column.name) {
                run(db, &sql)?;
            }
        }
    }
    // Foreign keys may need the indexes of another table.
    let after = || own.tables.iter().flat_map(|table| &table.after);
    let (indexes, keys): (Vec<&String>, Vec<&String>) = after().partition(|sql| sql.starts_with("CREATE"));
    indexes.into_iter().chain(keys).try_for_each(|sql| run(db, sql))?;
    for table in own.tables.iter().filter(|table| words.alters && table.definition.is_none()) {
        for key in &table.foreign_keys {
            run(db, &format!("ALTER TABLE {} ADD {}", quote(&table.table), foreign_key(key, quote)))?;
        }
    }
    Ok(())
}

/// The table that holds the values of added columns until they get to their place.
pub(in crate::copy) fn stage(part: &OwnTable) -> OwnTable {
    let columns = part.columns.iter().map(|column| OwnColumn {
        nullable: !part.key.contains(&column.name),
        default: None,
        ..column.clone()
    });
    OwnTable {
        table: format!("__instaseed_own_{}", part.table),
        columns: columns.collect(),
        indexes: Vec::new(),
        definition: None,
        after: Vec::new(),
        ..part.clone()
    }
}

/// What a column loses that is added to a table with rows.
pub(super) fn not_added(part: &OwnTable, to: Engine) -> Vec<String> {
    let words = readers::words(to);
    let mut lost = Vec::new();
    for column in part.columns.iter().filter(|column| !part.key.contains(&column.name)) {
        let name = format!("{}.{}", part.table, column.name);
        let by_definition = (words.adds)(column);
        match (&column.definition, by_definition) {
            (_, Some(_)) => {}
            (Some(definition), None) => lost.push(format!("the definition of {name}, which is {definition}")),
            (None, None) => {
                if !column.nullable && column.default.is_none() && words.require.is_none() {
                    lost.push(format!("NOT NULL of {name}"));
                }
                if column.default.as_ref().is_some_and(|default| !(words.adds_default)(default)) {
                    lost.push(format!("the default of {name}"));
                }
            }
        }
    }
    lost
}

/// Adds columns to a table of the edition, and moves their values there. Columns that an interrupted run has added are used
/// again.
pub(in crate::copy) fn add_columns(db: &mut Db, part: &OwnTable) -> Result<()> {
    let words = readers::words(db.engine());
    let quote = words.quote;
    let (table, from) = (quote(&part.table), quote(&stage(part).table));
    let there = db.catalogue()?.tables.remove(&part.table).unwrap_or_default();
    let own: Vec<_> = part.columns.iter().filter(|column| !part.key.contains(&column.name)).collect();
    for column in &own {
        if there.columns.iter().any(|known| known.name == column.name) {
            continue;
        }
        let plain = || {
            let mut added = format!("{} {}", quote(&column.name), column.native);
            if let Some(default) = column.default.as_ref().filter(|default| (words.adds_default)(default)) {
                added += &format!(" DEFAULT {default}");
                added += if column.nullable { "" } else { " NOT NULL" };
            }
            added
        };
        let added = (words.adds)(column).unwrap_or_else(plain);
        run(db, &format!("ALTER TABLE {table} ADD COLUMN {added}"))?;
    }
    let same: Vec<_> = part.key.iter().map(|key| format!("{from}.{0} = {table}.{0}", quote(key))).collect();
    let set = own.iter().map(|column| {
        let name = quote(&column.name);
        format!("{name} = (SELECT {from}.{name} FROM {from} WHERE {})", same.join(" AND "))
    });
    let mut set: Vec<_> = set.collect();
    if !set.is_empty() {
        // The rows of the edition stay as they are: none was updated.
        if there.columns.iter().any(|column| column.name == UPDATED_AT) {
            set.push(format!("{UPDATED_AT} = {UPDATED_AT}"));
        }
        let update = format!("UPDATE {table} SET {}", set.join(", "));
        run(db, &(words.quietly)(&part.table, update))?;
    }
    for column in own.iter().filter(|column| !column.nullable && column.default.is_none()) {
        if let Some(require) = words.require {
            run(db, &require(&part.table, column))?;
        }
    }
    run(db, &format!("DROP TABLE {from}"))?;
    for index in part.indexes.iter().filter(|index| !there.indexes.contains_key(&index.name)) {
        run(db, &create_index(part, index, words))?;
    }
    Ok(())
}

/// Removes what an interrupted run of the same copy has created.
pub(super) fn drop_all(db: &mut Db, own: &Own, made: &Made) -> Result<()> {
    let words = readers::words(db.engine());
    let there = db.tables()?;
    run(db, words.session)?;
    let stages: Vec<_> = own.columns.iter().map(stage).collect();
    let tables = own.tables.iter().filter(|table| made.has(&made::table(&table.table)));
    for table in tables.chain(&stages).filter(|table| there.contains(&table.table)) {
        run(db, &(words.drop)(&table.table))?;
    }
    for (name, _) in own.enums.iter().filter(|(name, _)| made.has(&made::of_values(name))) {
        // A column that was added may have it.
        run(db, &format!("DROP TYPE IF EXISTS {} CASCADE", (words.quote)(name)))?;
    }
    Ok(())
}

/// Runs a statement; an error contains its beginning.
pub(super) fn run(db: &mut Db, sql: &str) -> Result<()> {
    db.batch(sql).map_err(|error| {
        let sql: String = sql.chars().take(120).collect();
        let mut words = error.to_string();
        let mut source = std::error::Error::source(&error);
        while let Some(cause) = source {
            words = format!("{words}: {cause}");
            source = cause.source();
        }
        CopyError::Statement { sql, words }
    })
}
