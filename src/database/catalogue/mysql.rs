//! The catalogue of MySQL and MariaDB, from information_schema. The two print the same facts differently (display
//! widths, `current_timestamp()`, quoted defaults, the text `NULL`): differences in print only are removed here.

use super::{Catalogue, Cells, Column, ForeignKey, Questions, Table, squeeze, text};
use crate::database::Result;

pub(in crate::database) const TABLES: &str =
    "SELECT table_name AS a, NULL AS b, NULL AS c, NULL AS d, NULL AS e, NULL AS f, NULL AS g, NULL AS h
FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')";

const OPTIONS: &str = "SELECT table_name AS a, engine AS b, table_collation AS c, NULL AS d, NULL AS e, NULL AS f, NULL AS g, NULL AS h
FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')";

const COLUMNS: &str = "SELECT table_name AS a, column_name AS b, CAST(column_type AS CHAR) AS c, is_nullable AS d,
    CAST(column_default AS CHAR) AS e, extra AS f, collation_name AS g, CAST(generation_expression AS CHAR) AS h
FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position";

const INDEXES: &str = "SELECT table_name AS a, index_name AS b, CAST(non_unique AS CHAR) AS c, column_name AS d,
    CAST(collation AS CHAR) AS e, CAST(sub_part AS CHAR) AS f, index_type AS g, NULL AS h
FROM information_schema.statistics WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index";

const FOREIGN_KEYS: &str = "SELECT k.table_name AS a, k.constraint_name AS b, k.column_name AS c, k.referenced_table_name AS d,
    k.referenced_column_name AS e, r.delete_rule AS f, r.update_rule AS g, NULL AS h
FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r
    ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
WHERE k.table_schema = DATABASE() AND k.referenced_table_name IS NOT NULL
ORDER BY k.table_name, k.constraint_name, k.ordinal_position";

/// MySQL's check_constraints name no table, and its names are unique within the schema; MariaDB's
/// are unique within a table.
const CHECKS_MYSQL: &str =
    "SELECT t.table_name AS a, c.constraint_name AS b, CAST(c.check_clause AS CHAR) AS c, NULL AS d,
    NULL AS e, NULL AS f, NULL AS g, NULL AS h
FROM information_schema.check_constraints c JOIN information_schema.table_constraints t
    ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name
WHERE c.constraint_schema = DATABASE() AND t.constraint_type = 'CHECK'";

const CHECKS_MARIADB: &str =
    "SELECT table_name AS a, constraint_name AS b, CAST(check_clause AS CHAR) AS c, NULL AS d, NULL AS e,
    NULL AS f, NULL AS g, NULL AS h
FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()";

const TRIGGERS: &str =
    "SELECT event_object_table AS a, trigger_name AS b, action_timing AS c, event_manipulation AS d,
    CAST(action_statement AS CHAR) AS e, NULL AS f, NULL AS g, NULL AS h
FROM information_schema.triggers WHERE trigger_schema = DATABASE()";

const OBJECTS: &str = "SELECT 'view' AS a, table_name AS b, CAST(view_definition AS CHAR) AS c, NULL AS d, NULL AS e, NULL AS f,
    NULL AS g, NULL AS h FROM information_schema.views WHERE table_schema = DATABASE()
UNION ALL SELECT LOWER(routine_type), routine_name, CAST(routine_definition AS CHAR), NULL, NULL, NULL, NULL, NULL
FROM information_schema.routines WHERE routine_schema = DATABASE()";

const VERSION: &str =
    "SELECT VERSION() AS a, NULL AS b, NULL AS c, NULL AS d, NULL AS e, NULL AS f, NULL AS g, NULL AS h";

/// What DDL can change, as lines whose digest shows whether a statement has happened: one query per
/// part; what changes with the rows (sizes, counters) is left out. No joins: a table of
/// `information_schema` is fast to read only if the schema is a constant.
const DDL: [&str; 9] = [
    "SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, ENGINE, TABLE_COLLATION, TABLE_COMMENT, CREATE_OPTIONS) AS line \
     FROM information_schema.TABLES WHERE TABLE_SCHEMA IN (?) ORDER BY 1",
    "SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, \
     COALESCE(COLUMN_DEFAULT, '-'), EXTRA, COALESCE(COLLATION_NAME, '-'), COLUMN_COMMENT, \
     COALESCE(GENERATION_EXPRESSION, '-')) AS line \
     FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN (?) ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION",
    "SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, NON_UNIQUE, SEQ_IN_INDEX, COLUMN_NAME, COALESCE(SUB_PART, '-'), INDEX_TYPE) AS line \
     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA IN (?) ORDER BY 1",
    "SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, CONSTRAINT_TYPE) AS line \
     FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA IN (?) ORDER BY 1",
    "SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION, COLUMN_NAME, REFERENCED_TABLE_NAME, \
     REFERENCED_COLUMN_NAME) AS line FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA IN (?) ORDER BY 1",
    "SELECT CONCAT_WS('|', CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, UPDATE_RULE, DELETE_RULE) AS line \
     FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA IN (?) ORDER BY 1",
    "SELECT CONCAT_WS('|', CONSTRAINT_SCHEMA, CONSTRAINT_NAME, CHECK_CLAUSE) AS line \
     FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA IN (?) ORDER BY 1",
    "SELECT CONCAT_WS('|', TRIGGER_SCHEMA, TRIGGER_NAME, EVENT_MANIPULATION, EVENT_OBJECT_TABLE, ACTION_TIMING, ACTION_STATEMENT) AS line \
     FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA IN (?) ORDER BY 1",
    "SELECT line FROM (SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION) AS line \
     FROM information_schema.VIEWS WHERE TABLE_SCHEMA IN (?) \
     UNION ALL SELECT CONCAT_WS('|', ROUTINE_SCHEMA, ROUTINE_TYPE, ROUTINE_NAME, ROUTINE_DEFINITION) \
     FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA IN (?)) AS bodies ORDER BY 1",
];

/// The same for what few scripts touch: used only for scripts that contain the word.
const RARE_DDL: [(&str, &str); 4] = [
    ("DATABASE", ATTRIBUTES),
    ("SCHEMA", ATTRIBUTES),
    (
        "PARTITION",
        "SELECT CONCAT_WS('|', TABLE_SCHEMA, TABLE_NAME, PARTITION_NAME, SUBPARTITION_NAME, PARTITION_METHOD, PARTITION_EXPRESSION, \
     PARTITION_DESCRIPTION, PARTITION_COMMENT) AS line FROM information_schema.PARTITIONS \
     WHERE PARTITION_NAME IS NOT NULL AND TABLE_SCHEMA IN (?) ORDER BY 1",
    ),
    (
        "EVENT",
        "SELECT CONCAT_WS('|', EVENT_SCHEMA, EVENT_NAME, DEFINER, EVENT_TYPE, EXECUTE_AT, INTERVAL_VALUE, INTERVAL_FIELD, STARTS, ENDS, \
     STATUS, ON_COMPLETION, EVENT_COMMENT, EVENT_DEFINITION) AS line \
     FROM information_schema.EVENTS WHERE EVENT_SCHEMA IN (?) ORDER BY 1",
    ),
];
const ATTRIBUTES: &str = "SELECT CONCAT_WS('|', SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME) AS line \
     FROM information_schema.SCHEMATA WHERE SCHEMA_NAME IN (?) ORDER BY 1";

/// A script may have set `sql_select_limit`, which would cut the catalogue short.
pub(crate) const ALL: &str = "LIMIT 18446744073709551615";

/// Schemas that a script may name, besides the home schema.
pub(crate) const OTHER_SCHEMAS: &str =
    "SELECT SCHEMA_NAME AS line FROM information_schema.SCHEMATA WHERE SCHEMA_NAME <> DATABASE() ORDER BY 1";

/// The queries for what a script can change in some schemas, given as an SQL list. A digest of the
/// results is stored in the ledgers of half-applied databases: if the queries changed, an
/// interrupted statement would be taken for one that has run.
pub(crate) fn ddl_queries(schemas: &str, says: impl Fn(&str) -> bool) -> Vec<String> {
    let rare = RARE_DDL.iter().filter(|(word, _)| says(word)).map(|(_, query)| query);
    DDL.iter().chain(rare).map(|query| format!("{} {ALL}", query.replace('?', schemas))).collect()
}

pub(in crate::database) fn read(db: &mut dyn Questions) -> Result<Catalogue> {
    let mut catalogue = Catalogue::default();
    let mariadb = db.cells(VERSION)?.into_iter().any(|row| text(row.a).contains("MariaDB"));
    for row in db.cells(OPTIONS)? {
        let options =
            [row.b.map(|engine| format!("engine {}", engine.to_lowercase())), row.c].into_iter().flatten();
        catalogue.tables.insert(text(row.a), Table { options: options.collect(), ..Table::default() });
    }
    let mut each = |db: &mut dyn Questions, sql: &str, add: fn(&mut Table, Cells)| -> Result<()> {
        for row in db.cells(sql)? {
            if let Some(table) = row.a.as_ref().and_then(|name| catalogue.tables.get_mut(name)) {
                add(table, row);
            }
        }
        Ok(())
    };
    each(db, COLUMNS, if mariadb { add_mariadb_column } else { add_mysql_column })?;
    each(db, INDEXES, add_index)?;
    each(db, FOREIGN_KEYS, add_foreign_key)?;
    each(db, if mariadb { CHECKS_MARIADB } else { CHECKS_MYSQL }, |table, row| {
        table.checks.push((text(row.b), check(&text(row.c))));
    })?;
    each(db, TRIGGERS, |table, row| {
        let when = format!("{} {}", text(row.c), text(row.d)).to_lowercase();
        // MySQL keeps the semicolon after the statement, MariaDB drops it
        let body = squeeze(text(row.e).trim_end().trim_end_matches(';'));
        table.triggers.insert(text(row.b), format!("{when}: {body}"));
    })?;
    for row in db.cells(OBJECTS)? {
        catalogue.objects.insert(format!("{} {}", text(row.a), text(row.b)), squeeze(&text(row.c)));
    }
    Ok(catalogue)
}

/// MySQL reports "no default" as NULL and leaves literals bare.
fn add_mysql_column(table: &mut Table, row: Cells) {
    let literal = row.f.as_deref().is_none_or(|extra| !extra.contains("DEFAULT_GENERATED"));
    let default = row.e.clone().map(|default| {
        let number = default.parse::<f64>().is_ok();
        if literal && !number && !default.to_lowercase().starts_with("current_timestamp") {
            format!("'{}'", default.replace('\'', "''"))
        } else {
            default
        }
    });
    add_column(table, row, default);
}

/// MariaDB reports "no default" as the text `NULL` and quotes literals.
fn add_mariadb_column(table: &mut Table, row: Cells) {
    let default = row.e.clone().filter(|default| default != "NULL");
    add_column(table, row, default);
}

fn add_column(table: &mut Table, row: Cells, default: Option<String>) {
    let mut extra = Vec::new();
    let said = bare_calls(&text(row.f).to_lowercase()).replace("default_generated", "");
    if !said.trim().is_empty() {
        extra.push(squeeze(&said));
    }
    extra.extend(row.g);
    extra.extend(
        row.h
            .filter(|expression| !expression.is_empty())
            .map(|expression| format!("as {}", squeeze(&expression))),
    );
    let default = default.map(|default| {
        if default.to_lowercase().starts_with("current_timestamp") {
            bare_calls(&default.to_lowercase())
        } else {
            default
        }
    });
    let kind = without_width(&text(row.c));
    table.columns.push(Column {
        name: text(row.b),
        kind,
        nullable: row.d.as_deref() == Some("YES"),
        default,
        extra,
    });
}

fn bare_calls(text: &str) -> String {
    text.replace("current_timestamp()", "current_timestamp")
}

/// `int(11)` and `int` are the same type: the width is only for display. `tinyint(1)` is kept: it means boolean.
fn without_width(kind: &str) -> String {
    let kind = kind.trim();
    for integer in ["tinyint", "smallint", "mediumint", "int", "bigint"] {
        if let Some(rest) = kind.strip_prefix(integer).and_then(|rest| rest.strip_prefix('('))
            && let Some((width, rest)) = rest.split_once(')')
            && !(integer == "tinyint" && width == "1")
        {
            return format!("{integer}{rest}");
        }
    }
    // the values of an ENUM keep their case
    if kind.starts_with("enum") || kind.starts_with("set") { kind.to_owned() } else { kind.to_lowercase() }
}

fn add_index(table: &mut Table, row: Cells) {
    let name = text(row.b);
    let prefix = row.f.map(|length| format!("({length})")).unwrap_or_default();
    let descending = if row.e.as_deref() == Some("D") { " desc" } else { "" };
    let column = format!("{}{prefix}{descending}", row.d.unwrap_or_else(|| "(expression)".to_owned()));
    if name == "PRIMARY" {
        table.primary_key.push(column);
        return;
    }
    let index = table.indexes.entry(name).or_default();
    index.unique = row.c.as_deref() == Some("0");
    index.columns.push(column);
    if let Some(method) = row.g.filter(|method| method != "BTREE")
        && index.extra.is_empty()
    {
        index.extra.push(method.to_lowercase());
    }
}

fn add_foreign_key(table: &mut Table, row: Cells) {
    let name = text(row.b);
    if table.foreign_keys.last().is_none_or(|key| key.name != name) {
        // RESTRICT and NO ACTION are the same to InnoDB; MySQL 8 prints one, MariaDB the other
        let action = |said: Option<String>| match text(said).to_lowercase() {
            action if action == "restrict" => "no action".to_owned(),
            action => action,
        };
        table.foreign_keys.push(ForeignKey {
            columns: Vec::new(),
            parent: text(row.d),
            parent_columns: Vec::new(),
            on_delete: action(row.f),
            on_update: action(row.g),
            name,
        });
    }
    if let Some(key) = table.foreign_keys.last_mut() {
        key.columns.push(text(row.c));
        key.parent_columns.extend(row.e);
    }
}

/// MySQL prints `(length(`a`) > 0)` and `_utf8mb4\'x\'`, MariaDB `octet_length(`a`) > 0`: removes
/// the quotes of names, keeps the rest.
fn check(clause: &str) -> String {
    let clause = squeeze(&clause.replace('`', "").replace("_utf8mb4", "").replace("\\'", "'"));
    match clause.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) if !inner.contains('(') => inner.to_owned(),
        _ => clause,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn display_widths_do_not_show() {
        assert_eq!(without_width("int(11)"), "int");
        assert_eq!(without_width("bigint(20) unsigned"), "bigint unsigned");
        assert_eq!(without_width("tinyint(1)"), "tinyint(1)");
        assert_eq!(without_width("varchar(255)"), "varchar(255)");
        assert_eq!(without_width("enum('IMAGE','VIDEO')"), "enum('IMAGE','VIDEO')");
    }
}
