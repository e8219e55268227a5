//! What the pure parts (source, cutter, plan) must know of an engine; the one place of this room that chooses
//! by engine. The facts themselves stand in `sqlite.rs`, `mysql.rs` and `postgres.rs`.

use super::lexer::Lexis;
use super::{Statement, mysql, postgres, sqlite};
use crate::database::Engine;

/// The facts of one engine.
pub(crate) struct Dialect {
    /// Its folder below `migrations/`.
    pub folder: &'static str,
    pub lexis: &'static Lexis,
    /// Quotes a name for use in a statement.
    pub quote: fn(&str) -> String,
    /// DDL ends the transaction that it stands in: nothing can be rolled back as a whole.
    pub commits_ddl: bool,
    /// How a statement of a migration without a transaction runs.
    pub manner: fn(&Statement) -> Manner,
    /// Why a statement has no effect, or none that ends with it, in a migration that runs in one transaction (or, if
    /// `stepwise`, in one that does not).
    pub misplaced: fn(&Statement, stepwise: bool) -> Option<&'static str>,
    /// Functions whose answer belongs to the statement before: nothing may come between the two.
    pub of_last_statement: &'static [&'static str],
    /// Functions whose answer is lost with the session.
    pub of_session: &'static [&'static str],
    /// The same, said without parentheses; in small letters.
    pub of_session_words: &'static [&'static str],
}

/// How one statement runs when no transaction holds the whole migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// In a transaction of its own, together with the record that it ran: exact.
    WithRecord,
    /// Changes the session only: run again before a later statement is resumed.
    Setting,
    /// By itself; to run it twice does no harm.
    Repeatable,
    /// By itself; whether it ran is seen from the catalogue.
    Alone,
    /// By itself; whether it ran, only a person can tell.
    Uncertain,
}

pub(crate) const FOLDERS: [&str; 3] =
    [sqlite::DIALECT.folder, mysql::DIALECT.folder, postgres::DIALECT.folder];

pub(crate) fn dialect(engine: Engine) -> &'static Dialect {
    match engine {
        Engine::Sqlite => &sqlite::DIALECT,
        Engine::Mysql => &mysql::DIALECT,
        Engine::Postgres => &postgres::DIALECT,
    }
}

impl Dialect {
    /// The line of a statement that cannot do its work in this kind of migration, and why.
    pub(crate) fn refused(&self, statement: &Statement, stepwise: bool) -> Option<(usize, &'static str)> {
        (self.misplaced)(statement, stepwise).map(|because| (statement.line, because))
    }

    /// The statement ranges that are run and recorded together, from the statement at `from` on: one by one, except
    /// that what asks for the outcome of the statement before it runs right after it.
    pub(crate) fn unit(&self, statements: &[Statement], from: usize) -> usize {
        let follows = |statement: &Statement| self.of_last_statement.iter().any(|name| statement.calls(name));
        let more = statements.iter().skip(from + 1).take_while(|statement| follows(statement)).count();
        from + 1 + more
    }

    /// How a statement runs. A batch is kept as a whole where the engine can roll DDL back.
    pub(crate) fn manner_alone(&self, statement: &Statement) -> Manner {
        match (statement.batch, self.commits_ddl) {
            (true, true) => Manner::Uncertain,
            (true, false) => Manner::WithRecord,
            (false, _) => (self.manner)(statement),
        }
    }

    /// How the statements of a unit run together.
    pub(crate) fn manner_of(&self, unit: &[Statement]) -> Manner {
        let manners: Vec<Manner> = unit.iter().map(|statement| self.manner_alone(statement)).collect();
        match manners[..] {
            [manner] => manner,
            _ if manners.iter().all(|manner| *manner == Manner::WithRecord) => Manner::WithRecord,
            _ => Manner::Uncertain,
        }
    }
}
