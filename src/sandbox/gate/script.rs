//! Which statements a stranger's script may contain: those that change tables of the scratch database and what belongs to them.

use super::{Rules, Words, is_one_of, never_closed};
use crate::migration::lexer::{Kind, Lexer, Token};
use crate::migration::split::split;
use crate::migration::{SplitError, Statement};
use crate::sandbox::{Place, Refusal};

/// Words between CREATE and what is created.
const BETWEEN: [&str; 16] = [
    "OR",
    "REPLACE",
    "UNIQUE",
    "TEMP",
    "TEMPORARY",
    "MATERIALIZED",
    "RECURSIVE",
    "CONSTRAINT",
    "UNLOGGED",
    "FULLTEXT",
    "GLOBAL",
    "LOCAL",
    "ONLINE",
    "OFFLINE",
    "AGGREGATE",
    "IGNORE",
];
/// What may be created, changed and dropped.
const OBJECTS: [&str; 9] =
    ["TABLE", "INDEX", "TRIGGER", "VIEW", "FUNCTION", "PROCEDURE", "SEQUENCE", "TYPE", "DOMAIN"];

/// Accepts a script, which may also have no statement.
pub(in crate::sandbox) fn script(text: &str, rules: &Rules) -> Result<(), Refusal> {
    let words = match Words::read(text, rules) {
        Err(Refusal::Empty) => return Ok(()),
        read => read?,
    };
    words.has_none_of(rules.words_of_scripts)?;
    words.calls_none_of(rules.functions_of_scripts)?;
    if !rules.storage.is_empty() {
        words.names_no_other_storage()?;
    }
    words.stays_small()?;
    for statement in split(text, rules.lexis).map_err(|error| unreadable(&error, text))? {
        statement_is_allowed(&statement, rules)
            .map_err(|what| Refusal::Forbidden { what, at: Some(line_of(text, &statement)) })?;
    }
    Ok(())
}

/// The part of a statement that is refused.
fn statement_is_allowed(statement: &Statement, rules: &Rules) -> Result<(), String> {
    let first = statement.word(0);
    match first {
        "CREATE" | "ALTER" | "DROP" => {
            let mut rest = statement.words.iter().skip(1).map(String::as_str);
            let object = rest.find(|word| !BETWEEN.contains(word)).unwrap_or_default();
            // SQLite's authorizer refuses everything else, with a better message.
            if !OBJECTS.contains(&object) && rules.is_server {
                return Err(format!("{first} {object}").trim_end().to_owned());
            }
        }
        "RENAME" if statement.word(1) != "TABLE" => return Err(format!("RENAME {}", statement.word(1))),
        _ if rules.statements.contains(&first) => {}
        "SET" if sets_its_own(statement, rules) => {}
        "" => return Err("a statement that does not begin with a word".to_owned()),
        _ => return Err(first.to_owned()),
    }
    if rules.is_server && statement.batch {
        return Err("a statement whose end cannot be found".to_owned());
    }
    if statement.words.iter().take(6).any(|word| matches!(word.as_str(), "FUNCTION" | "PROCEDURE")) {
        let upper = statement.sql.to_ascii_uppercase();
        let words = || upper.split(|c: char| !c.is_alphanumeric() && c != '_');
        // A body may be a string, whose words are not tokens.
        let is_forbidden = |word: &&str| {
            rules.in_functions.contains(word) || is_one_of(rules.functions_of_scripts, &word.to_lowercase())
        };
        if let Some(word) = words().find(is_forbidden) {
            return Err(format!("{word} in a function"));
        }
        let escapes = || tokens(statement, rules).iter().any(|token| is_escape_string(statement, *token));
        if !rules.in_functions.is_empty() && (upper.contains("U&") || escapes()) {
            return Err("a text or a name with escapes in a function".to_owned());
        }
    }
    Ok(())
}

/// Whether SET assigns only variables, and settings that a script may change.
fn sets_its_own(statement: &Statement, rules: &Rules) -> bool {
    let is_setting = |token: &Token| {
        let word = statement.sql[token.start..token.end].to_ascii_uppercase();
        token.kind == Kind::Variable || rules.settings.contains(&word.as_str())
    };
    let mut depth = 0_usize;
    let mut begins = true;
    tokens(statement, rules).iter().skip(1).all(|token| {
        let is_named = std::mem::replace(&mut begins, false);
        match token.kind {
            Kind::Mark(b'(') => depth += 1,
            Kind::Mark(b')') => depth = depth.saturating_sub(1),
            // On other engines, names of constraints follow the comma.
            Kind::Mark(b',') => begins = depth == 0 && rules.lexis.user_variables,
            _ => {}
        }
        !is_named || is_setting(token)
    })
}

fn tokens(statement: &Statement, rules: &Rules) -> Vec<Token> {
    let mut lexer = Lexer::new(&statement.sql, *rules.lexis);
    let mut found = Vec::new();
    while let Ok(Some(token)) = lexer.next() {
        if token.kind != Kind::Comment {
            found.push(token);
        }
    }
    found
}

/// Whether a string has escapes, so that it means something else than its letters: `E'\105'`.
fn is_escape_string(statement: &Statement, token: Token) -> bool {
    token.kind == Kind::Text && statement.sql[token.start..].starts_with(['E', 'e'])
}

fn unreadable(error: &SplitError, text: &str) -> Refusal {
    let at = Some(line(text, error.line()));
    let what = match error {
        SplitError::Unclosed { what, .. } => {
            return never_closed(text, start_of(text, error.line()), what);
        }
        SplitError::TransactionControl { word, .. } | SplitError::Distributed { word, .. } => {
            format!("{word}, because the script is run in a transaction already,")
        }
        SplitError::Locks { word, .. } => word.clone(),
        SplitError::Delimiter { .. } => "DELIMITER, which only the mysql client needs,".to_owned(),
        SplitError::CopyFromClient { .. } => "COPY".to_owned(),
    };
    Refusal::Forbidden { what, at }
}

fn line_of(text: &str, statement: &Statement) -> Place {
    line(text, statement.line)
}

fn line(text: &str, number: usize) -> Place {
    let start = start_of(text, number);
    let space = text[start..].len() - text[start..].trim_start_matches([' ', '\t']).len();
    Place::at(text, start + space)
}

/// The place at which a line begins.
fn start_of(text: &str, number: usize) -> usize {
    text.split_inclusive('\n').take(number.saturating_sub(1)).map(str::len).sum()
}
