//! What the parts without database access (source, splitter, plan) must know about an engine. The
//! facts themselves are in `sqlite.rs`, `mysql.rs` and `postgres.rs`; `engines.rs` selects among them.

use super::Statement;
use super::lexer::Lexis;

/// The facts of one engine.
pub(crate) struct Dialect {
    pub lexis: &'static Lexis,
    /// Quotes a name for use in a statement.
    pub quote: fn(&str) -> String,
    /// DDL commits the open transaction, so nothing can be rolled back as a whole.
    pub commits_ddl: bool,
    /// How a statement of a migration without a transaction runs.
    pub manner: fn(&Statement) -> RunMode,
    /// Why a statement has no effect, or an effect that outlasts it, in a migration that runs in
    /// one transaction (or, if `stepwise`, in one that does not).
    pub misplaced: fn(&Statement, stepwise: bool) -> Option<&'static str>,
    /// Functions whose result refers to the previous statement: nothing may run between the two.
    pub of_last_statement: &'static [&'static str],
    /// Functions whose result is lost with the session.
    pub of_session: &'static [&'static str],
    /// The same, written without parentheses; in lower case.
    pub of_session_words: &'static [&'static str],
}

/// How one statement runs if no transaction holds the whole migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunMode {
    /// In a separate transaction together with the record that it ran: exact.
    WithRecord,
    /// Changes the session only: run again before a later statement is resumed.
    Setting,
    /// By itself; running it twice does no harm.
    Repeatable,
    /// By itself; the catalogue shows whether it ran.
    Alone,
    /// By itself; only a person can find out whether it ran.
    Uncertain,
}

impl Dialect {
    /// The line of a statement that cannot work in this kind of migration, and why.
    pub(crate) fn refused(&self, statement: &Statement, stepwise: bool) -> Option<(usize, &'static str)> {
        (self.misplaced)(statement, stepwise).map(|because| (statement.line, because))
    }

    /// The end of the unit of statements, starting at `from`, that are run and recorded together: a
    /// single statement, plus those after it that ask for the result of the one before.
    pub(crate) fn unit(&self, statements: &[Statement], from: usize) -> usize {
        let follows = |statement: &Statement| self.of_last_statement.iter().any(|name| statement.calls(name));
        let more = statements.iter().skip(from + 1).take_while(|statement| follows(statement)).count();
        from + 1 + more
    }

    /// How a statement runs. A batch is recorded as a whole if the engine can roll back DDL.
    pub(crate) fn manner_alone(&self, statement: &Statement) -> RunMode {
        match (statement.batch, self.commits_ddl) {
            (true, true) => RunMode::Uncertain,
            (true, false) => RunMode::WithRecord,
            (false, _) => (self.manner)(statement),
        }
    }

    /// How the statements of a unit run together.
    pub(crate) fn manner_of(&self, unit: &[Statement]) -> RunMode {
        let manners: Vec<RunMode> = unit.iter().map(|statement| self.manner_alone(statement)).collect();
        match manners[..] {
            [manner] => manner,
            _ if manners.iter().all(|manner| *manner == RunMode::WithRecord) => RunMode::WithRecord,
            _ => RunMode::Uncertain,
        }
    }
}
