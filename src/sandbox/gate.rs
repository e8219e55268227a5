//! Refuses, by its words, a text that is not a query or that asks for what an engine would let pass. It does so before the
//! engine sees the text, with messages that are the same on every engine.
//!
//! It reads tokens and knows no grammar. It is one of several walls: the others are SQLite's authorizer, transactions that only
//! read, and the rights of an account.

mod growth;
mod script;

use super::place::Place;
use super::sentences::TOO_DEEP;
use super::{Refusal, Trouble};
use crate::distance::distance;
use crate::migration::lexer::{Kind, Lexer, Lexis, Token};
pub(super) use script::script;

/// The most bytes that a stranger's text may have.
pub const MOST_BYTES: usize = 1_000_000;

/// What is refused on one engine.
pub(super) struct Rules {
    pub(super) lexis: &'static Lexis,
    /// Functions that a query may not call, in lower case; `*` at the end stands for any rest of the name.
    pub(super) functions: &'static [&'static str],
    /// The same for a script.
    pub(super) functions_of_scripts: &'static [&'static str],
    /// Words that a script may not contain, in capitals.
    pub(super) words_of_scripts: &'static [&'static str],
    /// Words that may not follow each other in a query, in capitals.
    pub(super) clauses: &'static [&'static [&'static str]],
    /// First words of statements that a script may contain besides CREATE, ALTER and DROP, in capitals.
    pub(super) statements: &'static [&'static str],
    /// The settings that a script may SET besides variables, in capitals.
    pub(super) settings: &'static [&'static str],
    /// Words that functions of a script may not contain, in capitals.
    pub(super) in_functions: &'static [&'static str],
    /// Storage engines that a script may name, in lower case. The others may read files or other servers.
    pub(super) storage: &'static [&'static str],
    /// Whether `(value).name` calls a function too.
    pub(super) calls_attributes: bool,
    /// Whether more than the database is within reach.
    pub(super) is_server: bool,
}

/// How many parentheses may be open at once, because the stack of a server's parser is limited.
const DEEPEST: usize = 250;

/// Words with which a query may begin.
const QUERIES: [&str; 4] = ["SELECT", "WITH", "VALUES", "TABLE"];
/// Words of statements that change rows and may follow WITH.
const CHANGES: [&str; 5] = ["INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE"];

/// Accepts one query.
pub(super) fn query(text: &str, rules: &Rules) -> Result<(), Trouble> {
    let words = Words::read(text, rules)?;
    words.begins_a_query()?;
    words.is_one_statement()?;
    words.changes_nothing()?;
    words.has_no_forbidden_clause()?;
    words.calls_none_of(rules.functions)?;
    words.stays_small()?;
    Ok(())
}

/// The length in bytes of the white space, comments and semicolons at the beginning of a text.
pub(super) fn space(text: &str, lexis: &Lexis) -> usize {
    let mut lexer = Lexer::new(text, *lexis);
    loop {
        match lexer.next() {
            Ok(Some(token)) if matches!(token.kind, Kind::Comment | Kind::Mark(b';')) => {}
            Ok(Some(token)) => return token.start,
            Ok(None) => return text.len(),
            Err(_) => return 0,
        }
    }
}

/// The first place at which a text has a word or name with this spelling.
pub(super) fn place_of(text: &str, lexis: &Lexis, name: &str) -> Option<Place> {
    let name = name.rsplit('.').next()?.to_lowercase();
    let mut lexer = Lexer::new(text, *lexis);
    while let Ok(Some(token)) = lexer.next() {
        let is_name = matches!(token.kind, Kind::Word | Kind::Name);
        if is_name && bare(&text[token.start..token.end]) == name {
            return Some(Place::at(text, token.start));
        }
    }
    None
}

/// The word before a place, and where it is: an engine notices a mistyped word only at the next one.
pub(super) fn word_before<'a>(text: &'a str, lexis: &Lexis, at: &Place) -> Option<(&'a str, Place)> {
    let wanted = at.offset(text);
    let mut lexer = Lexer::new(text, *lexis);
    let [mut before, mut earlier]: [Option<Token>; 2] = [None, None];
    // A name follows these words. It is not mistyped if it looks like a keyword: the table likes is not LIKE.
    let names_something = |token: Token| {
        let words = ["FROM", "JOIN", "INTO", "AS"];
        let is = |word: &&str| text[token.start..token.end].eq_ignore_ascii_case(word);
        matches!(token.kind, Kind::Mark(b',' | b'.')) || words.iter().any(is)
    };
    while let Ok(Some(token)) = lexer.next() {
        if token.start == wanted {
            let word =
                before.filter(|before| before.kind == Kind::Word && !earlier.is_some_and(names_something))?;
            return Some((&text[word.start..word.end], Place::at(text, word.start)));
        }
        if token.start > wanted {
            return None;
        }
        if token.kind != Kind::Comment {
            earlier = before.replace(token);
        }
    }
    None
}

/// A text as tokens, without its comments.
pub(super) struct Words<'a> {
    text: &'a str,
    tokens: Vec<Token>,
    rules: &'a Rules,
}

impl<'a> Words<'a> {
    pub(super) fn read(text: &'a str, rules: &'a Rules) -> Result<Words<'a>, Refusal> {
        if text.len() > MOST_BYTES {
            return Err(Refusal::TooLong { bytes: text.len(), most: MOST_BYTES });
        }
        if let Some(at) = text.find('\0') {
            return Err(forbidden("a character with the number zero", text, at));
        }
        let mut lexer = Lexer::new(text, *rules.lexis);
        let mut words = Words { text, tokens: Vec::new(), rules };
        let mut depth = 0_usize;
        loop {
            let begins = lexer.at;
            match lexer.next() {
                Ok(Some(token)) => {
                    words.take(token)?;
                    match token.kind {
                        Kind::Mark(b'(') => depth += 1,
                        Kind::Mark(b')') => depth = depth.saturating_sub(1),
                        _ => {}
                    }
                    if depth > DEEPEST {
                        return Err(Refusal::Invalid {
                            message: TOO_DEEP.to_owned(),
                            at: Some(Place::at(text, token.start)),
                            raw: String::new(),
                        });
                    }
                }
                Ok(None) => break,
                Err(unclosed) => return Err(never_closed(text, begins, unclosed.what)),
            }
        }
        if words.tokens.iter().all(|token| token.kind == Kind::Mark(b';')) {
            return Err(Refusal::Empty);
        }
        Ok(words)
    }

    fn take(&mut self, token: Token) -> Result<(), Refusal> {
        let text = &self.text[token.start..token.end];
        let runs =
            self.rules.lexis.executable_comments && ["/*!", "/*M!"].iter().any(|mark| text.starts_with(mark));
        if token.kind == Kind::Code || (token.kind == Kind::Comment && runs) {
            return Err(forbidden("a comment that the server runs, /*! .. */,", self.text, token.start));
        }
        // UESCAPE may follow, and only then it is known what this spells.
        if token.kind == Kind::Name && text.starts_with(['U', 'u']) {
            return Err(forbidden("a name with escapes, U&\"..\",", self.text, token.start));
        }
        if token.kind != Kind::Comment {
            self.tokens.push(token);
        }
        Ok(())
    }

    /// A word in capitals; empty if the token is not a word.
    fn word(&self, at: usize) -> String {
        match self.tokens.get(at) {
            Some(token) if token.kind == Kind::Word => self.text[token.start..token.end].to_ascii_uppercase(),
            _ => String::new(),
        }
    }

    fn is_mark(&self, at: usize, mark: u8) -> bool {
        self.tokens.get(at).is_some_and(|token| token.kind == Kind::Mark(mark))
    }

    fn place(&self, at: usize) -> Place {
        Place::at(self.text, self.tokens.get(at).map_or(self.text.len(), |token| token.start))
    }

    fn first(&self) -> usize {
        let opens = |token: &Token| matches!(token.kind, Kind::Mark(b'(' | b';'));
        self.tokens.iter().position(|token| !opens(token)).unwrap_or(0)
    }

    fn begins_a_query(&self) -> Result<(), Refusal> {
        let first = self.first();
        let word = self.word(first);
        match word.as_str() {
            "EXPLAIN" | "DESCRIBE" | "DESC" | "ANALYZE" => Err(Refusal::Forbidden {
                what: format!("{word}, which does not return the rows of a query,"),
                at: Some(self.place(first)),
            }),
            _ if QUERIES.contains(&word.as_str()) => Ok(()),
            "" => Err(self.not_understood(first, "A query begins with SELECT or WITH.".to_owned())),
            _ => match QUERIES[..3].iter().find(|query| word.len() > 3 && distance(&word, query) <= 2) {
                Some(near) => {
                    let message = format!("The query is not understood at \"{word}\". Did you mean {near}?");
                    Err(self.not_understood(first, message))
                }
                None => Err(Refusal::NotAQuery { word, at: Some(self.place(first)) }),
            },
        }
    }

    fn not_understood(&self, at: usize, message: String) -> Refusal {
        Refusal::Invalid { message, at: Some(self.place(at)), raw: String::new() }
    }

    fn is_one_statement(&self) -> Result<(), Refusal> {
        let first = self.first();
        let ends = (first..self.tokens.len()).find(|at| self.is_mark(*at, b';'));
        let second = ends.and_then(|end| (end..self.tokens.len()).find(|at| !self.is_mark(*at, b';')));
        match second {
            Some(at) => Err(Refusal::Several { at: Some(self.place(at)) }),
            None => Ok(()),
        }
    }

    /// A query follows WITH, and no statement in parentheses changes rows.
    fn changes_nothing(&self) -> Result<(), Refusal> {
        let first = self.first();
        let is_change = |at: usize| CHANGES.contains(&self.word(at).as_str()) && !self.is_mark(at + 1, b'(');
        let mut depth = 0_usize;
        let mut open = self.word(first) == "WITH";
        for at in first..self.tokens.len() {
            match self.tokens[at].kind {
                Kind::Mark(b'(') => depth += 1,
                Kind::Mark(b')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            let begins =
                at > 0 && (self.is_mark(at - 1, b'(') || (open && self.is_mark(at - 1, b')') && depth == 0));
            open &= depth > 0 || !QUERIES[..].contains(&self.word(at).as_str()) || at == first;
            if begins && is_change(at) {
                return Err(Refusal::NotAQuery { word: self.word(at), at: Some(self.place(at)) });
            }
        }
        Ok(())
    }

    fn has_no_forbidden_clause(&self) -> Result<(), Refusal> {
        for at in 0..self.tokens.len() {
            let found = |clause: &&&[&str]| {
                clause.iter().enumerate().all(|(ahead, word)| self.word(at + ahead) == *word)
            };
            if let Some(clause) = self.rules.clauses.iter().find(found) {
                return Err(Refusal::Forbidden { what: clause.join(" "), at: Some(self.place(at)) });
            }
        }
        Ok(())
    }

    fn has_none_of(&self, words: &[&str]) -> Result<(), Refusal> {
        match (0..self.tokens.len()).find(|at| words.contains(&self.word(*at).as_str())) {
            Some(at) => Err(Refusal::Forbidden { what: self.word(at), at: Some(self.place(at)) }),
            None => Ok(()),
        }
    }

    fn calls_none_of(&self, functions: &[&str]) -> Result<(), Refusal> {
        (0..self.tokens.len()).try_for_each(|at| self.does_not_call(at, functions))
    }

    fn does_not_call(&self, at: usize, functions: &[&str]) -> Result<(), Refusal> {
        let token = &self.tokens[at];
        let is_attribute = self.rules.calls_attributes && at > 0 && self.is_mark(at - 1, b'.');
        let is_called = self.is_mark(at + 1, b'(') || is_attribute;
        if !is_called || !matches!(token.kind, Kind::Word | Kind::Name) {
            return Ok(());
        }
        let written = &self.text[token.start..token.end];
        let name = match token.kind {
            Kind::Name => bare(written),
            _ => written.to_lowercase(),
        };
        match is_one_of(functions, &name) {
            true => {
                Err(Refusal::Forbidden { what: format!("the function {name}"), at: Some(self.place(at)) })
            }
            false => Ok(()),
        }
    }

    /// Only storage engines that keep a table in the database are allowed.
    fn names_no_other_storage(&self) -> Result<(), Refusal> {
        let mut depth = 0_usize;
        for at in 0..self.tokens.len() {
            match self.tokens[at].kind {
                Kind::Mark(b'(') => depth += 1,
                Kind::Mark(b')') => depth = depth.saturating_sub(1),
                _ => {}
            }
            let has_sign = self.is_mark(at + 1, b'=');
            if self.word(at) != "ENGINE" || !(has_sign || depth == 0) {
                continue;
            }
            let Some(token) = self.tokens.get(at + 1 + usize::from(has_sign)) else { continue };
            let name = bare(self.text[token.start..token.end].trim_matches(['\'', '"']));
            if !self.rules.storage.contains(&name.as_str()) {
                return Err(Refusal::Forbidden { what: format!("ENGINE {name}"), at: Some(self.place(at)) });
            }
        }
        Ok(())
    }

    /// The names that are followed by a dot, each with its place in the text.
    #[cfg_attr(
        not(feature = "mysql"),
        allow(dead_code, reason = "only one engine has other databases in reach")
    )]
    pub(super) fn qualifiers(&self) -> impl Iterator<Item = (String, Place)> {
        (0..self.tokens.len()).filter(|at| self.is_mark(at + 1, b'.')).map(|at| {
            let token = &self.tokens[at];
            (bare(&self.text[token.start..token.end]), self.place(at))
        })
    }

    /// The place of the first variable of the server: `@@name`.
    #[cfg_attr(not(feature = "mysql"), allow(dead_code, reason = "only one engine has them"))]
    pub(super) fn system_variable(&self) -> Option<Place> {
        let at = (0..self.tokens.len()).find(|at| self.is_mark(*at, b'@') && self.is_mark(at + 1, b'@'))?;
        Some(self.place(at))
    }

    /// The variables of the session.
    #[cfg_attr(not(feature = "mysql"), allow(dead_code, reason = "only one engine has them"))]
    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        let of = |token: &&Token| token.kind == Kind::Variable;
        self.tokens.iter().filter(of).map(|token| &self.text[token.start..token.end])
    }
}

/// Whether a name in lower case is in a list, in which `*` at the end stands for any rest of the name.
fn is_one_of(functions: &[&str], name: &str) -> bool {
    let is = |known: &&str| match known.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == *known,
    };
    functions.iter().any(is)
}

/// A name without its quotes, in lower case.
fn bare(written: &str) -> String {
    let inner = written.trim_start_matches(['U', 'u', '&']);
    let inner = match inner.chars().next() {
        Some(quote @ ('"' | '`')) => {
            let doubled = format!("{quote}{quote}");
            inner.trim_matches(quote).replace(&doubled, &quote.to_string())
        }
        Some('[') => inner.trim_matches(['[', ']']).to_owned(),
        _ => written.to_owned(),
    };
    inner.to_lowercase()
}

fn forbidden(what: &str, text: &str, at: usize) -> Refusal {
    Refusal::Forbidden { what: what.to_owned(), at: Some(Place::at(text, at)) }
}

fn never_closed(text: &str, from: usize, what: &'static str) -> Refusal {
    let start = from + text[from..].len() - text[from..].trim_start().len();
    let what = format!("{}{}", what[..1].to_uppercase(), &what[1..]);
    Refusal::Invalid {
        message: format!("{what} begins here and never ends."),
        at: Some(Place::at(text, start)),
        raw: String::new(),
    }
}
