//! PostgreSQL refuses to change the type of a column that a view reads. Such views are put aside for the step that
//! does it, and recreated after it, with their owners, grants, comments and triggers, in the same transaction.
//!
//! Only plain views can be recreated without loss. A materialized view, a rule on a table, and
//! anything else that depends on a view are named as obstacles instead.

use diesel::QueryResult;

use crate::migration::bookkeeping::{LedgerStore, cells};
use crate::migration::carry::{literals, model};
use crate::migration::{Direction, Migration, Origin};

/// The columns whose type a step changes, under their names while it runs.
fn retyped(migration: &Migration) -> &'static [(&'static str, &'static str)] {
    match (migration.origin, migration.version.as_str()) {
        (Origin::Embedded, model::USERS) => &[("users", "username")],
        (Origin::Embedded, model::COMMENTS) => &[("comments", "content")],
        _ => &[],
    }
}

/// The views on columns, and the views on these views: `over (oid, depth)`.
fn over(columns: &[(&str, &str)]) -> String {
    let pairs: Vec<String> =
        columns.iter().map(|(table, column)| format!("({})", literals([*table, *column]))).collect();
    format!(
        "WITH RECURSIVE found (oid, depth) AS ( \
         SELECT r.ev_class, 1 FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped \
         JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum \
         JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid \
         WHERE (c.relname, a.attname) IN ({}) AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND r.ev_class <> c.oid \
         UNION SELECT r.ev_class, found.depth + 1 FROM found \
         JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = found.oid \
         JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid WHERE r.ev_class <> found.oid), \
         over (oid, depth) AS (SELECT oid, max(depth) FROM found GROUP BY oid) ",
        pairs.join(", ")
    )
}

/// Drops the views on the columns that a step retypes, and returns the statements that recreate them.
pub(crate) fn put_aside(
    session: &mut dyn LedgerStore,
    migration: &Migration,
    direction: Direction,
) -> QueryResult<Vec<String>> {
    let columns = retyped(migration);
    if columns.is_empty() || migration.script(direction).is_none() {
        return Ok(Vec::new());
    }
    let over = over(columns);
    let drop = session.lines(&format!(
        "{over} SELECT 'DROP VIEW ' || string_agg(oid::regclass::text, ', ') AS line FROM over HAVING count(*) > 0"
    ))?;
    let mut back = Vec::new();
    for query in BACK {
        back.extend(session.lines(&format!("{over} {query}"))?);
    }
    for sql in drop {
        session.one(&sql)?;
    }
    Ok(back)
}

/// Queries on `over` whose lines are the statements that recreate the views, in order.
const BACK: [&str; 6] = [
    "SELECT 'CREATE VIEW ' || v.oid::regclass || coalesce(' WITH (' || array_to_string(v.reloptions, ', ') || ')', '') \
     || ' AS ' || pg_get_viewdef(v.oid) AS line FROM over JOIN pg_class v ON v.oid = over.oid ORDER BY over.depth, v.oid",
    "SELECT 'ALTER VIEW ' || v.oid::regclass || ' OWNER TO ' || quote_ident(pg_get_userbyid(v.relowner)) AS line \
     FROM over JOIN pg_class v ON v.oid = over.oid WHERE pg_get_userbyid(v.relowner) <> current_user ORDER BY over.depth, v.oid",
    "SELECT 'GRANT ' || g.privilege_type || ' ON ' || v.oid::regclass || ' TO ' \
     || CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END \
     || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS line \
     FROM over JOIN pg_class v ON v.oid = over.oid CROSS JOIN aclexplode(v.relacl) g WHERE g.grantee <> v.relowner ORDER BY line",
    "SELECT 'GRANT ' || g.privilege_type || ' (' || quote_ident(a.attname) || ') ON ' || v.oid::regclass || ' TO ' \
     || CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END \
     || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END AS line \
     FROM over JOIN pg_class v ON v.oid = over.oid JOIN pg_attribute a ON a.attrelid = v.oid CROSS JOIN aclexplode(a.attacl) g ORDER BY line",
    "SELECT 'COMMENT ON ' || CASE d.objsubid WHEN 0 THEN 'VIEW ' || v.oid::regclass \
     ELSE 'COLUMN ' || v.oid::regclass || '.' || quote_ident(a.attname) END || ' IS ' || quote_literal(d.description) AS line \
     FROM over JOIN pg_class v ON v.oid = over.oid JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = v.oid \
     LEFT JOIN pg_attribute a ON a.attrelid = v.oid AND a.attnum = d.objsubid ORDER BY line",
    "SELECT line FROM (SELECT pg_get_triggerdef(t.oid) AS line FROM over JOIN pg_trigger t ON t.tgrelid = over.oid WHERE NOT t.tgisinternal \
     UNION ALL SELECT 'ALTER VIEW ' || f.adrelid::regclass || ' ALTER COLUMN ' || quote_ident(a.attname) || ' SET DEFAULT ' \
     || pg_get_expr(f.adbin, f.adrelid) FROM over JOIN pg_attrdef f ON f.adrelid = over.oid \
     JOIN pg_attribute a ON a.attrelid = f.adrelid AND a.attnum = f.adnum) AS more ORDER BY line",
];

/// Views on these columns that cannot be recreated: kind, name, why.
pub(crate) fn lost(
    session: &mut dyn LedgerStore,
    columns: &[(String, String)],
) -> QueryResult<Vec<(String, String, String)>> {
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let columns: Vec<(&str, &str)> =
        columns.iter().map(|(table, column)| (table.as_str(), column.as_str())).collect();
    let lines = session.lines(&format!(
        "{} SELECT json_build_array(CASE v.relkind WHEN 'm' THEN 'materialized view' WHEN 'v' THEN 'view' ELSE 'rule on table' END, \
         v.oid::regclass, CASE WHEN v.relkind <> 'v' THEN 'it' \
         WHEN NOT pg_has_role(v.relowner, 'MEMBER') THEN 'it belongs to ' || pg_get_userbyid(v.relowner) || ' and' \
         WHEN EXISTS (SELECT 1 FROM pg_rewrite r WHERE r.ev_class = v.oid AND r.rulename <> '_RETURN') THEN 'it has rules of its own and' \
         ELSE (SELECT 'something else (' || (pg_identify_object(d.classid, d.objid, d.objsubid)).identity || ') depends on it, which' \
         FROM pg_depend d WHERE d.deptype = 'n' AND d.classid <> 'pg_rewrite'::regclass \
         AND (d.refclassid = 'pg_class'::regclass AND d.refobjid = v.oid OR d.refclassid = 'pg_type'::regclass AND d.refobjid = v.reltype) LIMIT 1) \
         END)::text AS line FROM over JOIN pg_class v ON v.oid = over.oid ORDER BY line",
        over(&columns)
    ))?;
    let mut found = Vec::new();
    for line in &lines {
        let [kind, name, why] = cells(line)?;
        if !why.is_empty() {
            found.push((kind, name, why));
        }
    }
    Ok(found)
}
