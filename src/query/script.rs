//! A text as the statements of an engine: how many there are, and what their words reveal about them.

use super::error::{Place, QueryError, Result};
use super::{Access, Kept};
use crate::database::Engine;
use crate::migration::lexer::{Bodies, Kind, Lexer};
use crate::migration::{Statement, any_statements, lexis};

/// Statements that end the transaction they are in on MySQL and MariaDB.
const COMMITS_ITSELF: [&str; 14] = [
    "CREATE", "ALTER", "DROP", "RENAME", "TRUNCATE", "GRANT", "REVOKE", "LOCK", "UNLOCK", "ANALYZE",
    "OPTIMIZE", "REPAIR", "FLUSH", "LOAD",
];

/// The statements of a text.
#[derive(Debug, Clone)]
pub struct Query {
    pub(super) statements: Vec<Statement>,
    /// Whether the text has several lines.
    has_lines: bool,
    commits_ddl: bool,
}

impl Query {
    /// Reads a text. Without the right to write it is one statement.
    pub fn parse(engine: Engine, text: &str, access: Access) -> Result<Query> {
        let statements = any_statements(engine, text).map_err(|source| QueryError::Unreadable { source })?;
        match (statements.len(), access) {
            (0, _) => return Err(QueryError::Empty),
            (1, _) | (_, Access::Write) => {}
            (count, Access::Read) => return Err(QueryError::Several { count }),
        }
        if statements.iter().any(is_copy_of_client) {
            return Err(QueryError::CopyFromClient);
        }
        // Where there are compound bodies, on MySQL and MariaDB, a change of the schema commits.
        let commits_ddl = lexis(engine).bodies == Bodies::Compound;
        Ok(Query { statements, has_lines: text.trim().contains('\n'), commits_ddl })
    }

    /// How many statements it has.
    pub fn statements(&self) -> usize {
        self.statements.len()
    }

    /// What a query that fails at its beginning has left.
    pub fn kept_at_most(&self) -> Kept {
        if self.keeps_before(self.statements.len()) { Kept::Earlier } else { Kept::Nothing }
    }

    /// Whether the statements are run in a transaction of ours.
    pub(super) fn is_one_transaction(&self) -> bool {
        self.statements.len() > 1 && !self.statements.iter().any(controls_transactions)
    }

    /// Whether what was done before a statement remains when it fails.
    pub(super) fn keeps_before(&self, at: usize) -> bool {
        let commits = |statement: &Statement| {
            self.commits_ddl && COMMITS_ITSELF.contains(&statement.word(0)) || statement.batch
        };
        at > 0 && (!self.is_one_transaction() && self.statements.len() > 1)
            || self.statements.iter().take(at).any(commits)
    }

    pub(super) fn place(&self, at: usize) -> Place {
        let all = self.statements.len();
        let Some(statement) = self.statements.get(at) else { return Place::default() };
        Place {
            statement: (all > 1).then_some((at + 1, all)),
            line: self.has_lines.then_some(statement.line),
        }
    }

    /// The first word of a statement.
    pub(super) fn word(&self, at: usize) -> String {
        let word = self.statements.get(at).map_or("", |statement| statement.word(0));
        if word.is_empty() { "the statement".to_owned() } else { word.to_owned() }
    }
}

/// Whether a text that is still being written ends with a whole statement.
pub fn is_complete(engine: Engine, text: &str) -> bool {
    let mut lexer = Lexer::new(text, *lexis(engine));
    let mut last = None;
    loop {
        match lexer.next() {
            Ok(Some(token)) if token.kind == Kind::Comment => {}
            Ok(Some(token)) => last = Some(token.kind),
            Ok(None) => break,
            Err(_) => return false,
        }
    }
    let is_whole = |statements: Vec<Statement>| statements.iter().all(|statement| !statement.batch);
    last == Some(Kind::Mark(b';')) && any_statements(engine, text).map_or(true, is_whole)
}

/// Whether the count that an engine gives is one of rows that were changed.
pub(super) fn changes_rows(statement: &Statement) -> bool {
    ["INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"]
        .iter()
        .any(|verb| statement.word(0) == *verb || statement.word(0) == "WITH" && statement.says(verb))
}

fn controls_transactions(statement: &Statement) -> bool {
    match statement.word(0) {
        // On MySQL a compound statement begins like a transaction.
        "BEGIN" => statement.word(1) != "NOT",
        "START" => statement.word(1) == "TRANSACTION",
        "COMMIT" | "ROLLBACK" | "END" | "ABORT" | "XA" => true,
        _ => false,
    }
}

/// COPY with a client that sends or takes the rows.
fn is_copy_of_client(statement: &Statement) -> bool {
    let is_postgres = statement.lexis.bodies == Bodies::Atomic;
    is_postgres && statement.word(0) == "COPY" && ["STDIN", "STDOUT"].iter().any(|end| statement.says(end))
}

#[cfg(test)]
#[cfg(feature = "sqlite")]
mod tests {
    use super::*;

    fn parsed(text: &str, access: Access) -> Result<Query> {
        Query::parse(Engine::Sqlite, text, access)
    }

    #[test]
    fn a_semicolon_at_the_end_is_no_second_statement() {
        for text in ["SELECT 1", "SELECT 1;", "-- why\nSELECT ';' ; -- done\n"] {
            assert_eq!(parsed(text, Access::Read).expect("one").statements(), 1, "{text}");
        }
        assert!(matches!(parsed("SELECT 1; SELECT 2", Access::Read), Err(QueryError::Several { count: 2 })));
        assert!(matches!(parsed(" -- nothing\n;", Access::Write), Err(QueryError::Empty)));
        assert!(matches!(parsed("SELECT 'a", Access::Read), Err(QueryError::Unreadable { .. })));
    }

    #[test]
    fn several_statements_are_one_transaction_unless_they_have_their_own() {
        let query = |text| parsed(text, Access::Write).expect("statements");
        assert!(query("DELETE FROM a; DELETE FROM b").is_one_transaction());
        assert!(!query("DELETE FROM a").is_one_transaction());
        let own = query("BEGIN; DELETE FROM a; COMMIT");
        assert!(!own.is_one_transaction() && own.keeps_before(1) && !own.keeps_before(0));
        assert!(!query("DELETE FROM a; DELETE FROM b").keeps_before(1));
    }

    #[test]
    fn a_statement_is_whole_once_its_semicolon_is_there() {
        let whole = |text| is_complete(Engine::Sqlite, text);
        assert!(whole("SELECT 1;") && whole("SELECT 1; -- done\n"));
        assert!(!whole("SELECT 1") && !whole("SELECT ';") && !whole("SELECT 1 -- ;"));
        assert!(!whole("CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1;"));
    }

    #[test]
    fn a_place_is_said_only_where_it_helps() {
        let query = parsed("DELETE FROM a;\nDELETE\nFROM b", Access::Write).expect("two");
        assert_eq!(query.place(1).at_line(Some(1)).to_string(), "statement 2 of 2, line 3: ");
        assert_eq!(parsed("SELECT 1", Access::Read).expect("one").place(0).to_string(), "");
    }
}
