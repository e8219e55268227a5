//! One SQL file: its text, its statements and its checksum.
//!
//! The checksum shows whether a person changed the file after it was applied. Line endings, a byte-order
//! mark, trailing white space and trailing blank lines do not count: git and editors change them unasked.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use super::Statement;
use super::lexer::{Kind, Lexis};
use super::split::{self, SplitError};
use super::statement::Part;
use crate::sha256;

/// An `up.sql` or `down.sql`.
#[derive(Debug, Clone)]
pub struct Script {
    /// The path it was read from, for messages.
    pub file: String,
    pub text: String,
    pub statements: Vec<Statement>,
    pub checksum: String,
    /// In upper case: possible schema names, and the keywords that `mentions` knows.
    names: OnceLock<BTreeSet<String>>,
}

impl Script {
    pub(crate) fn parse(file: String, text: &str, lexis: &Lexis) -> Result<Self, SplitError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let statements = split::split(text, lexis)?;
        Ok(Self { file, text: text.to_owned(), statements, checksum: checksum(text), names: OnceLock::new() })
    }

    /// Whether a name occurs where it may mean a schema, or is one of a few keywords in the script.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        let names = self.names.get_or_init(|| self.statements.iter().flat_map(possible_schemas).collect());
        names.contains(&name.to_uppercase())
    }

    /// A digest of the first `count` statements: whether a half-applied migration can be resumed
    /// depends on what ran, not on what follows.
    pub(crate) fn digest_of_first(&self, count: usize) -> String {
        let mut hash = Sha256::new();
        for statement in self.statements.iter().take(count) {
            hash.update(normalised(&statement.sql).as_bytes());
            hash.update([0]);
        }
        sha256::hex(&hash.finalize())
    }
}

/// Names before a dot, and names after words that a schema's name follows.
fn possible_schemas(statement: &Statement) -> Vec<String> {
    let parts = statement.parts();
    let is_name = |part: &Part| matches!(part.kind, Kind::Word | Kind::Name | Kind::Text);
    let leads = |part: &Part| {
        matches!(
            part.text.as_str(),
            "DATABASE" | "SCHEMA" | "USE" | "EXISTS" | "TO" | "SEARCH_PATH" | "=" | ","
        )
    };
    let keywords = ["DATABASE", "SCHEMA", "PARTITION", "EVENT"];
    let stands =
        |word: &&&str| parts.iter().any(|part| part.kind == Kind::Word && part.text.starts_with(**word));
    let mut found: Vec<String> = keywords.iter().filter(stands).map(|word| (*word).to_owned()).collect();
    for pair in parts.windows(2) {
        if is_name(&pair[0]) && pair[1].kind == Kind::Mark(b'.') {
            found.push(pair[0].text.clone());
        }
        if leads(&pair[0]) && is_name(&pair[1]) {
            found.push(pair[1].text.clone());
        }
    }
    found
}

fn checksum(text: &str) -> String {
    sha256::of(normalised(text))
}

fn normalised(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out.truncate(out.trim_end_matches('\n').len());
    out
}

#[cfg(test)]
mod tests {
    use super::super::sqlite::LEXIS;
    use super::*;

    #[test]
    fn line_endings_and_trailing_space_do_not_change_the_checksum() {
        let unix = Script::parse("a".into(), "SELECT 1;\n\nSELECT 2;\n", &LEXIS).expect("cuts");
        let windows =
            Script::parse("a".into(), "\u{feff}SELECT 1;  \r\n\r\nSELECT 2;\r\n\r\n", &LEXIS).expect("cuts");
        let other = Script::parse("a".into(), "SELECT 1;\n\nSELECT 3;\n", &LEXIS).expect("cuts");
        assert_eq!(unix.checksum, windows.checksum);
        assert_ne!(unix.checksum, other.checksum);
        assert_eq!(unix.digest_of_first(1), other.digest_of_first(1));
        assert_ne!(unix.digest_of_first(2), other.digest_of_first(2));
    }
}
