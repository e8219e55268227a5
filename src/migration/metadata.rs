//! The contents of a migration's `metadata.toml`: whether it runs in a transaction, which editions
//! it fits, and what each direction cannot keep.
//!
//! Diesel reads the same file, and silently assumes `run_in_transaction = false` if the key is missing
//! and `true` if the file cannot be read. Here both are errors with a line, and so is an unknown key.

use serde::{Deserialize, Serialize};

/// The contents of a `metadata.toml`; without a file, the defaults of Diesel (one transaction, nothing lost).
#[derive(Debug, Clone, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    pub run_in_transaction: bool,
    /// Why it cannot be undone; only then may `down.sql` be missing.
    #[serde(default)]
    pub irreversible: Option<String>,
    /// The editions that an own migration fits; if missing, all of them. Diesel ignores the key.
    #[serde(default)]
    pub editions: Option<Vec<String>>,
    #[serde(default)]
    pub up: Direct,
    #[serde(default)]
    pub down: Direct,
}

/// What is declared about one direction.
#[derive(Debug, Clone, Default, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Direct {
    #[serde(default)]
    pub loses: Vec<Loss>,
}

/// Data that a direction cannot keep: some columns of a table, or the rows that match a condition.
#[derive(Debug, Clone, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Loss {
    pub table: String,
    #[serde(default)]
    pub columns: Vec<String>,
    #[serde(default)]
    pub rows: Option<String>,
    pub because: String,
}

impl Default for Metadata {
    fn default() -> Self {
        Self {
            run_in_transaction: true,
            irreversible: None,
            editions: None,
            up: Direct::default(),
            down: Direct::default(),
        }
    }
}

impl Metadata {
    pub(crate) fn parse(text: &str) -> Result<Self, (Option<usize>, String)> {
        toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            (line, error.message().to_owned())
        })
    }

    /// Whether this direction may remove rows of `table`.
    pub(crate) fn may_lose_rows(&self, direction: super::Direction, table: &str) -> bool {
        let declared = match direction {
            super::Direction::Up => &self.up,
            super::Direction::Down => &self.down,
        };
        declared.loses.iter().any(|loss| loss.rows.is_some() && loss.table == table)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_that_diesel_takes_for_false_is_asked_for() {
        let (_, message) = Metadata::parse("[[down.loses]]\ntable = 'a'\nbecause = 'b'\n").unwrap_err();
        assert!(message.contains("run_in_transaction"), "{message}");
    }

    #[test]
    fn unknown_keys_are_named_with_their_line() {
        let (line, message) =
            Metadata::parse("run_in_transaction = true\nrun_in_transation = false\n").unwrap_err();
        assert_eq!(line, Some(2));
        assert!(message.contains("run_in_transation"), "{message}");
    }

    #[test]
    fn losses_are_read() {
        let text = "run_in_transaction = true\n[[down.loses]]\ntable = 'media'\nrows = 'media_order > 1'\nbecause = 'no room'\n";
        let metadata = Metadata::parse(text).expect("parses");
        assert!(metadata.may_lose_rows(super::super::Direction::Down, "media"));
        assert!(!metadata.may_lose_rows(super::super::Direction::Up, "media"));
    }
}
