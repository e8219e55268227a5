//! PostgreSQL's catalogue, from pg_catalog, for the current schema. Constraints and indexes are read
//! part by part where possible; expressions are printed by the server, which prints equal ones alike.

use super::{Catalogue, Cells, Column, ForeignKey, Questions, Table, squeeze, text};
use crate::database::Result;

pub(in crate::database) const TABLES: &str =
    "SELECT relname::text AS a, NULL::text AS b, NULL::text AS c, NULL::text AS d, NULL::text AS e,
    NULL::text AS f, NULL::text AS g, NULL::text AS h
FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

const OPTIONS: &str = "SELECT relname::text AS a, relpersistence::text AS b, array_to_string(reloptions, ' ') AS c, NULL::text AS d,
    NULL::text AS e, NULL::text AS f, NULL::text AS g, NULL::text AS h
FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

const COLUMNS: &str = "SELECT c.relname::text AS a, a.attname::text AS b, format_type(a.atttypid, a.atttypmod) AS c,
    a.attnotnull::text AS d, pg_get_expr(d.adbin, d.adrelid) AS e, a.attidentity::text AS f, a.attgenerated::text AS g,
    (SELECT l.collname::text FROM pg_collation l WHERE l.oid = a.attcollation AND l.collname <> 'default') AS h
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p') AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY c.relname, a.attnum";

const INDEXES: &str = "SELECT t.relname::text AS a, i.relname::text AS b, x.indisunique::text AS c, x.indisprimary::text AS d,
    pg_get_indexdef(x.indexrelid, k.n, true) || CASE WHEN x.indoption[k.n - 1] & 1 = 1 THEN ' desc' ELSE '' END AS e,
    pg_get_expr(x.indpred, x.indrelid, true) AS f, m.amname::text AS g, x.indisvalid::text AS h
FROM pg_index x JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am m ON m.oid = i.relam
CROSS JOIN LATERAL generate_series(1, x.indnkeyatts) AS k(n)
WHERE t.relkind IN ('r', 'p') AND t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) ORDER BY t.relname, i.relname, k.n";

const FOREIGN_KEYS: &str = "SELECT t.relname::text AS a, k.conname::text AS b,
    (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = k.conkey[n.n]) AS c,
    p.relname::text AS d,
    (SELECT a.attname::text FROM pg_attribute a WHERE a.attrelid = k.confrelid AND a.attnum = k.confkey[n.n]) AS e,
    k.confdeltype::text AS f, k.confupdtype::text AS g, (k.condeferrable::text || k.convalidated::text) AS h
FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
CROSS JOIN LATERAL generate_series(1, cardinality(k.conkey)) AS n(n)
WHERE k.contype = 'f' AND t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) ORDER BY t.relname, k.conname, n.n";

const CHECKS: &str = "SELECT t.relname::text AS a, k.conname::text AS b, pg_get_constraintdef(k.oid, true) AS c, NULL::text AS d,
    NULL::text AS e, NULL::text AS f, NULL::text AS g, NULL::text AS h
FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid
WHERE k.contype IN ('c', 'x') AND t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

const TRIGGERS: &str =
    "SELECT t.relname::text AS a, g.tgname::text AS b, pg_get_triggerdef(g.oid, true) AS c, NULL::text AS d,
    NULL::text AS e, NULL::text AS f, NULL::text AS g, NULL::text AS h
FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid
WHERE NOT g.tgisinternal AND t.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

/// Views, routines, enums, domains and sequences that belong to no column; objects from extensions are left out.
const OBJECTS: &str = "SELECT 'view' AS a, c.relname::text AS b, pg_get_viewdef(c.oid, true) AS c, NULL::text AS d, NULL::text AS e,
    NULL::text AS f, NULL::text AS g, NULL::text AS h
FROM pg_class c WHERE c.relkind IN ('v', 'm') AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
UNION ALL SELECT 'routine', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', p.prosrc, NULL, NULL, NULL, NULL, NULL
FROM pg_proc p WHERE p.pronamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL SELECT 'enum', y.typname::text, (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
    FROM pg_enum e WHERE e.enumtypid = y.oid), NULL, NULL, NULL, NULL, NULL
FROM pg_type y WHERE y.typtype = 'e' AND y.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
UNION ALL SELECT 'domain', y.typname::text, format_type(y.typbasetype, y.typtypmod) || coalesce((SELECT string_agg(' '
    || pg_get_constraintdef(k.oid, true), '' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = y.oid), ''), NULL, NULL, NULL, NULL, NULL
FROM pg_type y WHERE y.typtype = 'd' AND y.typnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
UNION ALL SELECT 'sequence', c.relname::text, '', NULL, NULL, NULL, NULL, NULL
FROM pg_class c WHERE c.relkind = 'S' AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype IN ('a', 'i', 'e') AND d.refobjsubid > 0)";

/// What DDL can change, as lines whose digest shows whether a statement has happened. `{n}` is the
/// list of the schemas' oids, `{valid}` the condition on an index.
const DDL: [&str; 8] = [
    "SELECT concat_ws('|', c.relnamespace, c.relkind, c.relname, c.relpersistence, array_to_string(c.reloptions, ',')) AS line \
     FROM pg_class c WHERE c.relnamespace IN {n} AND c.relkind IN ('r','p','v','m','S','f','c') ORDER BY 1",
    "SELECT concat_ws('|', c.relnamespace, c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, \
     a.attidentity, pg_get_expr(d.adbin, d.adrelid)) AS line FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
     WHERE c.relnamespace IN {n} AND c.relkind IN ('r','p','v','m','f','c') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1",
    "SELECT pg_get_indexdef(i.indexrelid) AS line FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
     WHERE c.relnamespace IN {n} AND {valid} ORDER BY 1",
    "SELECT concat_ws('|', connamespace, conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid)) AS line \
     FROM pg_constraint WHERE connamespace IN {n} ORDER BY 1",
    "SELECT concat_ws('|', t.tgenabled, pg_get_triggerdef(t.oid)) AS line FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
     WHERE c.relnamespace IN {n} AND NOT t.tgisinternal ORDER BY 1",
    "SELECT concat_ws('|', p.pronamespace, p.proname, pg_get_function_identity_arguments(p.oid), md5(p.prosrc)) AS line \
     FROM pg_proc p WHERE p.pronamespace IN {n} \
     UNION ALL SELECT concat_ws('|', c.relnamespace, c.relname, md5(pg_get_viewdef(c.oid))) FROM pg_class c \
     WHERE c.relnamespace IN {n} AND c.relkind IN ('v','m') ORDER BY 1",
    "SELECT concat_ws('|', t.typnamespace, t.typname, e.enumsortorder, e.enumlabel) AS line FROM pg_type t \
     LEFT JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typnamespace IN {n} AND t.typtype IN ('e','d') ORDER BY 1",
    "SELECT concat_ws('|', i.inhparent::regclass, i.inhrelid::regclass) AS line FROM pg_inherits i \
     JOIN pg_class c ON c.oid = i.inhrelid WHERE c.relnamespace IN {n} ORDER BY 1",
];

/// All schemas: their oids, whether each is the home schema, their names.
pub(crate) const SCHEMAS: &str = "SELECT concat_ws(' ', oid, (nspname = current_schema())::int, nspname) AS line FROM pg_namespace ORDER BY oid";

/// The queries for what DDL can change in some schemas, given as an SQL list of oids; they cover all
/// indexes or only the valid ones. A digest of the results is stored in the ledgers of half-applied
/// databases: if the queries changed, an interrupted statement would be taken for one that has run.
pub(crate) fn ddl_queries(schemas: &str, only_valid: bool) -> Vec<String> {
    let valid = if only_valid { "i.indisvalid" } else { "true" };
    DDL.iter().map(|query| query.replace("{n}", schemas).replace("{valid}", valid)).collect()
}

pub(in crate::database) fn read(db: &mut dyn Questions) -> Result<Catalogue> {
    let mut catalogue = Catalogue::default();
    for row in db.cells(OPTIONS)? {
        let persistence = match row.b.as_deref() {
            Some("u") => Some("unlogged".to_owned()),
            _ => None,
        };
        let options = persistence.into_iter().chain(row.c).collect();
        catalogue.tables.insert(text(row.a), Table { options, ..Table::default() });
    }
    let mut each = |db: &mut dyn Questions, sql: &str, add: fn(&mut Table, Cells)| -> Result<()> {
        for row in db.cells(sql)? {
            if let Some(table) = row.a.as_ref().and_then(|name| catalogue.tables.get_mut(name)) {
                add(table, row);
            }
        }
        Ok(())
    };
    each(db, COLUMNS, add_column)?;
    each(db, INDEXES, add_index)?;
    each(db, FOREIGN_KEYS, add_foreign_key)?;
    each(db, CHECKS, |table, row| table.checks.push((text(row.b), squeeze(&text(row.c)))))?;
    each(db, TRIGGERS, |table, row| {
        table.triggers.insert(text(row.b), squeeze(&text(row.c)));
    })?;
    for row in db.cells(OBJECTS)? {
        catalogue.objects.insert(format!("{} {}", text(row.a), text(row.b)), squeeze(&text(row.c)));
    }
    Ok(catalogue)
}

fn add_column(table: &mut Table, row: Cells) {
    let mut extra = Vec::new();
    match row.f.as_deref() {
        Some("a") => extra.push("identity always".to_owned()),
        Some("d") => extra.push("identity by default".to_owned()),
        _ => {}
    }
    let mut default = row.e;
    if row.g.as_deref() == Some("s") {
        extra.extend(default.take().map(|expression| format!("as {expression}")));
    }
    extra.extend(row.h.map(|collation| format!("collate {collation}")));
    let nullable = row.d.as_deref() != Some("true");
    table.columns.push(Column { name: text(row.b), kind: text(row.c), nullable, default, extra });
}

fn add_index(table: &mut Table, row: Cells) {
    if row.d.as_deref() == Some("true") {
        table.primary_key.push(text(row.e));
        return;
    }
    let index = table.indexes.entry(text(row.b)).or_default();
    index.unique = row.c.as_deref() == Some("true");
    index.columns.push(text(row.e));
    if index.columns.len() == 1 {
        index.extra.extend(row.g.filter(|method| method != "btree"));
        index.extra.extend(row.f.map(|condition| format!("where {condition}")));
        index.extra.extend((row.h.as_deref() == Some("false")).then(|| "invalid".to_owned()));
    }
}

fn add_foreign_key(table: &mut Table, row: Cells) {
    let name = text(row.b);
    if table.foreign_keys.last().is_none_or(|key| key.name != name) {
        table.foreign_keys.push(ForeignKey {
            columns: Vec::new(),
            parent: text(row.d),
            parent_columns: Vec::new(),
            on_delete: action(row.f),
            on_update: action(row.g),
            name,
        });
        if let Some("falsefalse" | "truefalse") = row.h.as_deref() {
            table.options.push("a foreign key is not validated".to_owned());
        }
    }
    if let Some(key) = table.foreign_keys.last_mut() {
        key.columns.push(text(row.c));
        key.parent_columns.extend(row.e);
    }
}

fn action(letter: Option<String>) -> String {
    match letter.as_deref() {
        Some("c") => "cascade",
        Some("r") => "restrict",
        Some("n") => "set null",
        Some("d") => "set default",
        _ => "no action",
    }
    .to_owned()
}
