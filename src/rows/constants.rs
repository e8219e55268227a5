//! The named rows of a world as constants of a programming language, for tests that are written in it.

use std::fmt::Write;
use std::str::FromStr;

use crate::edition::NamedRow;

/// What constants are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    Rust,
    Json,
    TypeScript,
    Python,
}

impl Language {
    pub const ALL: [Language; 4] = [Language::Rust, Language::Json, Language::TypeScript, Language::Python];

    /// The name by which it is chosen.
    pub fn name(self) -> &'static str {
        match self {
            Language::Rust => "rust",
            Language::Json => "json",
            Language::TypeScript => "ts",
            Language::Python => "py",
        }
    }
}

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(name: &str) -> Result<Language, UnknownLanguage> {
        Language::ALL.into_iter().find(|language| language.name() == name).ok_or(UnknownLanguage)
    }
}

/// No constants are written in this language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("constants are written in rust, json, ts or py")]
pub struct UnknownLanguage;

/// The constants, with a line above them that says what they are of.
pub fn constants(rows: &[NamedRow], of: &str, language: Language) -> String {
    let head = format!("Named rows of {of}, written by instaseed.");
    let mut out = match language {
        Language::Rust => format!("//! {head}\n#![allow(dead_code)]\n\n"),
        Language::TypeScript => format!("// {head}\n\n"),
        Language::Python => format!("# {head}\n\n"),
        Language::Json => return json(rows),
    };
    for row in rows {
        let (name, key) = (row.name.to_uppercase(), row.key);
        let about = format!("{}.{}: {}", row.table, row.column, row.about);
        let written = match language {
            Language::Rust => write!(
                out,
                "/// `{}.{}`: {}.\npub const {name}: i32 = {key};\n",
                row.table, row.column, row.about
            ),
            Language::TypeScript => write!(out, "/** {about} */\nexport const {name} = {key};\n"),
            Language::Python => writeln!(out, "{name} = {key}  # {about}"),
            Language::Json => Ok(()),
        };
        written.expect("writing to a text cannot fail");
    }
    out
}

/// An object of keys by name: JSON has no comments.
fn json(rows: &[NamedRow]) -> String {
    let keys: serde_json::Map<String, serde_json::Value> =
        rows.iter().map(|row| (row.name.to_owned(), row.key.into())).collect();
    let text = serde_json::to_string_pretty(&keys).expect("names and numbers");
    format!("{text}\n")
}
