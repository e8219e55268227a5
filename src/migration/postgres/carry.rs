//! PostgreSQL: finds the user's objects that our steps would fail on, in `pg_depend`.
//!
//! The server follows a rename everywhere except in function bodies, which are plain text to it; these
//! are searched for the names that change. What the server itself would refuse (a view on a column
//! whose type changes, a foreign key to a dropped table) is found beforehand, and all of it at once.

use diesel::QueryResult;

use crate::database::PgConnection;
use crate::migration::bookkeeping::{LedgerStore, cells};
use crate::migration::carry::Carrier;
use crate::migration::carry::aside::Aside;
use crate::migration::carry::way::{Surroundings, Way};
use crate::migration::carry::words::identifiers;
use crate::migration::carry::{is_our_key, literals, model, own, renamed_keys};
use crate::migration::lexer::Lexis;
use crate::migration::postgres::LEXIS;
use crate::migration::session::Session;
use crate::migration::{Direction, Migration, Obstacle};

mod views;

impl Carrier for PgConnection {
    fn surroundings(&mut self) -> QueryResult<Surroundings> {
        let columns = self.lines(
            "SELECT json_build_array(c.relname, a.attname)::text AS line FROM pg_class c \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
             WHERE c.relkind IN ('r', 'p', 'f') AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
             ORDER BY c.relname, a.attnum",
        )?;
        let views = self.lines(
            "SELECT c.relname::text AS line FROM pg_class c \
             WHERE c.relkind IN ('v', 'm', 'S') AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())",
        )?;
        Surroundings::from_lines(&columns, views)
    }

    fn obstacles(&mut self, way: &Way<'_>) -> QueryResult<Vec<Obstacle>> {
        obstacles(self, way)
    }

    fn belongings(&mut self, table: &str) -> QueryResult<Vec<(String, String)>> {
        belongings(self, table)
    }

    fn put_aside(&mut self, migration: &Migration, direction: Direction) -> QueryResult<Aside> {
        Ok(Aside::of_statements(views::put_aside(self, migration, direction)?))
    }

    fn put_back(&mut self, aside: &Aside) -> QueryResult<()> {
        aside.statements().iter().try_for_each(|sql| self.one(sql))
    }
}

fn obstacles(session: &mut dyn Session, way: &Way<'_>) -> QueryResult<Vec<Obstacle>> {
    let mut found = Vec::new();
    columns(session, way, &mut found)?;
    views(session, way, &mut found)?;
    tables(session, way, &mut found)?;
    foreign_keys(session, way, &mut found)?;
    functions(session, way, &mut found)?;
    if way.crosses() {
        taken_names(session, way, &mut found)?;
    }
    if way.has(model::NAMES, Direction::Up) {
        renamed_keys(session, way, KEYS, "RENAME CONSTRAINT", &mut found)?;
    }
    Ok(found)
}

const VISIBLE: &str = "c.relkind IN ('r', 'p') AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

/// The kind and name of the dependent object `d` (for a rule, its view; for a default, its column),
/// and the statement that removes it.
const DEPENDENT: &str = "CASE WHEN r.oid IS NOT NULL THEN CASE v.relkind WHEN 'm' THEN 'materialized view' ELSE 'view' END \
     WHEN f.oid IS NOT NULL THEN 'column' ELSE (pg_identify_object(d.classid, d.objid, d.objsubid)).type END, \
     coalesce(v.relname::text, f.adrelid::regclass || '.' || (SELECT attname FROM pg_attribute WHERE attrelid = f.adrelid AND attnum = f.adnum), \
     (pg_identify_object(d.classid, d.objid, d.objsubid)).name, \
     split_part((pg_identify_object(d.classid, d.objid, d.objsubid)).identity, ' on ', 1)), \
     CASE WHEN v.oid IS NOT NULL THEN 'DROP ' || CASE v.relkind WHEN 'm' THEN 'MATERIALIZED VIEW ' WHEN 'v' THEN 'VIEW ' \
     ELSE 'RULE ' || quote_ident(r.rulename) || ' ON ' END || v.oid::regclass \
     WHEN f.oid IS NOT NULL THEN 'ALTER TABLE ' || f.adrelid::regclass || ' DROP COLUMN ' \
     || (SELECT quote_ident(attname) FROM pg_attribute WHERE attrelid = f.adrelid AND attnum = f.adnum) \
     ELSE coalesce((SELECT 'ALTER TABLE ' || k.conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(k.conname) \
     FROM pg_constraint k WHERE d.classid = 'pg_constraint'::regclass AND k.oid = d.objid AND k.conrelid <> 0), \
     (SELECT 'DROP TRIGGER ' || quote_ident(t.tgname) || ' ON ' || t.tgrelid::regclass \
     FROM pg_trigger t WHERE d.classid = 'pg_trigger'::regclass AND t.oid = d.objid), \
     (SELECT 'DROP POLICY ' || quote_ident(p.polname) || ' ON ' || p.polrelid::regclass \
     FROM pg_policy p WHERE d.classid = 'pg_policy'::regclass AND p.oid = d.objid), \
     (SELECT 'ALTER TABLE ' || h.attrelid::regclass || ' DROP COLUMN ' || quote_ident(h.attname) FROM pg_attribute h \
     WHERE d.classid = 'pg_class'::regclass AND d.objsubid > 0 AND h.attrelid = d.objid AND h.attnum = d.objsubid), \
     (SELECT 'DROP ' || upper(o.type) || ' ' || coalesce(o.name, o.identity) \
     FROM pg_identify_object(d.classid, d.objid, d.objsubid) o)) END";

const JOINS: &str = "LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid \
     LEFT JOIN pg_class v ON v.oid = r.ev_class \
     LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid";

/// What depends on a column that is dropped or changes its type.
fn columns(session: &mut dyn Session, way: &Way<'_>, found: &mut Vec<Obstacle>) -> QueryResult<()> {
    let lost = way.lost_columns.iter().map(|(table, column)| (table.clone(), column.clone(), "goes"));
    let retyped =
        way.retyped_columns().into_iter().map(|(table, column)| (table, column, "changes its type"));
    for (table, column, fate) in lost.chain(retyped) {
        let lines = session.lines(&format!(
            "SELECT DISTINCT json_build_array({DEPENDENT})::text AS line FROM pg_class c \
             JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = {} AND NOT a.attisdropped \
             JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum \
             {JOINS} WHERE c.relname = {} AND {VISIBLE} AND d.deptype IN ('n', 'a') \
             AND (f.oid IS NULL OR f.adrelid <> c.oid OR f.adnum <> a.attnum) ORDER BY line",
            literals([column.as_str()]),
            literals([table.as_str()]),
        ))?;
        for line in lines {
            let [kind, name, drop] = &cells(&line)?;
            // The server rebuilds these itself; `views` handles views.
            let follows = fate != "goes"
                && matches!(
                    kind.as_str(),
                    "index" | "table constraint" | "statistics object" | "view" | "materialized view"
                );
            if !follows && !is_ours(name) {
                found.push(obstacle(kind, name, drop, format!("it uses {table}.{column}, which {fate}")));
            }
        }
        let granted = session.number(&format!(
            "SELECT count(*) AS number FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
             WHERE c.relname = {} AND a.attname = {} AND a.attacl IS NOT NULL AND {VISIBLE}",
            literals([table.as_str()]),
            literals([column.as_str()]),
        ))?;
        if granted > 0 && fate == "goes" {
            let revoke = format!("REVOKE what was granted on {table} ({column})");
            found.push(Obstacle {
                kind: "privileges".to_owned(),
                name: format!("{table}.{column}"),
                because: "they are granted on a column that goes".to_owned(),
                way_out: revoke.into(),
            });
        }
    }
    Ok(())
}

/// Views on a column whose type changes are put aside for a moment; some cannot be.
fn views(session: &mut dyn Session, way: &Way<'_>, found: &mut Vec<Obstacle>) -> QueryResult<()> {
    for (kind, name, why) in views::lost(session, &way.retyped_columns())? {
        let because =
            format!("it reads a column whose type changes; {why} cannot be made again without loss");
        // The name is already quoted where necessary.
        let drop = format!("DROP {} {name}", kind.to_uppercase());
        found.push(obstacle(&kind, &name, &drop, because));
    }
    Ok(())
}

/// Our constraints and triggers on these columns are dropped or recreated by the steps themselves.
fn is_ours(name: &str) -> bool {
    model::is_our_index(name)
        || model::is_our_check(name)
        || is_our_key(name)
        || ["users", "posts", "comments"].iter().any(|table| name == format!("{table}_set_updated_at"))
}

fn obstacle(kind: &str, name: &str, drop: &str, because: String) -> Obstacle {
    Obstacle {
        kind: kind.to_owned(),
        name: name.to_owned(),
        because,
        way_out: format!("{drop}; make it again afterwards, under the new names").into(),
    }
}

/// What depends on a dropped table, other than foreign keys: views, functions over its row type, child tables.
fn tables(session: &mut dyn Session, way: &Way<'_>, found: &mut Vec<Obstacle>) -> QueryResult<()> {
    if way.lost_tables.is_empty() {
        return Ok(());
    }
    let lost = literals(way.lost_tables.iter().map(String::as_str));
    let lines = session.lines(&format!(
        "SELECT DISTINCT json_build_array(c.relname, (SELECT 'ALTER TABLE ' || i.inhrelid::regclass || ' NO INHERIT ' || i.inhparent::regclass \
         FROM pg_inherits i WHERE d.classid = 'pg_class'::regclass AND i.inhrelid = d.objid AND i.inhparent = d.refobjid), \
         {DEPENDENT})::text AS line FROM pg_class c \
         JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid \
         OR d.refclassid = 'pg_type'::regclass AND d.refobjid = c.reltype \
         {JOINS} WHERE c.relname IN ({lost}) AND {VISIBLE} AND d.deptype = 'n' \
         AND coalesce(v.oid, CASE WHEN d.classid = 'pg_class'::regclass THEN d.objid END, 0) NOT IN \
         (SELECT c.oid FROM pg_class c WHERE c.relname IN ({lost}) AND {VISIBLE}) \
         AND d.classid IN ('pg_rewrite'::regclass, 'pg_class'::regclass, 'pg_proc'::regclass, 'pg_policy'::regclass, 'pg_attrdef'::regclass) \
         ORDER BY line"
    ))?;
    for line in lines {
        let [table, leave, kind, name, drop] = &cells(&line)?;
        // A table that inherits can be detached, and keeps its columns and rows.
        found.push(match leave.is_empty() {
            true => obstacle(kind, name, drop, format!("it uses {table}, which goes")),
            false => Obstacle {
                kind: kind.clone(),
                name: name.clone(),
                because: format!("it inherits from {table}, which goes"),
                way_out: leave.clone().into(),
            },
        });
    }
    Ok(())
}

/// Indexes of own tables with names that our steps use.
fn taken_names(session: &mut dyn Session, way: &Way<'_>, found: &mut Vec<Obstacle>) -> QueryResult<()> {
    let lines = session.lines(
        "SELECT json_build_array(c.relname, t.relname)::text AS line FROM pg_index i \
         JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
         WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) ORDER BY line",
    )?;
    for line in lines {
        let [index, table] = &cells(&line)?;
        if model::is_our_index(index) && !model::is_our_table(table) {
            found.push(Obstacle {
                kind: "index".to_owned(),
                name: format!("{index} of {table}"),
                because: "a step makes an index of this name".to_owned(),
                way_out: format!(
                    "ALTER INDEX {} RENAME TO {}",
                    way.named(index),
                    way.named(&format!("own_{index}"))
                )
                .into(),
            });
        }
    }
    Ok(())
}

/// Own tables that refer to a dropped table, or to a key of likes, which is recreated.
fn foreign_keys(session: &mut dyn Session, way: &Way<'_>, found: &mut Vec<Obstacle>) -> QueryResult<()> {
    let renumbered = way.has(model::LIKES, Direction::Up) || way.has(model::LIKES, Direction::Down);
    let parents = way.lost_tables.iter().map(String::as_str).chain(renumbered.then_some("likes"));
    let lines = session.lines(&format!(
        "SELECT json_build_array(k.conname, k.conrelid::regclass, c.relname)::text AS line FROM pg_class c \
         JOIN pg_constraint k ON k.contype = 'f' AND k.confrelid = c.oid AND k.conparentid = 0 \
         WHERE c.relname IN ({}) AND {VISIBLE} ORDER BY line",
        literals(parents)
    ))?;
    for line in lines {
        let [name, table, parent] = &cells(&line)?;
        let goes_too = way.lost_tables.iter().any(|lost| lost == table);
        if goes_too || model::is_our_table(table) && is_our_key(name) || way.is_dropped_by_own_step(table) {
            continue;
        }
        let lost = way.lost_tables.contains(parent);
        found.push(Obstacle {
            kind: "foreign key".to_owned(),
            name: format!("{name} of {table}"),
            because: format!(
                "it points at {parent}, {}",
                if lost { "which goes" } else { "whose keys are created again" }
            ),
            way_out: format!("ALTER TABLE {table} DROP CONSTRAINT {}", way.named(name)).into(),
        });
    }
    Ok(())
}

/// The identifiers of a body. With `standard_conforming_strings` off, which an account or a
/// function may set, a backslash escapes: if that makes a difference, both readings count.
fn mentioned_in(body: &str) -> Vec<String> {
    let mut words = identifiers(body, LEXIS);
    if body.contains("\\'") {
        words.extend(identifiers(body, Lexis { backslash_escapes: true, ..LEXIS }));
    }
    words
}

/// Functions are plain text to the server: one that mentions a changing name would fail when it is called.
fn functions(session: &mut dyn Session, way: &Way<'_>, found: &mut Vec<Obstacle>) -> QueryResult<()> {
    let lines = session.lines(
        "SELECT json_build_array(p.proname, p.oid::regprocedure, (SELECT string_agg(DISTINCT c.relname, ',') FROM pg_trigger t \
         JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgfoid = p.oid AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())), p.prosrc)::text AS line \
         FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang \
         WHERE l.lanname IN ('sql', 'plpgsql') AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%' \
         AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e') \
         ORDER BY line",
    )?;
    for line in lines {
        let [name, signature, tables, body] = &cells(&line)?;
        if name.starts_with("__instaseed_") {
            continue;
        }
        let words = mentioned_in(body);
        let because = tables.split(',').find_map(|table| way.mentioned(&words, Some(table)));
        if let Some(because) = because {
            found.push(Obstacle {
                kind: "function".to_owned(),
                name: name.clone(),
                because,
                way_out: format!(
                    "DROP FUNCTION {signature}, with the triggers that call it; make them again afterwards, under the new names"
                ).into(),
            });
        }
    }
    Ok(())
}

/// The name, table, column and parent of each foreign key of our schema.
const KEYS: &str = "SELECT json_build_array(k.conname, c.relname, a.attname, p.relname)::text AS line FROM pg_constraint k \
     JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid \
     JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.conkey[1] \
     WHERE k.contype = 'f' AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema())";

/// The user's objects that depend on a table: kinds and names.
fn belongings(session: &mut dyn Session, table: &str) -> QueryResult<Vec<(String, String)>> {
    let table_is = format!("c.relname = {} AND {VISIBLE}", literals([table]));
    let queries = [
        format!(
            "SELECT json_build_array('column', a.attname)::text AS line FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid \
             WHERE {table_is} AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum"
        ),
        format!(
            "SELECT json_build_array('index', x.relname)::text AS line FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid \
             JOIN pg_class x ON x.oid = i.indexrelid WHERE {table_is} ORDER BY line"
        ),
        format!(
            "SELECT json_build_array('trigger', t.tgname)::text AS line FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid \
             WHERE {table_is} AND NOT t.tgisinternal AND t.tgname <> c.relname || '_set_updated_at' ORDER BY line"
        ),
    ];
    own(session, table, &queries)
}
