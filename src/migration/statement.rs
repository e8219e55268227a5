//! One statement of a script, and what its words reveal about it.
//!
//! Not a parser: the kind is derived from unquoted words only, and if that is not enough the careful answer wins.

use std::sync::Arc;

use serde::Serialize;

use super::SplitError;
use super::lexer::{Bodies, Kind, Lexer, Lexis};
use super::spelling::unquoted;
use super::split::Lock;

/// One statement of a script, without the comments before it and the semicolon after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    pub sql: String,
    /// The line of its first word, from 1.
    pub line: usize,
    /// Several statements that only the engine can separate.
    pub batch: bool,
    /// Its first unquoted words in upper case, which show the kind of statement.
    pub(crate) words: Arc<[String]>,
    pub(crate) lexis: Lexis,
}

/// The longest piece of a statement that an error shows.
pub(super) const SHOWN: usize = 160;

/// A statement as it is in its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PlannedStatement {
    pub line: usize,
    pub sql: String,
}

impl From<&Statement> for PlannedStatement {
    fn from(statement: &Statement) -> Self {
        Self { line: statement.line, sql: statement.sql.clone() }
    }
}

/// A word, a name or a variable of a statement: in upper case, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub kind: Kind,
    pub text: String,
}

impl Statement {
    pub(crate) fn word(&self, at: usize) -> &str {
        self.words.get(at).map_or("", String::as_str)
    }

    /// All tokens except comments, up to the first that cannot be read: the statement was split by the same rules.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let mut lexer = Lexer::new(&self.sql, self.lexis);
        let mut parts = Vec::new();
        while let Ok(Some(token)) = lexer.next() {
            let text = &self.sql[token.start..token.end];
            let text = match token.kind {
                Kind::Comment | Kind::Code => continue,
                Kind::Name if text.starts_with(['U', 'u']) => {
                    unquoted(text, &self.sql[token.end..]).to_uppercase()
                }
                Kind::Name | Kind::Text | Kind::Variable => {
                    text.trim_matches(['@', '`', '"', '\'', '[', ']']).to_uppercase()
                }
                Kind::Word | Kind::Mark(_) => text.to_uppercase(),
            };
            parts.push(Part { kind: token.kind, text });
        }
        parts
    }

    /// Whether it contains a word or a name with this spelling (in upper case), outside strings and comments.
    pub(crate) fn says(&self, word: &str) -> bool {
        contains_ignoring_case(&self.sql, word)
            && self
                .parts()
                .iter()
                .any(|part| matches!(part.kind, Kind::Word | Kind::Name) && part.text == word)
    }

    /// Whether it calls a function of this name (in upper case).
    pub(crate) fn calls(&self, function: &str) -> bool {
        contains_ignoring_case(&self.sql, function)
            && self.parts().windows(2).any(|pair| {
                pair[0].kind == Kind::Word && pair[0].text == function && pair[1].kind == Kind::Mark(b'(')
            })
    }

    /// Why it cannot be part of a migration.
    pub(crate) fn refused(&self) -> Option<SplitError> {
        let line = self.line;
        let words = |count| self.words.iter().take(count).cloned().collect::<Vec<_>>().join(" ");
        let is_mysql = self.lexis.bodies == Bodies::Compound;
        let is_postgres = self.lexis.bodies == Bodies::Atomic;
        let ends = match self.word(0) {
            "BEGIN" => !(is_mysql && self.word(1) == "NOT"),
            "START" => self.word(1) == "TRANSACTION",
            "COMMIT" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" | "END" | "ABORT" => true,
            "PREPARE" => is_postgres && self.word(1) == "TRANSACTION",
            _ => false,
        };
        if ends {
            return Some(SplitError::TransactionControl { line, word: words(2) });
        }
        if is_mysql && self.word(0) == "XA" && self.word(1) != "RECOVER" {
            return Some(SplitError::Distributed { line, word: words(2) });
        }
        let locks = match self.word(0) {
            "LOCK" | "UNLOCK" | "BACKUP" if is_mysql => Some((Lock::Tables, words(2))),
            "FLUSH" if is_mysql && self.word(1).starts_with("TABLE") => {
                let kept = ["LOCK", "EXPORT"].iter().any(|word| self.says(word));
                let whole = self.words.iter().skip(2).map(String::as_str).eq(["WITH", "READ", "LOCK"]);
                let lock = if whole { (Lock::Server, words(5)) } else { (Lock::Tables, words(2)) };
                kept.then_some(lock)
            }
            "DISCARD" if is_postgres && self.word(1) == "ALL" => Some((Lock::Session, words(2))),
            _ => ["RELEASE_ALL_LOCKS", "PG_ADVISORY_UNLOCK_ALL"]
                .iter()
                .any(|name| self.calls(name))
                .then(|| (Lock::AllLocks, words(2))),
        };
        if let Some((does, word)) = locks {
            return Some(SplitError::Locks { line, word, does });
        }
        let client =
            self.word(0) == "COPY" && is_postgres && ["STDIN", "STDOUT"].iter().any(|end| self.says(end));
        client.then_some(SplitError::CopyFromClient { line })
    }

    /// The statement on one line, cut to `limit` characters.
    pub fn shortened(&self, limit: usize) -> String {
        let mut line = String::new();
        for word in self.sql.split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            if line.chars().count() > limit {
                let cut: String = line.chars().take(limit.saturating_sub(3)).collect();
                return cut + "...";
            }
        }
        line
    }

    /// The table that a `CREATE TABLE` creates.
    pub(crate) fn created_table(&self) -> Option<String> {
        let at = self.words.iter().take(4).position(|word| word == "TABLE")?;
        if self.word(0) != "CREATE" || self.words[..at].iter().any(|word| word.starts_with("TEMP")) {
            return None;
        }
        let mut rest = skip_words(&self.sql, at + 1)?;
        if self.word(at + 1) == "IF" {
            rest = skip_words(rest, 3)?;
        }
        let name: String = rest
            .trim_start_matches(['`', '"', '[', ' '])
            .chars()
            .take_while(|c| *c == '_' || c.is_alphanumeric())
            .collect();
        (!name.is_empty()).then_some(name)
    }
}

/// A quick test, so that long statements are tokenised only where it can matter.
fn contains_ignoring_case(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|window| window.eq_ignore_ascii_case(word.as_bytes()))
}

fn skip_words(mut text: &str, count: usize) -> Option<&str> {
    for _ in 0..count {
        text = text.trim_start();
        let end = text.find(|c: char| !(c == '_' || c.is_alphanumeric()))?;
        text = &text[end..];
    }
    Some(text.trim_start())
}

#[cfg(test)]
mod tests {
    use super::super::mysql;
    use super::super::split::split;

    #[test]
    fn the_created_table_is_found() {
        let name = |sql: &str| split(sql, &mysql::LEXIS).expect("cuts")[0].created_table();
        assert_eq!(name("CREATE TABLE IF NOT EXISTS `users` (id INT)"), Some("users".into()));
        assert_eq!(name("create table tags(id int)"), Some("tags".into()));
        assert_eq!(name("CREATE TEMPORARY TABLE x (id INT)"), None);
        assert_eq!(name("ALTER TABLE x ADD y INT"), None);
    }
}
