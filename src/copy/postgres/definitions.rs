//! Reads from the catalogue of PostgreSQL what an application has added. Names are printed without their schema, because the
//! target may have another one.

use std::collections::BTreeMap;

use super::PostgresReader;
use crate::copy::Result;
use crate::copy::definitions::{Definitions, OwnObject, TableDefinition, rows_of};
use crate::database::postgres::{literal, quote};
use crate::database::records::is_bookkeeping;
use crate::edition::Edition;

/// The schema that is read.
const HOME: &str = "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

/// Name, kind, persistence, options, key of partitions, whether it is a part of another table, and of which.
const TABLES: &str = "SELECT c.relname, c.relkind, c.relpersistence, coalesce(array_to_string(c.reloptions, ', '), ''), \
     c.relispartition, coalesce((SELECT string_agg(i.inhparent::regclass::text, ', ') FROM pg_inherits i WHERE i.inhrelid = c.oid), ''), \
     c.relrowsecurity FROM pg_class c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = {home} ORDER BY c.relname";

/// Table, column, type with its collation, default, whether it counts itself, expression of a generated column, whether
/// it refuses NULL.
const COLUMNS: &str = "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) || coalesce((SELECT ' COLLATE ' || \
     quote_ident(l.collname) FROM pg_collation l JOIN pg_type y ON y.oid = a.atttypid WHERE l.oid = a.attcollation \
     AND a.attcollation <> y.typcollation), ''), \
     CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END, \
     CASE WHEN a.attidentity = 'a' THEN 'ALWAYS' WHEN a.attidentity = 'd' OR EXISTS (SELECT 1 FROM pg_depend o \
     JOIN pg_class s ON s.oid = o.objid AND s.relkind = 'S' WHERE o.classid = 'pg_class'::regclass AND o.refobjid = c.oid \
     AND o.refobjsubid = a.attnum AND o.deptype = 'a') AND pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%' \
     AND a.atttypid IN (20, 21, 23) THEN 'BY DEFAULT' END, \
     CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END, a.attnotnull, \
     (SELECT format('INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s CACHE %s', q.seqincrement, q.seqmin, q.seqmax, q.seqstart, \
     q.seqcache) || CASE WHEN q.seqcycle THEN ' CYCLE' ELSE '' END FROM pg_depend o JOIN pg_sequence q ON q.seqrelid = o.objid \
     WHERE o.classid = 'pg_class'::regclass AND o.refclassid = 'pg_class'::regclass AND o.refobjid = c.oid AND o.refobjsubid = a.attnum \
     AND o.deptype IN ('a', 'i') LIMIT 1) \
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
     WHERE c.relkind IN ('r', 'p') AND c.relnamespace = {home} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.relname, a.attnum";

/// Table, name, kind, definition.
const CONSTRAINTS: &str = "SELECT t.relname, k.conname, k.contype, pg_get_constraintdef(k.oid, true) FROM pg_constraint k \
     JOIN pg_class t ON t.oid = k.conrelid WHERE t.relnamespace = {home} AND k.contype IN ('p', 'u', 'c', 'x', 'f') \
     ORDER BY t.relname, k.contype = 'f', k.conname";

/// Table, name, statement of indexes that no constraint makes.
const INDEXES: &str = "SELECT t.relname, i.relname, pg_get_indexdef(x.indexrelid, 0, true) FROM pg_index x \
     JOIN pg_class t ON t.oid = x.indrelid JOIN pg_class i ON i.oid = x.indexrelid \
     WHERE t.relnamespace = {home} AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = x.indexrelid \
     AND k.contype IN ('p', 'u', 'x')) ORDER BY t.relname, i.relname";

/// What is created before the tables: its name in messages, and its statement.
const FIRST: &str = "SELECT 'the extension ' || e.extname, 'CREATE EXTENSION IF NOT EXISTS ' || quote_ident(e.extname) \
     FROM pg_extension e WHERE e.extname <> 'plpgsql' AND EXISTS (SELECT 1 FROM pg_depend de JOIN pg_depend du \
     ON du.refclassid = de.classid AND du.refobjid = de.objid AND du.deptype = 'n' WHERE de.refclassid = 'pg_extension'::regclass \
     AND de.refobjid = e.oid AND de.deptype = 'e') \
     UNION ALL SELECT 'the domain ' || y.typname, 'DO $made$ BEGIN CREATE DOMAIN ' || quote_ident(y.typname) || ' AS ' \
     || format_type(y.typbasetype, y.typtypmod) || coalesce(' DEFAULT ' || y.typdefault, '') \
     || CASE WHEN y.typnotnull THEN ' NOT NULL' ELSE '' END || coalesce((SELECT string_agg(' CONSTRAINT ' || quote_ident(k.conname) \
     || ' ' || pg_get_constraintdef(k.oid, true), '' ORDER BY k.conname) FROM pg_constraint k WHERE k.contypid = y.oid \
     AND k.contype = 'c'), '') || '; EXCEPTION WHEN duplicate_object THEN NULL; END $made$' \
     FROM pg_type y WHERE y.typtype = 'd' AND y.typnamespace = {home} AND {own:y:pg_type} \
     UNION ALL SELECT 'the type ' || y.typname, 'DO $made$ BEGIN CREATE TYPE ' || quote_ident(y.typname) || ' AS (' \
     || (SELECT string_agg(quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod), ', ' ORDER BY a.attnum) \
     FROM pg_attribute a WHERE a.attrelid = y.typrelid AND a.attnum > 0 AND NOT a.attisdropped) \
     || '); EXCEPTION WHEN duplicate_object THEN NULL; END $made$' FROM pg_type y JOIN pg_class c ON c.oid = y.typrelid \
     WHERE c.relkind = 'c' AND y.typnamespace = {home} AND {own:y:pg_type} \
     UNION ALL SELECT 'the sequence ' || c.relname, 'CREATE SEQUENCE IF NOT EXISTS ' || quote_ident(c.relname) || ' AS ' \
     || format_type(s.seqtypid, NULL) || ' INCREMENT ' || s.seqincrement || ' MINVALUE ' || s.seqmin || ' MAXVALUE ' || s.seqmax \
     || ' START ' || s.seqstart || ' CACHE ' || s.seqcache || CASE WHEN s.seqcycle THEN ' CYCLE' ELSE '' END \
     FROM pg_class c JOIN pg_sequence s ON s.seqrelid = c.oid WHERE c.relnamespace = {home} AND {own:c:pg_class} \
     AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass \
     AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0) \
     UNION ALL SELECT 'the routine ' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')', \
     replace(pg_get_functiondef(p.oid), quote_ident(current_schema()) || '.' || quote_ident(p.proname) || '(', quote_ident(p.proname) || '(') \
     FROM pg_proc p WHERE p.pronamespace = {home} AND p.prokind IN ('f', 'p', 'w') AND p.proname NOT LIKE '\\_\\_instaseed\\_%' \
     AND {own:p:pg_proc}";

/// What is created after the rows: its name in messages, its statement, and the statement that removes it.
const LAST: &str = "SELECT 'the view ' || c.relname, 'CREATE VIEW ' || quote_ident(c.relname) \
     || coalesce(' WITH (' || array_to_string(c.reloptions, ', ') || ')', '') || ' AS ' || pg_get_viewdef(c.oid, true), \
     'DROP VIEW IF EXISTS ' || quote_ident(c.relname) || ' CASCADE' \
     FROM pg_class c WHERE c.relkind = 'v' AND c.relnamespace = {home} AND {own:c:pg_class} \
     UNION ALL SELECT 'the view ' || c.relname, 'CREATE MATERIALIZED VIEW ' || quote_ident(c.relname) || ' AS ' \
     || rtrim(pg_get_viewdef(c.oid, true), ';') || coalesce((SELECT string_agg('; ' || pg_get_indexdef(x.indexrelid, 0, true), '') \
     FROM pg_index x WHERE x.indrelid = c.oid), ''), 'DROP MATERIALIZED VIEW IF EXISTS ' || quote_ident(c.relname) || ' CASCADE' \
     FROM pg_class c WHERE c.relkind = 'm' AND c.relnamespace = {home} AND {own:c:pg_class} \
     UNION ALL SELECT 'the trigger ' || g.tgname || ' on ' || t.relname, pg_get_triggerdef(g.oid, true) || CASE g.tgenabled \
     WHEN 'D' THEN '; ALTER TABLE ' || quote_ident(t.relname) || ' DISABLE TRIGGER ' || quote_ident(g.tgname) \
     WHEN 'A' THEN '; ALTER TABLE ' || quote_ident(t.relname) || ' ENABLE ALWAYS TRIGGER ' || quote_ident(g.tgname) \
     WHEN 'R' THEN '; ALTER TABLE ' || quote_ident(t.relname) || ' ENABLE REPLICA TRIGGER ' || quote_ident(g.tgname) \
     ELSE '' END, 'DROP TRIGGER IF EXISTS ' || quote_ident(g.tgname) || ' ON ' || quote_ident(t.relname) \
     FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid JOIN pg_proc p ON p.oid = g.tgfoid WHERE NOT g.tgisinternal \
     AND t.relnamespace = {home} AND p.proname NOT LIKE '\\_\\_instaseed\\_%' \
     UNION ALL SELECT 'the rule ' || r.rulename || ' on ' || c.relname, pg_get_ruledef(r.oid, true), \
     'DROP RULE IF EXISTS ' || quote_ident(r.rulename) || ' ON ' || quote_ident(c.relname) \
     FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class WHERE c.relnamespace = {home} AND r.rulename <> '_RETURN' AND {own:c:pg_class} \
     UNION ALL SELECT 'the statistics ' || s.stxname, replace(pg_get_statisticsobjdef(s.oid), quote_ident(current_schema()) || '.', ''), \
     'DROP STATISTICS IF EXISTS ' || quote_ident(s.stxname) FROM pg_statistic_ext s WHERE s.stxnamespace = {home} \
     UNION ALL SELECT 'the comment of ' || c.relname, 'COMMENT ON ' || CASE c.relkind WHEN 'v' THEN 'VIEW ' \
     WHEN 'm' THEN 'MATERIALIZED VIEW ' WHEN 'i' THEN 'INDEX ' WHEN 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || quote_ident(c.relname) \
     || ' IS ' || quote_literal(o.description), 'SELECT 1' FROM pg_description o JOIN pg_class c ON c.oid = o.objoid \
     WHERE o.classoid = 'pg_class'::regclass AND o.objsubid = 0 AND c.relkind IN ('r', 'p', 'v', 'm', 'i', 'S') \
     AND c.relnamespace = {home} AND {own:c:pg_class} \
     UNION ALL SELECT 'the comment of ' || c.relname || '.' || a.attname, 'COMMENT ON COLUMN ' || quote_ident(c.relname) || '.' \
     || quote_ident(a.attname) || ' IS ' || quote_literal(o.description), 'SELECT 1' FROM pg_description o \
     JOIN pg_class c ON c.oid = o.objoid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = o.objsubid \
     WHERE o.classoid = 'pg_class'::regclass AND o.objsubid > 0 AND c.relnamespace = {home} AND {own:c:pg_class} \
     UNION ALL SELECT 'the comment of ' || p.proname, 'COMMENT ON ROUTINE ' || quote_ident(p.proname) || '(' \
     || pg_get_function_identity_arguments(p.oid) || ') IS ' || quote_literal(o.description), 'SELECT 1' \
     FROM pg_description o JOIN pg_proc p ON p.oid = o.objoid WHERE o.classoid = 'pg_proc'::regclass \
     AND p.pronamespace = {home} AND {own:p:pg_proc}";

/// What has no statement here.
const LEFT: &str = "SELECT 'the row policy ' || p.polname || ' on ' || c.relname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid \
     WHERE c.relnamespace = {home} \
     UNION ALL SELECT 'the aggregate ' || p.proname FROM pg_proc p WHERE p.pronamespace = {home} AND p.prokind = 'a' AND {own:p:pg_proc} \
     UNION ALL SELECT 'the type ' || y.typname FROM pg_type y WHERE y.typnamespace = {home} AND y.typtype IN ('r', 'b') \
     AND y.typelem = 0 AND {own:y:pg_type} \
     UNION ALL SELECT 'the foreign table ' || c.relname FROM pg_class c WHERE c.relkind = 'f' AND c.relnamespace = {home} \
     UNION ALL SELECT 'the operator ' || o.oprname FROM pg_operator o WHERE o.oprnamespace = {home} AND {own:o:pg_operator} \
     UNION ALL SELECT 'the collation ' || l.collname FROM pg_collation l WHERE l.collnamespace = {home} AND {own:l:pg_collation} \
     UNION ALL SELECT 'the search configuration ' || f.cfgname FROM pg_ts_config f WHERE f.cfgnamespace = {home} AND {own:f:pg_ts_config} \
     UNION ALL SELECT 'the event trigger ' || v.evtname FROM pg_event_trigger v \
     UNION ALL SELECT 'the publication ' || b.pubname FROM pg_publication b \
     UNION ALL SELECT 'the schema ' || n.nspname || ', with ' || (SELECT count(*) FROM pg_class c WHERE c.relnamespace = n.oid \
     AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND {own:c:pg_class}) || ' tables, views and sequences' FROM pg_namespace n \
     WHERE n.oid <> {home} AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' \
     AND EXISTS (SELECT 1 FROM pg_class c WHERE c.relnamespace = n.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND {own:c:pg_class}) \
     UNION ALL SELECT count(*) || ' large objects' FROM pg_largeobject_metadata HAVING count(*) > 0";

/// Table, column, sequence.
const SEQUENCES: &str = "SELECT c.relname, a.attname, d.objid::regclass::text FROM pg_depend d \
     JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_class c ON c.oid = d.refobjid \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid \
     WHERE d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND c.relnamespace = {home}";

/// A query with its placeholders filled in: the schema, and what belongs to no extension.
fn filled(query: &str) -> String {
    let mut parts = query.split("{own:");
    let mut sql = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (of, rest) = part.split_once('}').unwrap_or((part, ""));
        let (alias, class) = of.split_once(':').unwrap_or((of, ""));
        sql += &format!(
            "NOT EXISTS (SELECT 1 FROM pg_depend x WHERE x.classid = '{class}'::regclass AND x.objid = {alias}.oid AND x.deptype = 'e')"
        );
        sql += rest;
    }
    sql.replace("{home}", HOME)
}

pub(in crate::copy) fn definitions(reader: &mut PostgresReader, edition: Edition) -> Result<Definitions> {
    let mut found = Definitions::new(quote, |_, index| format!("DROP INDEX IF EXISTS {}", quote(index)));
    let is_ours = |name: &str| edition.tables().iter().any(|table| table.name == name);
    for [what, sql] in rows_of::<2>(reader, &filled(FIRST))? {
        let mut object = OwnObject::first(what.clone(), sql);
        if let Some(name) = what.strip_prefix("the sequence ") {
            let next = format!("SELECT last_value, is_called FROM {}", quote(name));
            for [last, called] in rows_of::<2>(reader, &next)? {
                object.sql.push(format!(
                    "SELECT setval({}, {last}, {})",
                    literal(&quote(name)),
                    called == "t"
                ));
            }
        }
        found.objects.push(object);
    }
    tables(reader, &is_ours, &mut found)?;
    for [what, sql, drop] in rows_of::<3>(reader, &filled(LAST))? {
        found.objects.push(OwnObject::new(what, sql, drop));
    }
    for [what] in rows_of::<1>(reader, &filled(LEFT))? {
        found.left.push(what);
    }
    for [table, column, sequence] in rows_of::<3>(reader, &filled(SEQUENCES))? {
        if is_bookkeeping(&table) {
            continue;
        }
        let step =
            format!("SELECT seqincrement FROM pg_sequence WHERE seqrelid = {}::regclass", literal(&sequence));
        let next =
            format!("SELECT last_value + CASE WHEN is_called THEN ({step}) ELSE 0 END FROM {sequence}");
        for [next] in rows_of::<1>(reader, &next)? {
            found.counters.extend(next.parse().ok().map(|next| (table.clone(), Some(column.clone()), next)));
        }
    }
    Ok(found)
}

fn tables(
    reader: &mut PostgresReader,
    is_ours: &dyn Fn(&str) -> bool,
    found: &mut Definitions,
) -> Result<()> {
    let mut parts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for [table, column, kind, default, counts, generated, required, sequence] in
        rows_of::<8>(reader, &filled(COLUMNS))?
    {
        let name = quote(&column);
        let mut definition = format!("{name} {kind}");
        if !generated.is_empty() {
            definition += &format!(" GENERATED ALWAYS AS ({generated}) STORED");
        } else if !counts.is_empty() {
            definition += &format!(" GENERATED {counts} AS IDENTITY ({sequence})");
        } else if !default.is_empty() {
            definition += &format!(" DEFAULT {default}");
        }
        definition += if required == "t" { " NOT NULL" } else { "" };
        let default = match default.is_empty() || !counts.is_empty() {
            true => String::new(),
            false => format!(", ALTER {name} SET DEFAULT {default}"),
        };
        let null = if required == "t" { "SET" } else { "DROP" };
        let change = format!(
            "ALTER TABLE {} ALTER {name} DROP DEFAULT, ALTER {name} TYPE {kind}{default}, ALTER {name} {null} NOT NULL",
            quote(&table)
        );
        parts.entry(table.clone()).or_default().push(definition.clone());
        found.changes.insert((table.clone(), column.clone()), change);
        found.columns.insert((table, column), definition);
    }
    let mut after: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for [table, name, kind, definition] in rows_of::<4>(reader, &filled(CONSTRAINTS))? {
        let constraint = format!("CONSTRAINT {} {definition}", quote(&name));
        if !is_bookkeeping(&table) {
            particulars(found, &table, &name, &definition, is_ours(&table));
        }
        let add = format!("ALTER TABLE {} ADD {constraint}", quote(&table));
        let drop = format!("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}", quote(&table), quote(&name));
        match kind.as_str() {
            "f" => after.entry(table.clone()).or_default().push(add.clone()),
            _ => parts.entry(table.clone()).or_default().push(constraint),
        }
        found.constraints.insert((table, name), (add, drop));
    }
    for [table, name, sql] in rows_of::<3>(reader, &filled(INDEXES))? {
        if sql.contains("NULLS NOT DISTINCT") {
            found.objects.push(OwnObject::within(format!("the NULLS NOT DISTINCT of {name} on {table}")));
        }
        after.entry(table.clone()).or_default().insert(0, sql.clone());
        found.indexes.insert((table, name), sql);
    }
    for [name, kind, persistence, options, is_part, parents, is_guarded] in
        rows_of::<7>(reader, &filled(TABLES))?
    {
        if is_bookkeeping(&name) {
            continue;
        }
        if is_part == "t" {
            found.skip.insert(name);
            continue;
        }
        if kind == "p" {
            found.left.push(format!("the partitions of {name}: they become one table"));
        }
        if !parents.is_empty() {
            found.left.push(format!("the inheritance of {name} from {parents}"));
        }
        if is_guarded == "t" {
            found.left.push(format!("the row security of {name}"));
        }
        if is_ours(&name) {
            continue;
        }
        let unlogged = if persistence == "u" { "UNLOGGED " } else { "" };
        let options = if options.is_empty() { options } else { format!(" WITH ({options})") };
        let create = format!(
            "CREATE {unlogged}TABLE {} ({}){options}",
            quote(&name),
            parts.remove(&name).unwrap_or_default().join(", ")
        );
        let after = after.remove(&name).unwrap_or_default();
        found.tables.insert(name, TableDefinition { create, after });
    }
    Ok(())
}

/// What a constraint says that only this engine understands. A constraint of the edition is changed to say it too.
fn particulars(found: &mut Definitions, table: &str, name: &str, definition: &str, is_ours: bool) {
    for (word, what) in [
        (" DEFERRABLE", "the deferral"),
        ("NULLS NOT DISTINCT", "the NULLS NOT DISTINCT"),
        (" NOT VALID", "the NOT VALID"),
        (" MATCH FULL", "the MATCH FULL"),
    ] {
        if !definition.contains(word) {
            continue;
        }
        let what = format!("{what} of {name} on {table}");
        let alter = format!("ALTER TABLE {} ALTER CONSTRAINT {}", quote(table), quote(name));
        let is_late = definition.contains("INITIALLY DEFERRED");
        found.objects.push(match (word, is_ours) {
            (" DEFERRABLE", true) => OwnObject::new(
                what,
                format!("{alter} DEFERRABLE{}", if is_late { " INITIALLY DEFERRED" } else { "" }),
                format!("{alter} NOT DEFERRABLE"),
            ),
            _ => OwnObject::within(what),
        });
    }
}
