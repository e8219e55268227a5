//! Cuts a script into its statements, each with the line on which it begins.
//!
//! Drivers take a whole file and report an error without a place, and the course's engine (MySQL) commits each
//! DDL statement by itself: progress, errors with a line and a true "half-applied" all need single statements.
//! A statement is never cut inside a string, a quoted name, a comment, a dollar-quoted body or a compound body
//! (`CREATE TRIGGER ... BEGIN ...; ...; END`), and what the cutter cannot close is an error, not a guess.

use super::Statement;

/// How an engine writes strings, names, comments and bodies; each engine's file has its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lexis {
    /// A backslash escapes the next character of a string.
    pub backslash_escapes: bool,
    /// `E'...'` strings know the backslash.
    pub escape_strings: bool,
    /// `#` begins a comment.
    pub hash_comments: bool,
    /// `--` begins a comment only before white space.
    pub spaced_dashes: bool,
    /// `/*!` holds code for some server versions.
    pub executable_comments: bool,
    pub nested_comments: bool,
    pub bracket_names: bool,
    pub dollar_quotes: bool,
    /// Objects whose body is a compound `BEGIN ... END`.
    pub compound_objects: &'static [&'static str],
}

/// Why a script cannot be cut.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    #[error("{what} is opened here and never closed")]
    Unclosed { line: usize, what: &'static str },
    #[error(
        "`DELIMITER` is a command of the mysql client, not SQL: leave it out, bodies are recognised by BEGIN and END"
    )]
    Delimiter { line: usize },
    #[error("`{word}` here would end the transaction that the runner keeps: leave it out")]
    TransactionControl { line: usize, word: String },
}

impl SplitError {
    /// The line that the person must look at.
    pub fn line(&self) -> usize {
        match self {
            Self::Unclosed { line, .. }
            | Self::Delimiter { line }
            | Self::TransactionControl { line, .. } => *line,
        }
    }
}

/// Words kept of each statement: enough for `CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS name`.
const KEPT_WORDS: usize = 12;

const OBJECTS: &[&str] = &[
    "TABLE",
    "INDEX",
    "VIEW",
    "TRIGGER",
    "PROCEDURE",
    "FUNCTION",
    "EVENT",
    "PACKAGE",
    "DATABASE",
    "SCHEMA",
    "TYPE",
    "SEQUENCE",
    "DOMAIN",
    "EXTENSION",
    "RULE",
    "USER",
    "ROLE",
    "SERVER",
];

/// Cuts `text`; an empty result means that it holds nothing but comments and white space.
pub(crate) fn split(text: &str, lexis: &Lexis) -> Result<Vec<Statement>, SplitError> {
    let mut cutter = Cutter::new(text, lexis);
    cutter.run()?;
    Ok(cutter.found)
}

struct Cutter<'a> {
    text: &'a str,
    bytes: &'a [u8],
    lexis: &'a Lexis,
    at: usize,
    line: usize,
    found: Vec<Statement>,
    /// Where the statement under way begins, once it has begun.
    begun: Option<(usize, usize)>,
    words: Vec<String>,
    object: Option<String>,
    /// The last word was END: what follows tells which block it closes.
    after_end: bool,
    depth: usize,
    body_line: usize,
}

impl<'a> Cutter<'a> {
    fn new(text: &'a str, lexis: &'a Lexis) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            lexis,
            at: 0,
            line: 1,
            found: Vec::new(),
            begun: None,
            words: Vec::new(),
            object: None,
            after_end: false,
            depth: 0,
            body_line: 0,
        }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn step(&mut self, count: usize) {
        for _ in 0..count {
            if self.peek(0) == b'\n' {
                self.line += 1;
            }
            self.at += 1;
        }
    }

    fn begin(&mut self) {
        self.begun.get_or_insert((self.at, self.line));
    }

    fn run(&mut self) -> Result<(), SplitError> {
        while self.at < self.bytes.len() {
            let byte = self.peek(0);
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c => self.step(1),
                b'-' if self.is_dash_comment() => self.skip_line(),
                b'#' if self.lexis.hash_comments => self.skip_line(),
                b'/' if self.peek(1) == b'*' => self.skip_comment()?,
                b';' if self.depth == 0 => {
                    self.settle_end();
                    self.finish(self.at)?;
                    self.step(1);
                }
                b';' => {
                    self.settle_end();
                    if self.depth == 0 {
                        continue;
                    }
                    self.step(1);
                }
                b'\'' => self.skip_quoted(b'\'', "a string", self.lexis.backslash_escapes)?,
                b'"' => self.skip_quoted(b'"', "a quoted name", self.lexis.backslash_escapes)?,
                b'`' => self.skip_quoted(b'`', "a quoted name", false)?,
                b'[' if self.lexis.bracket_names => self.skip_quoted(b']', "a quoted name", false)?,
                b'$' if self.lexis.dollar_quotes && self.dollar_tag().is_some() => self.skip_dollar()?,
                _ if is_word_byte(byte) => self.word()?,
                _ => {
                    self.settle_end();
                    self.begin();
                    self.step(1);
                }
            }
        }
        self.settle_end();
        if self.depth > 0 {
            return Err(SplitError::Unclosed { line: self.body_line, what: "a BEGIN body" });
        }
        self.finish(self.at)
    }

    fn is_dash_comment(&self) -> bool {
        self.peek(1) == b'-' && (!self.lexis.spaced_dashes || self.peek(2) <= b' ')
    }

    fn skip_line(&mut self) {
        while self.at < self.bytes.len() && self.peek(0) != b'\n' {
            self.step(1);
        }
    }

    fn skip_comment(&mut self) -> Result<(), SplitError> {
        let opened = self.line;
        let code = self.peek(2) == b'!' || (self.peek(2) == b'M' && self.peek(3) == b'!');
        if self.lexis.executable_comments && code {
            self.begin();
        }
        self.step(2);
        let mut depth = 1;
        while self.at < self.bytes.len() {
            if self.peek(0) == b'*' && self.peek(1) == b'/' {
                self.step(2);
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
            } else if self.lexis.nested_comments && self.peek(0) == b'/' && self.peek(1) == b'*' {
                self.step(2);
                depth += 1;
            } else {
                self.step(1);
            }
        }
        Err(SplitError::Unclosed { line: opened, what: "a comment" })
    }

    /// `close` doubled stands for itself in every dialect, so two quoted runs side by side read as one.
    fn skip_quoted(&mut self, close: u8, what: &'static str, backslash: bool) -> Result<(), SplitError> {
        self.settle_end();
        self.begin();
        let opened = self.line;
        self.step(1);
        while self.at < self.bytes.len() {
            if backslash && self.peek(0) == b'\\' {
                self.step(2);
            } else if self.peek(0) == close {
                self.step(1);
                return Ok(());
            } else {
                self.step(1);
            }
        }
        Err(SplitError::Unclosed { line: opened, what })
    }

    fn dollar_tag(&self) -> Option<&'a str> {
        let rest = &self.text[self.at + 1..];
        let end = rest.find('$')?;
        let tag = &rest[..end];
        let named = tag.chars().all(|c| c == '_' || c.is_alphanumeric())
            && !tag.starts_with(|c: char| c.is_ascii_digit());
        named.then(|| &self.text[self.at..self.at + end + 2])
    }

    fn skip_dollar(&mut self) -> Result<(), SplitError> {
        self.settle_end();
        self.begin();
        let opened = self.line;
        let Some(tag) = self.dollar_tag() else { return Ok(()) };
        self.step(tag.len());
        match self.text[self.at..].find(tag) {
            Some(end) => {
                self.step(end + tag.len());
                Ok(())
            }
            None => Err(SplitError::Unclosed { line: opened, what: "a dollar-quoted body" }),
        }
    }

    fn word(&mut self) -> Result<(), SplitError> {
        self.begin();
        let (start, line) = (self.at, self.line);
        while is_word_byte(self.peek(0)) || (self.peek(0) == b'$' && self.at > start) {
            self.step(1);
        }
        let word = self.text[start..self.at].to_ascii_uppercase();
        if self.lexis.escape_strings && word == "E" && self.peek(0) == b'\'' {
            return self.skip_quoted(b'\'', "a string", true);
        }
        if word == "DELIMITER" && self.words.is_empty() {
            return Err(SplitError::Delimiter { line });
        }
        self.track_body(&word, line);
        if self.words.len() < KEPT_WORDS {
            self.words.push(word);
        }
        Ok(())
    }

    /// BEGIN and CASE open, END closes, except the END of `END IF`, `END LOOP` and the like, whose opening words
    /// are not counted (`IF` and `REPEAT` are also functions).
    fn track_body(&mut self, word: &str, line: usize) {
        if std::mem::take(&mut self.after_end) {
            match word {
                "IF" | "LOOP" | "WHILE" | "REPEAT" | "FOR" => return,
                "CASE" => {
                    self.depth = self.depth.saturating_sub(1);
                    return;
                }
                _ => self.depth = self.depth.saturating_sub(1),
            }
        }
        let first = self.words.first().map(String::as_str);
        if first == Some("CREATE") && self.object.is_none() && OBJECTS.contains(&word) {
            self.object = Some(word.to_owned());
        }
        let compound = first == Some("BEGIN") && self.words.len() == 1 && word == "NOT";
        let bodied =
            self.object.as_deref().is_some_and(|object| self.lexis.compound_objects.contains(&object));
        match word {
            _ if compound => self.open(line),
            "BEGIN" if bodied && (!self.lexis.dollar_quotes || self.next_word_is("ATOMIC")) => {
                self.open(line)
            }
            "BEGIN" | "CASE" if self.depth > 0 => self.depth += 1,
            "END" if self.depth > 0 => self.after_end = true,
            _ => {}
        }
    }

    fn open(&mut self, line: usize) {
        if self.depth == 0 {
            self.body_line = line;
        }
        self.depth += 1;
    }

    fn settle_end(&mut self) {
        if std::mem::take(&mut self.after_end) {
            self.depth = self.depth.saturating_sub(1);
        }
    }

    fn next_word_is(&self, wanted: &str) -> bool {
        self.text[self.at..]
            .trim_start()
            .get(..wanted.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(wanted))
    }

    fn finish(&mut self, end: usize) -> Result<(), SplitError> {
        let Some((start, line)) = self.begun.take() else { return Ok(()) };
        let words = std::mem::take(&mut self.words);
        self.object = None;
        let statement = Statement { sql: self.text[start..end].trim_end().to_owned(), line, words };
        if let Some(word) = statement.transaction_control() {
            return Err(SplitError::TransactionControl { line, word });
        }
        self.found.push(statement);
        Ok(())
    }
}

fn is_word_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
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
        let error = split("CREATE TRIGGER t AFTER INSERT ON a\nBEGIN SELECT 1;", &sqlite::LEXIS).unwrap_err();
        assert_eq!(error, SplitError::Unclosed { line: 2, what: "a BEGIN body" });
    }

    #[test]
    fn the_transaction_belongs_to_the_runner() {
        let error = split("SELECT 1;\nCOMMIT;", &sqlite::LEXIS).unwrap_err();
        assert_eq!(error, SplitError::TransactionControl { line: 2, word: "COMMIT".into() });
        assert!(split("START TRANSACTION", &mysql::LEXIS).is_err());
        assert!(split("START SLAVE", &mysql::LEXIS).is_ok());
    }

    #[test]
    fn the_dialects_differ_in_dashes_and_hashes() {
        assert_eq!(lines("SELECT 1--1", &mysql::LEXIS), [(1, "SELECT 1--1".into())]);
        assert_eq!(lines("SELECT '{}'::json #> '{a}'; SELECT 2", &postgres::LEXIS).len(), 2);
        assert_eq!(lines("/*!40101 SET NAMES utf8 */;", &mysql::LEXIS).len(), 1);
    }
}
