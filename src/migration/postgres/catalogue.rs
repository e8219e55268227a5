//! What DDL can change on PostgreSQL, as one digest: of the schema that is home, and of those that a script names.

use diesel::QueryResult;
use sha2::{Digest, Sha256};

use crate::database::PgConnection;
use crate::migration::bookkeeping::Ledger;
use crate::migration::script::hex;
use crate::migration::{Script, Statement};

/// `{n}` is the list of the schemas' numbers, `{valid}` what is asked of an index.
const CATALOGUE: [&str; 8] = [
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

/// An interrupted `CREATE INDEX CONCURRENTLY` leaves an invalid index, and has not happened; an interrupted `DROP`
/// leaves one too, and has not happened either.
pub(super) fn digest(
    connection: &mut PgConnection,
    script: &Script,
    statement: &Statement,
) -> QueryResult<String> {
    let numbers = schemas(connection, script)?;
    let valid = if statement.word(0) == "DROP" { "true" } else { "i.indisvalid" };
    let mut hash = Sha256::new();
    for query in CATALOGUE {
        for line in connection.lines(&query.replace("{n}", &numbers).replace("{valid}", valid))? {
            hash.update(line.as_bytes());
            hash.update([b'\n']);
        }
        hash.update([0]);
    }
    Ok(hex(&hash.finalize()))
}

/// Home and the other schemas that the script names, as a list of SQL.
fn schemas(connection: &mut PgConnection, script: &Script) -> QueryResult<String> {
    let all = connection.lines(
        "SELECT concat_ws(' ', oid, (nspname = current_schema())::int, nspname) AS line FROM pg_namespace ORDER BY oid",
    )?;
    let meant = all.iter().filter_map(|line| {
        let mut parts = line.splitn(3, ' ');
        let (number, home, name) = (parts.next()?, parts.next()?, parts.next()?);
        (home == "1" || script.mentions(name)).then_some(number)
    });
    Ok(format!("(0{})", meant.map(|number| format!(", {number}")).collect::<String>()))
}
