//! Decides which schema is ours, once per connection, and pins it.
//!
//! PostgreSQL resolves a bare name through the search path, object by object: a schema that appears
//! before ours would take some of our names and leave others. So every session puts the schema that
//! holds our tables first in its path. DDL, rows, `current_schema()` and the catalogue then mean
//! the same tables, whatever precedes it in the path configured for the account or the database. Temporary tables, which
//! a session may have from whoever used it before, come last: where nothing is said of them, they come first.

use tokio_postgres::{Client, SimpleQueryMessage};

use super::{literal, setup_failure};
use crate::database::records::{ALL, HOME_TABLES};
use crate::database::{DatabaseError, Target};

/// Puts our schema before the session's own path: the schema of the version table that the path finds,
/// otherwise that of our ledger, otherwise the first schema of the path. `pg_catalog` is left out of the list,
/// so that it is searched first, and `pg_temp` is put at its end. `quote_all_identifiers` is off, so that the server always spells definitions
/// the same way. May be run again at any time, even after a script has changed the path or run `RESET ALL`.
fn pin_sql() -> String {
    let (home, all) = (literals(&HOME_TABLES), literals(&ALL));
    format!(
        "RESET search_path; SET quote_all_identifiers = off; \
WITH path AS (SELECT name, at FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH ORDINALITY AS listed (name, at) \
    WHERE name !~ '^pg_' AND name <> 'information_schema'), \
first AS (SELECT DISTINCT ON (c.relname) n.nspname AS schema, c.relname AS name, c.relkind AS kind FROM pg_catalog.pg_class c \
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace JOIN path ON path.name = n.nspname \
    WHERE c.relname IN ({home}) ORDER BY c.relname, path.at), \
found AS (SELECT schema, name FROM first WHERE kind IN ('r', 'p')), \
home AS (SELECT coalesce((SELECT schema FROM found ORDER BY name LIMIT 1), \
    (SELECT name FROM path ORDER BY at LIMIT 1)) AS schema) \
SELECT home.schema, pg_catalog.current_setting('server_encoding'), pg_catalog.current_setting('search_path'), \
    (SELECT pg_catalog.min(c.relname::text) FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace \
    WHERE n.nspname = home.schema AND c.relkind <> 'r' AND c.relname IN ({all})), \
    pg_catalog.set_config('search_path', pg_catalog.concat_ws(', ', pg_catalog.quote_ident(home.schema), \
    (SELECT pg_catalog.string_agg(pg_catalog.quote_ident(name), ', ' ORDER BY at) FROM path WHERE name <> home.schema), 'pg_temp'), false) \
FROM home WHERE home.schema IS NOT NULL \
UNION ALL SELECT NULL, pg_catalog.current_setting('server_encoding'), pg_catalog.current_setting('search_path'), NULL, NULL \
FROM home WHERE home.schema IS NULL"
    )
}

/// Those tables in a list of names that another account owns, with that account: one that is neither ours
/// nor a role that ours is a member of. (A superuser is checked like anybody else: what it finds may have
/// been put there for it.) Whatever has such a name and is not a table counts as owned by nobody.
const STRANGERS: &str = "SELECT c.relname::text AS a, CASE WHEN c.relkind = 'r' THEN pg_get_userbyid(c.relowner)::text \
    ELSE 'nobody: it is not a table' END AS b, NULL::text AS c, NULL::text AS d, NULL::text AS e, NULL::text AS f, NULL::text AS g, NULL::text AS h \
FROM pg_class c WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
    AND (c.relkind <> 'r' OR c.relowner NOT IN (WITH RECURSIVE mine (oid) AS (SELECT oid FROM pg_roles WHERE rolname = current_user \
    UNION SELECT m.roleid FROM pg_auth_members m JOIN mine ON m.member = mine.oid) SELECT oid FROM mine)) AND c.relname IN ";

/// [`STRANGERS`] among these tables.
pub(crate) fn strangers(tables: &[&str]) -> String {
    format!("{STRANGERS}({})", literals(tables))
}

fn literals(names: &[&str]) -> String {
    names.iter().map(|name| literal(name)).collect::<Vec<_>>().join(", ")
}

/// Pins the schema of a new connection. Refuses a database without a schema, one whose encoding
/// cannot hold our texts, and one where something else has the name of one of our records: reading
/// a view runs its author's code as us.
pub(super) async fn pin(client: &Client, target: &Target) -> Result<(), DatabaseError> {
    let answer = client.simple_query(&pin_sql()).await.map_err(|e| setup_failure(target, e))?;
    let row = answer.iter().find_map(|message| match message {
        SimpleQueryMessage::Row(row) => Some(row),
        _ => None,
    });
    let cell = |at: usize| row.and_then(|row| row.get(at)).map(str::to_owned);
    let target = target.to_string();
    if let Some(name) = cell(3) {
        return Err(DatabaseError::NoRecord { target, name });
    }
    match (cell(0), cell(1)) {
        (Some(_), Some(encoding)) if encoding == "UTF8" => Ok(()),
        (None, _) => Err(DatabaseError::NoSchema { target, path: cell(2).unwrap_or_default() }),
        (_, encoding) => Err(DatabaseError::NotUtf8 { target, encoding: encoding.unwrap_or_default() }),
    }
}
