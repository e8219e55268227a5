//! Splits a script into its statements, each with the line on which it begins.
//!
//! Drivers take a whole file and report errors without a position, and the course's engine (MySQL)
//! commits each DDL statement by itself: progress, errors with a line and a true "half-applied" all
//! need single statements. A statement is never split inside a string, a quoted name, a comment, a
//! dollar-quoted body or a compound body. If the splitter cannot follow a body, the rest of the file
//! is one *batch*, which the engine splits: the engine, not this file, decides what is valid SQL.

use std::sync::Arc;

use super::Statement;
use super::compound::Compound;
use super::lexer::{Bodies, Kind, Lexer, Lexis, Token, Unclosed};

/// Why a script cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    #[error("{what} is opened here and never closed")]
    Unclosed { line: usize, what: &'static str },
    #[error("`DELIMITER` is a command of the mysql client, not SQL")]
    Delimiter { line: usize },
    #[error("`{word}` would end the transaction of the run")]
    TransactionControl { line: usize, word: String },
    #[error("`{word}` would {}", does.words())]
    Locks { line: usize, word: String, does: Lock },
    #[error("`{word}` would open or end an XA transaction, in which the run cannot record its progress")]
    Distributed { line: usize, word: String },
    #[error("COPY to or from the client is not possible in a migration: there is no client")]
    CopyFromClient { line: usize },
}

impl From<Unclosed> for SplitError {
    fn from(Unclosed { line, what }: Unclosed) -> Self {
        Self::Unclosed { line, what }
    }
}

impl SplitError {
    /// The line that the user must look at.
    pub fn line(&self) -> usize {
        match self {
            Self::Unclosed { line, .. }
            | Self::Delimiter { line }
            | Self::TransactionControl { line, .. }
            | Self::Locks { line, .. }
            | Self::Distributed { line, .. }
            | Self::CopyFromClient { line } => *line,
        }
    }
}

/// What a statement would do to the locks of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// It closes tables, the runner's own among them.
    Tables,
    /// It makes the whole server read-only for everybody, this session included.
    Server,
    /// It releases every lock of the session.
    AllLocks,
    /// It resets the session, which also releases the run's lock.
    Session,
}

impl Lock {
    fn words(self) -> &'static str {
        match self {
            Self::Tables => "lock the run out of its own tables, or release its lock",
            Self::Server => "stop all writes, so the run could not record the migration",
            Self::AllLocks => "release the lock that keeps other runs away",
            Self::Session => "reset the session, and release the lock that keeps other runs away",
        }
    }
}

/// Words kept of each statement: enough for `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS name`.
const KEPT_WORDS: usize = 12;

/// Splits `text`. An empty result means that it contains only comments and white space.
pub(crate) fn split(text: &str, lexis: &Lexis) -> Result<Vec<Statement>, SplitError> {
    cut(text, lexis, true)
}

/// The same for statements that no run of migrations contains, which may be of any kind.
pub(crate) fn split_any(text: &str, lexis: &Lexis) -> Result<Vec<Statement>, SplitError> {
    cut(text, lexis, false)
}

fn cut(text: &str, lexis: &Lexis, refuses: bool) -> Result<Vec<Statement>, SplitError> {
    let mut cutter = Cutter {
        text,
        lexer: Lexer::new(text, *lexis),
        standard: *lexis,
        found: Vec::new(),
        starts: Vec::new(),
        begun: None,
        words: Vec::new(),
        shared: Arc::default(),
        body: Body::new(lexis.bodies),
        refuses,
    };
    cutter.run()?;
    Ok(cutter.found)
}

struct Cutter<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    /// How the engine reads a script until the script changes it.
    standard: Lexis,
    found: Vec<Statement>,
    /// Where each statement that was found begins.
    starts: Vec<usize>,
    /// The start of the current statement, once it has begun, and how it is read.
    begun: Option<(usize, usize, Lexis)>,
    words: Vec<String>,
    /// The words of the previous statement, shared if they are equal: in a long script, many
    /// consecutive statements begin alike.
    shared: Arc<[String]>,
    body: Body,
    /// Whether what a migration cannot contain is an error.
    refuses: bool,
}

impl Cutter<'_> {
    fn run(&mut self) -> Result<(), SplitError> {
        while let Some(token) = self.lexer.next()? {
            match token.kind {
                Kind::Comment => {}
                Kind::Mark(b';') if self.body.is_closed() => {
                    if !self.finish(token.start)? {
                        return Ok(());
                    }
                }
                _ => self.take(token)?,
            }
        }
        match self.begun {
            // The body is never closed, as far as can be determined here.
            Some((start, line, lexis)) if !self.body.is_closed() => self.rest(start, line, lexis),
            _ => {
                self.finish(self.text.len())?;
            }
        }
        Ok(())
    }

    fn take(&mut self, token: Token) -> Result<(), SplitError> {
        let word = match token.kind {
            Kind::Word => self.text[token.start..token.end].to_ascii_uppercase(),
            _ => String::new(),
        };
        if word == "DELIMITER" && self.words.is_empty() {
            return Err(SplitError::Delimiter { line: token.line });
        }
        self.begun.get_or_insert((token.start, token.line, self.lexer.lexis));
        self.body.take(token.kind, &word, &self.words);
        if token.kind == Kind::Word && self.words.len() < KEPT_WORDS {
            self.words.push(word);
        }
        Ok(())
    }

    /// Ends the current statement; returns whether there is more to split.
    fn finish(&mut self, end: usize) -> Result<bool, SplitError> {
        let Some((start, line, lexis)) = self.begun.take() else { return Ok(true) };
        let words = self.take_words();
        self.body = Body::new(self.standard.bodies);
        let statement =
            Statement { sql: self.text[start..end].trim_end().to_owned(), line, words, lexis, batch: false };
        if self.lost_its_way(&statement) {
            let (mut start, mut line) = (start, line);
            if statement.word(0) == "END"
                && let (Some(earlier), Some(begun)) = (self.found.pop(), self.starts.pop())
            {
                (start, line) = (begun, earlier.line);
            }
            self.rest(start, line, lexis);
            return Ok(false);
        }
        if self.refuses
            && let Some(refused) = statement.refused()
        {
            return Err(refused);
        }
        self.follow_settings(&statement);
        self.found.push(statement);
        self.starts.push(start);
        Ok(true)
    }

    fn take_words(&mut self) -> Arc<[String]> {
        let words = std::mem::take(&mut self.words);
        if *self.shared != *words {
            self.shared = words.into();
        }
        Arc::clone(&self.shared)
    }

    /// No MySQL statement begins with END, and with `sql_mode = 'ORACLE'` the grammar differs.
    fn lost_its_way(&self, statement: &Statement) -> bool {
        let turns_oracle = || sets_mode(statement).is_some_and(|text| text.contains("ORACLE"));
        self.standard.bodies == Bodies::Compound && (statement.word(0) == "END" || turns_oracle())
    }

    /// Everything from `start` on, as one batch.
    fn rest(&mut self, start: usize, line: usize, lexis: Lexis) {
        let words = self.take_words();
        let sql = self.text[start..].trim().to_owned();
        self.found.push(Statement { sql, line, words, lexis, batch: true });
    }

    /// Some settings change how the rest of the text is read.
    fn follow_settings(&mut self, statement: &Statement) {
        let lexis = &mut self.lexer.lexis;
        if let Some(text) = sets_mode(statement).filter(|_| self.standard.bodies == Bodies::Compound) {
            lexis.backslash_escapes = !text.contains("NO_BACKSLASH_ESCAPES");
            lexis.double_quoted_strings = !text.contains("ANSI");
        }
        let text = || statement.sql.to_ascii_uppercase();
        let is_set = statement.word(0) == "SET" && self.standard.bodies == Bodies::Atomic;
        if is_set && text().contains("STANDARD_CONFORMING_STRINGS") {
            lexis.backslash_escapes = ["OFF", "FALSE", "NO", "0"].iter().any(|off| statement.says(off));
        }
    }
}

/// The text, in upper case, of a statement that sets the session's `sql_mode`.
fn sets_mode(statement: &Statement) -> Option<String> {
    let is_set = statement.word(0) == "SET" && !statement.words.iter().any(|word| word == "GLOBAL");
    let text = is_set.then(|| statement.sql.to_ascii_uppercase())?;
    text.contains("SQL_MODE").then_some(text)
}

/// Whether a semicolon ends the current statement.
enum Body {
    Trigger { opened: bool, after_semicolon: bool, ended: bool },
    Compound(Compound),
    Atomic { parentheses: usize, blocks: usize, after_begin: bool },
}

impl Body {
    fn new(bodies: Bodies) -> Self {
        match bodies {
            Bodies::Triggers => Self::Trigger { opened: false, after_semicolon: false, ended: false },
            Bodies::Compound => Self::Compound(Compound::new()),
            Bodies::Atomic => Self::Atomic { parentheses: 0, blocks: 0, after_begin: false },
        }
    }

    fn is_closed(&self) -> bool {
        match self {
            Self::Trigger { opened, ended, .. } => !opened || *ended,
            Self::Compound(compound) => compound.is_closed(),
            Self::Atomic { parentheses, blocks, .. } => *parentheses == 0 && *blocks == 0,
        }
    }

    /// `words` are those before this token.
    fn take(&mut self, kind: Kind, word: &str, words: &[String]) {
        match self {
            // SQLite's own rule: the body ends with `; END ;`.
            Self::Trigger { opened, after_semicolon, ended } => {
                let created = words.first().is_some_and(|first| first == "CREATE");
                *opened |= word == "BEGIN" && created && words.iter().take(3).any(|word| word == "TRIGGER");
                *ended = *after_semicolon && word == "END";
                *after_semicolon = kind == Kind::Mark(b';');
            }
            Self::Compound(compound) => compound.take(kind, word),
            Self::Atomic { parentheses, blocks, after_begin } => {
                match (kind, word) {
                    (Kind::Mark(b'('), _) => *parentheses += 1,
                    (Kind::Mark(b')'), _) => *parentheses = parentheses.saturating_sub(1),
                    (_, "ATOMIC") if *after_begin => *blocks += 1,
                    (_, "CASE") if *blocks > 0 => *blocks += 1,
                    (_, "END") => *blocks = blocks.saturating_sub(1),
                    _ => {}
                }
                *after_begin = word == "BEGIN";
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{mysql, postgres, sqlite};
    use super::*;

    fn lines(text: &str, lexis: &Lexis) -> Vec<(usize, String)> {
        split(text, lexis).expect("cuts").into_iter().map(|s| (s.line, s.sql)).collect()
    }

    #[test]
    fn comments_before_a_statement_are_dropped_and_lines_are_counted() {
        let text = "-- why\r\n/* more\r\n */\r\nCREATE TABLE a (b TEXT DEFAULT ';');\r\n\r\nSELECT 1";
        let found = lines(text, &sqlite::LEXIS);
        assert_eq!(found, [(4, "CREATE TABLE a (b TEXT DEFAULT ';')".into()), (6, "SELECT 1".into())]);
    }

    #[test]
    fn a_script_of_comments_has_no_statement() {
        assert!(lines("-- nothing\n;;/* */ ; # x\n", &mysql::LEXIS).is_empty());
    }

    #[test]
    fn sqlite_trigger_bodies_stay_whole_with_case_inside() {
        let trigger = "CREATE TRIGGER t AFTER UPDATE ON a BEGIN\n UPDATE a SET b = CASE WHEN 1 THEN 2 END; SELECT 1; END";
        let found = lines(&format!("{trigger};\nSELECT 2;"), &sqlite::LEXIS);
        assert_eq!(found, [(1, trigger.into()), (3, "SELECT 2".into())]);
    }

    #[test]
    fn mysql_bodies_need_no_delimiter() {
        let body = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN IF NEW.b THEN SET NEW.c = IF(1, 2, 3); END IF; \
                    CASE NEW.b WHEN 1 THEN SET NEW.c = 1; END CASE; BEGIN SET @a = 'x;\\'END;'; END; END";
        assert_eq!(
            lines(&format!("{body};SELECT `a;b`"), &mysql::LEXIS),
            [(1, body.into()), (1, "SELECT `a;b`".into())]
        );
    }

    #[test]
    fn delimiter_is_refused_in_words() {
        let error = split("SELECT 1;\nDELIMITER //\n", &mysql::LEXIS).unwrap_err();
        assert_eq!(error, SplitError::Delimiter { line: 2 });
    }

    #[test]
    fn dollar_quotes_and_nested_comments_hold_semicolons() {
        let body = "CREATE FUNCTION f() RETURNS trigger AS $body$ BEGIN x := '$$'; RETURN NEW; END $body$ LANGUAGE plpgsql";
        let text = format!("{body}; /* a /* b; */ c; */ SELECT $$a;b$$, E'it\\'s;', $1;");
        let found = lines(&text, &postgres::LEXIS);
        assert_eq!(found, [(1, body.into()), (1, "SELECT $$a;b$$, E'it\\'s;', $1".into())]);
    }

    #[test]
    fn a_standard_body_of_postgres_stays_whole() {
        let body = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; END";
        assert_eq!(lines(&format!("{body}; SELECT 1"), &postgres::LEXIS).len(), 2);
    }

    #[test]
    fn what_is_never_closed_is_named_with_its_line() {
        let error = split("SELECT 1;\nSELECT 'a;\n;", &sqlite::LEXIS).unwrap_err();
        assert_eq!(error, SplitError::Unclosed { line: 2, what: "a string" });
    }

    #[test]
    fn a_body_that_is_never_closed_is_a_batch_with_all_that_follows() {
        for (text, lexis) in [
            ("SELECT 1;\nCREATE TRIGGER t AFTER INSERT ON a\nBEGIN SELECT 1; SELECT 2;", &sqlite::LEXIS),
            ("SELECT 1;\nCREATE PROCEDURE p() BEGIN IF a THEN SELECT 1; END; SELECT 2", &mysql::LEXIS),
            ("SELECT 1;\nCREATE TABLE t (a int; SELECT 2;", &postgres::LEXIS),
        ] {
            let found = split(text, lexis).expect("cuts");
            assert_eq!(found.iter().map(|s| (s.line, s.batch)).collect::<Vec<_>>(), [(1, false), (2, true)]);
        }
    }

    #[test]
    fn an_end_without_a_beginning_makes_a_batch_of_what_was_cut_before_it() {
        let found = split("SELECT 1; SELECT 2;\nSELECT 3; END x; SELECT 4", &mysql::LEXIS).expect("cuts");
        assert_eq!(found.len(), 3);
        assert_eq!((found[2].sql.as_str(), found[2].batch), ("SELECT 3; END x; SELECT 4", true));
    }

    #[test]
    fn the_transaction_belongs_to_the_runner() {
        let error = split("SELECT 1;\nCOMMIT;", &sqlite::LEXIS).unwrap_err();
        assert_eq!(error, SplitError::TransactionControl { line: 2, word: "COMMIT".into() });
        assert!(split("START TRANSACTION", &mysql::LEXIS).is_err());
        assert!(split("START SLAVE", &mysql::LEXIS).is_ok());
    }

    #[test]
    fn without_a_runner_the_transaction_belongs_to_the_text() {
        let found = split_any("BEGIN; SELECT 1; COMMIT", &postgres::LEXIS).expect("cuts");
        assert_eq!(found.iter().map(|s| s.sql.as_str()).collect::<Vec<_>>(), ["BEGIN", "SELECT 1", "COMMIT"]);
    }

    #[test]
    fn the_dialects_differ_in_dashes_and_hashes() {
        assert_eq!(lines("SELECT 1--1", &mysql::LEXIS), [(1, "SELECT 1--1".into())]);
        assert_eq!(lines("SELECT '{}'::json #> '{a}'; SELECT 2", &postgres::LEXIS).len(), 2);
        assert_eq!(lines("/*!40101 SET NAMES utf8 */;", &mysql::LEXIS).len(), 1);
    }
}
