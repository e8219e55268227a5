//! A digest of everything that DDL can change on PostgreSQL: in the home schema, and in those that a script names.

use diesel::QueryResult;
use sha2::{Digest, Sha256};

use crate::database::PgConnection;
use crate::database::postgres::{SCHEMAS, ddl_queries};
use crate::migration::bookkeeping::LedgerStore;
use crate::migration::{Script, Statement};
use crate::sha256::hex;

/// An interrupted `CREATE INDEX CONCURRENTLY` leaves an invalid index, and so does an interrupted
/// `DROP INDEX CONCURRENTLY`. Neither has happened.
pub(super) fn digest(
    connection: &mut PgConnection,
    script: &Script,
    statement: &Statement,
) -> QueryResult<String> {
    let numbers = schemas(connection, script)?;
    let mut hash = Sha256::new();
    for query in ddl_queries(&numbers, statement.word(0) != "DROP") {
        for line in connection.lines(&query)? {
            hash.update(line.as_bytes());
            hash.update([b'\n']);
        }
        hash.update([0]);
    }
    Ok(hex(&hash.finalize()))
}

/// The home schema and the others that the script names, as an SQL list.
fn schemas(connection: &mut PgConnection, script: &Script) -> QueryResult<String> {
    let all = connection.lines(SCHEMAS)?;
    let meant = all.iter().filter_map(|line| {
        let mut parts = line.splitn(3, ' ');
        let (number, home, name) = (parts.next()?, parts.next()?, parts.next()?);
        (home == "1" || script.mentions(name)).then_some(number)
    });
    Ok(format!("(0{})", meant.map(|number| format!(", {number}")).collect::<String>()))
}
