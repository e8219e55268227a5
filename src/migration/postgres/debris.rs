//! Removes what an interrupted `CREATE INDEX CONCURRENTLY` leaves: an invalid index that blocks the next attempt.

use diesel::QueryResult;

use crate::database::PgConnection;
use crate::database::postgres::literal;
use crate::migration::Statement;
use crate::migration::bookkeeping::LedgerStore;
use crate::migration::lexer::{Kind, Lexer};

/// Drops the index that a statement is about to create: with this name, on this table, invalid, not
/// partitioned, and not being built by anybody.
pub(super) fn clear(connection: &mut PgConnection, statement: &Statement) -> QueryResult<()> {
    let Some((index, table)) = named(statement) else { return Ok(()) };
    let (index, table) = (literal(&index), literal(&table));
    let found = connection.lines(&format!(
        "SELECT c.oid::regclass::text AS line FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid \
         JOIN pg_class t ON t.oid = i.indrelid \
         WHERE t.oid = to_regclass({table}) AND c.relnamespace = t.relnamespace AND c.relname = (parse_ident({index}))[1] \
         AND NOT i.indisvalid AND c.relkind = 'i' \
         AND NOT EXISTS (SELECT 1 FROM pg_stat_progress_create_index p WHERE p.index_relid = c.oid OR p.relid = t.oid) \
         AND NOT EXISTS (SELECT 1 FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid \
         WHERE l.relation = t.oid AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted AND l.pid <> pg_backend_pid() \
         AND coalesce(a.backend_type, '') <> 'autovacuum worker')"
    ))?;
    for index in found {
        connection.batch(&format!("DROP INDEX CONCURRENTLY {index}"))?;
    }
    Ok(())
}

/// The index and the table, as written in `CREATE [UNIQUE] INDEX CONCURRENTLY [IF NOT EXISTS] index
/// ON [ONLY] table`; `None` if the index has no name.
fn named(statement: &Statement) -> Option<(String, String)> {
    if statement.word(0) != "CREATE" || !statement.words.iter().any(|word| word == "CONCURRENTLY") {
        return None;
    }
    let mut lexer = Lexer::new(&statement.sql, statement.lexis);
    let mut tokens = Vec::new();
    while let Ok(Some(token)) = lexer.next() {
        if token.kind != Kind::Comment {
            tokens.push((token.kind, &statement.sql[token.start..token.end]));
        }
    }
    let is = |at: usize, word: &str| {
        tokens.get(at).is_some_and(|(kind, text)| *kind == Kind::Word && text.eq_ignore_ascii_case(word))
    };
    let mut at = (0..tokens.len()).find(|at| is(*at, "CONCURRENTLY"))? + 1;
    if is(at, "IF") {
        at += 3;
    }
    if is(at, "ON") {
        return None;
    }
    let index = tokens.get(at)?.1.to_owned();
    at += if is(at + 1, "ON") { 2 } else { return None };
    if is(at, "ONLY") {
        at += 1;
    }
    let mut table = tokens.get(at)?.1.to_owned();
    while tokens.get(at + 1).is_some_and(|(kind, _)| *kind == Kind::Mark(b'.')) {
        table = format!("{table}.{}", tokens.get(at + 2)?.1);
        at += 2;
    }
    Some((index, table))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration::postgres::LEXIS;
    use crate::migration::split::split;

    #[test]
    fn the_index_and_its_table_are_read() {
        let read = |sql: &str| named(&split(sql, &LEXIS).expect("cuts")[0]);
        let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(
            read("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS a ON ONLY s.\"T x\" (b)"),
            pair("a", "s.\"T x\"")
        );
        assert_eq!(read("create index concurrently \"A\" on t using btree (b)"), pair("\"A\"", "t"));
        assert_eq!(read("CREATE INDEX CONCURRENTLY ON t (b)"), None);
        assert_eq!(read("CREATE INDEX a ON t (b)"), None);
    }
}
