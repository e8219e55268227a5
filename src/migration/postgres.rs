//! PostgreSQL under the runner: a session advisory lock, and one transaction for each migration; a change of
//! editions is one as a whole, with a savepoint for each migration.
//!
//! Statements that refuse a transaction (`CREATE INDEX CONCURRENTLY`, `VACUUM`) stand in migrations with
//! `run_in_transaction = false`, which run one statement at a time: several in one message would again be one
//! transaction.

use diesel::QueryResult;
use sha2::{Digest, Sha256};

use super::Statement;
use super::bookkeeping::{Ledger, impl_ledger};
use super::dialect::{Dialect, Manner};
use super::lock::{Held, Holder};
use super::script::hex;
use super::session::Session;
use super::split::Lexis;
use crate::database::PgConnection;

pub(crate) const LEXIS: Lexis = Lexis {
    backslash_escapes: false,
    escape_strings: true,
    hash_comments: false,
    spaced_dashes: false,
    executable_comments: false,
    nested_comments: true,
    bracket_names: false,
    dollar_quotes: true,
    compound_objects: &["FUNCTION", "PROCEDURE"],
};

pub(crate) const DIALECT: Dialect = Dialect { folder: "postgres", lexis: &LEXIS, commits_ddl: false, manner };

fn manner(statement: &Statement) -> Manner {
    let concurrently = statement.words.iter().any(|word| word == "CONCURRENTLY");
    match (statement.word(0), statement.word(1)) {
        ("SET" | "RESET", _) => Manner::Setting,
        _ if concurrently => Manner::Alone,
        ("VACUUM" | "REINDEX" | "CLUSTER" | "CALL", _) => Manner::Alone,
        ("CREATE" | "DROP", "DATABASE" | "TABLESPACE" | "SUBSCRIPTION") => Manner::Alone,
        ("ALTER", "SYSTEM" | "DATABASE" | "TYPE" | "SUBSCRIPTION") => Manner::Alone,
        _ => Manner::WithRecord,
    }
}

/// "instaseed" and "migrate", as the two halves of an advisory lock: of this database only.
pub(crate) const LOCK: (i32, i32) = (0x1257_a5ee, 0x4d16_4a7e);

/// Invalid indexes are left out: an interrupted `CREATE INDEX CONCURRENTLY` leaves one, and has not happened.
const CATALOGUE: [&str; 7] = [
    "SELECT concat_ws('|', c.relkind, c.relname, c.relpersistence, array_to_string(c.reloptions, ',')) AS line \
     FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r','p','v','m','S','f') ORDER BY 1",
    "SELECT concat_ws('|', c.relname, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, \
     pg_get_expr(d.adbin, d.adrelid)) AS line FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
     LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r','p','v','m') AND a.attnum > 0 AND NOT a.attisdropped ORDER BY 1",
    "SELECT pg_get_indexdef(i.indexrelid) AS line FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
     WHERE c.relnamespace = current_schema()::regnamespace AND i.indisvalid ORDER BY 1",
    "SELECT concat_ws('|', conrelid::regclass, conname, convalidated, pg_get_constraintdef(oid)) AS line FROM pg_constraint \
     WHERE connamespace = current_schema()::regnamespace ORDER BY 1",
    "SELECT concat_ws('|', t.tgenabled, pg_get_triggerdef(t.oid)) AS line FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid \
     WHERE c.relnamespace = current_schema()::regnamespace AND NOT t.tgisinternal ORDER BY 1",
    "SELECT concat_ws('|', p.proname, pg_get_function_identity_arguments(p.oid), md5(p.prosrc)) AS line FROM pg_proc p \
     WHERE p.pronamespace = current_schema()::regnamespace \
     UNION ALL SELECT concat_ws('|', c.relname, md5(pg_get_viewdef(c.oid))) FROM pg_class c \
     WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('v','m') ORDER BY 1",
    "SELECT concat_ws('|', t.typname, e.enumsortorder, e.enumlabel) AS line FROM pg_type t \
     LEFT JOIN pg_enum e ON e.enumtypid = t.oid \
     WHERE t.typnamespace = current_schema()::regnamespace AND t.typtype IN ('e','d') ORDER BY 1",
];

impl_ledger!(PgConnection, diesel::pg::Pg, "$1");

impl Session for PgConnection {
    fn dialect(&self) -> &'static Dialect {
        &DIALECT
    }

    fn tables(&mut self) -> QueryResult<Vec<String>> {
        self.lines(
            "SELECT c.relname::text AS line FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) \
             AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%'",
        )
    }

    fn catalogue(&mut self) -> QueryResult<String> {
        let mut hash = Sha256::new();
        for query in CATALOGUE {
            for line in self.lines(query)? {
                hash.update(line.as_bytes());
                hash.update([b'\n']);
            }
            hash.update([0]);
        }
        Ok(hex(&hash.finalize()))
    }

    fn try_lock(&mut self) -> QueryResult<Option<Held>> {
        let (class, object) = LOCK;
        let sql = format!("SELECT pg_try_advisory_lock({class}, {object})::int::bigint AS number");
        Ok((self.number(&sql)? == 1).then(Held::default))
    }

    fn unlock(&mut self, _held: Held, _keep: bool) -> QueryResult<()> {
        let (class, object) = LOCK;
        self.number(&format!("SELECT pg_advisory_unlock({class}, {object})::int::bigint AS number"))
            .map(|_| ())
    }

    fn holder(&mut self) -> QueryResult<Option<Holder>> {
        let (class, object) = LOCK;
        let seen = self.lines(&format!(
            "SELECT concat_ws(chr(31), l.pid, coalesce(a.usename, '') || coalesce(' ' || nullif(a.application_name, ''), '') \
             || coalesce(' from ' || host(a.client_addr), ''), to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')) AS line \
             FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid \
             WHERE l.locktype = 'advisory' AND l.classid = {class} AND l.objid = {object} AND l.objsubid = 2 AND l.granted \
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND l.pid <> pg_backend_pid()"
        ))?;
        Ok(seen.first().map(|line| {
            let parts: Vec<&str> = line.split('\u{1f}').collect();
            let part =
                |at: usize| parts.get(at).filter(|part| !part.is_empty()).map(|part| (*part).to_owned());
            Holder { id: format!("connection {}", parts[0]), who: part(1), since: part(2) }
        }))
    }

    fn begin_run(&mut self) -> QueryResult<bool> {
        self.begin().map(|()| true)
    }

    fn restore_settings(&mut self) -> QueryResult<()> {
        // A script's own `SET search_path` would move the version table for those after it.
        self.batch("RESET search_path")
    }

    fn clear_debris(&mut self, statement: &Statement) -> QueryResult<()> {
        let Some(at) = statement.words.iter().position(|word| word == "CONCURRENTLY") else { return Ok(()) };
        if statement.word(0) != "CREATE" {
            return Ok(());
        }
        let invalid = self.lines(
            "SELECT quote_ident(c.relname) AS line FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
             WHERE c.relnamespace = current_schema()::regnamespace AND NOT i.indisvalid",
        )?;
        for index in invalid {
            let name = index.trim_matches('"').to_uppercase();
            let named = statement.words[at..].contains(&name) || statement.sql.contains(&index);
            if named {
                self.batch(&format!("DROP INDEX CONCURRENTLY {index}"))?;
            }
        }
        Ok(())
    }

    fn line_of_error(&self, statement: &Statement, error: &diesel::result::Error) -> Option<usize> {
        let diesel::result::Error::DatabaseError(_, information) = error else { return None };
        let position = usize::try_from(information.statement_position()?).ok()?;
        Some(statement.sql.chars().take(position.saturating_sub(1)).filter(|c| *c == '\n').count())
    }
}
