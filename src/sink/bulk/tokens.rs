//! Reads a definition that a database prints (an index, a key) token by token, so that only what has
//! the exact shape of such a definition is ever run: one statement, of one kind, about one table.
//!
//! Invariant: what the reader accepts has no semicolon outside quotes and nothing after its end.
//! What it does not know (a dollar sign, a comment, an open quote) is refused, not skipped.

use std::ops::Range;

/// How an engine quotes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lexis {
    /// The characters that open and close a name.
    pub names: &'static [(char, char)],
    /// A name may also be unquoted.
    pub bare_names: bool,
    /// A backslash escapes in every string; otherwise in `E'..'` only, if the engine has those.
    pub backslashes: bool,
    pub escape_strings: bool,
    /// `/*!80000 INVISIBLE */`: words that only some versions understand.
    pub versioned: bool,
    /// A string may be used as a name.
    pub text_names: bool,
    /// Comments may occur in a definition that is stored as it was typed.
    pub comments: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// A keyword, a bare name or a number.
    Word(String),
    Name(String),
    Text(String),
    Versioned(String),
    Sign(char),
}

/// The tokens of a definition, read from left to right.
#[derive(Debug)]
pub(crate) struct Reader {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    bare_names: bool,
    text_names: bool,
}

impl Reader {
    /// `None` if a quote or a comment is not closed, or if a character occurs that no definition has.
    pub(crate) fn new(sql: &str, lexis: &Lexis) -> Option<Reader> {
        let mut scan = Scan { sql, at: 0 };
        let mut tokens = Vec::new();
        while let Some(c) = scan.peek() {
            let start = scan.at;
            if c.is_whitespace() {
                scan.next();
                continue;
            }
            let token = match scan.token(c, lexis)? {
                Some(token) => token,
                None => continue,
            };
            tokens.push((token, start..scan.at));
        }
        Some(Reader { tokens, at: 0, bare_names: lexis.bare_names, text_names: lexis.text_names })
    }

    /// Where the next token begins.
    pub(crate) fn position(&self) -> Option<usize> {
        self.tokens.get(self.at).map(|(_, place)| place.start)
    }

    fn next(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    pub(crate) fn at_end(&self) -> bool {
        self.at == self.tokens.len()
    }

    /// Takes these words, all of them or none.
    pub(crate) fn words(&mut self, words: &str) -> bool {
        let wanted: Vec<_> = words.split(' ').collect();
        let there = |(i, word): (usize, &&str)| matches!(self.tokens.get(self.at + i), Some((Token::Word(found), _)) if found.eq_ignore_ascii_case(word));
        let all = wanted.iter().enumerate().all(there);
        if all {
            self.at += wanted.len();
        }
        all
    }

    pub(crate) fn sign(&mut self, sign: char) -> bool {
        let there = self.next() == Some(&Token::Sign(sign));
        self.at += usize::from(there);
        there
    }

    /// A name, without its quotes.
    pub(crate) fn name(&mut self) -> Option<String> {
        let name = match self.next()? {
            Token::Name(name) => name.clone(),
            Token::Word(word) if self.bare_names => word.clone(),
            Token::Text(text) if self.text_names => text.clone(),
            _ => return None,
        };
        self.at += 1;
        Some(name)
    }

    /// A name that may follow another one and a dot, which are optional.
    pub(crate) fn qualified(&mut self) -> Option<(Option<String>, String)> {
        let first = self.name()?;
        match self.sign('.') {
            true => Some((Some(first), self.name()?)),
            false => Some((None, first)),
        }
    }

    /// Any word or number.
    pub(crate) fn word(&mut self) -> bool {
        let there = matches!(self.next(), Some(Token::Word(_)));
        self.at += usize::from(there);
        there
    }

    pub(crate) fn text(&mut self) -> bool {
        let there = matches!(self.next(), Some(Token::Text(_)));
        self.at += usize::from(there);
        there
    }

    /// Versioned words that contain nothing but words, names and strings.
    pub(crate) fn versioned(&mut self) -> bool {
        let plain = |c: char| c.is_ascii_alphanumeric() || " _`=".contains(c);
        let there = matches!(self.next(), Some(Token::Versioned(inner)) if inner.chars().all(plain));
        self.at += usize::from(there);
        there
    }

    /// Names between parentheses, separated by commas.
    pub(crate) fn names(&mut self) -> bool {
        if !self.sign('(') {
            return false;
        }
        loop {
            if self.name().is_none() {
                return false;
            }
            if self.sign(')') {
                return true;
            }
            if !self.sign(',') {
                return false;
            }
        }
    }

    /// Everything between a parenthesis and its partner, without a semicolon.
    pub(crate) fn parenthesised(&mut self) -> bool {
        self.next() == Some(&Token::Sign('(')) && self.skip(|depth, _| depth == 0)
    }

    /// Takes everything up to the end; false at a semicolon or an unmatched parenthesis.
    pub(crate) fn rest(&mut self) -> bool {
        self.at_end() || self.skip(|_, at_end| at_end)
    }

    /// Skips to a comma, a semicolon or a closing parenthesis outside the parentheses opened on the way.
    pub(crate) fn item(&mut self) {
        let mut depth = 0usize;
        while let Some(token) = self.next() {
            match token {
                Token::Sign('(') => depth += 1,
                Token::Sign(')') if depth == 0 => return,
                Token::Sign(')') => depth -= 1,
                Token::Sign(',' | ';') if depth == 0 => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    fn skip(&mut self, done: impl Fn(usize, bool) -> bool) -> bool {
        let mut depth = 0usize;
        while let Some(token) = self.next() {
            match token {
                Token::Sign('(') => depth += 1,
                Token::Sign(')') if depth == 0 => return false,
                Token::Sign(')') => depth -= 1,
                Token::Sign(';') => return false,
                _ => {}
            }
            self.at += 1;
            if done(depth, self.at_end()) {
                return depth == 0;
            }
        }
        false
    }
}

/// A text and how far it has been read.
struct Scan<'a> {
    sql: &'a str,
    at: usize,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        &self.sql[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// One token; `Some(None)` for a comment that is allowed, `None` for what is not.
    fn token(&mut self, c: char, lexis: &Lexis) -> Option<Option<Token>> {
        if let Some((_, close)) = lexis.names.iter().find(|(open, _)| *open == c) {
            self.next();
            return Some(Some(Token::Name(self.quoted(*close, false)?)));
        }
        if c == '\'' {
            self.next();
            return Some(Some(Token::Text(self.quoted('\'', lexis.backslashes)?)));
        }
        let rest = self.rest();
        if rest.starts_with("--") || rest.starts_with("/*") {
            return self.comment(lexis);
        }
        if is_of_word(c) {
            let length = rest.find(|c| !is_of_word(c) && c != '$').unwrap_or(rest.len());
            let word = &rest[..length];
            self.at += length;
            if lexis.escape_strings && word.eq_ignore_ascii_case("e") && self.peek() == Some('\'') {
                self.next();
                return Some(Some(Token::Text(self.quoted('\'', true)?)));
            }
            return Some(Some(Token::Word(word.to_owned())));
        }
        if matches!(c, '$' | '#' | '\\' | '\0') {
            return None;
        }
        self.next();
        Some(Some(Token::Sign(c)))
    }

    /// The text before a closing quote; a doubled quote is a literal one.
    fn quoted(&mut self, close: char, backslashes: bool) -> Option<String> {
        let mut inner = String::new();
        loop {
            match self.next()? {
                '\\' if backslashes => inner.push(self.next()?),
                c if c == close && close != ']' && self.peek() == Some(close) => {
                    self.next();
                    inner.push(c);
                }
                c if c == close => return Some(inner),
                c => inner.push(c),
            }
        }
    }

    fn comment(&mut self, lexis: &Lexis) -> Option<Option<Token>> {
        let rest = self.rest();
        if let Some(inner) = rest.strip_prefix("/*!").filter(|_| lexis.versioned) {
            let length = inner.find("*/")?;
            self.at += "/*!".len() + length + "*/".len();
            return Some(Some(Token::Versioned(inner[..length].to_owned())));
        }
        if !lexis.comments {
            return None;
        }
        // An unclosed comment ends with the text.
        let end = match rest.starts_with("--") {
            true => rest.find('\n').unwrap_or(rest.len()),
            false => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
        };
        self.at += end;
        Some(None)
    }
}

fn is_of_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Lexis = Lexis {
        names: &[('"', '"')],
        bare_names: true,
        backslashes: false,
        escape_strings: true,
        versioned: false,
        text_names: false,
        comments: false,
    };

    #[test]
    fn quotes_hide_what_they_hold() {
        let mut reader = Reader::new(r#"INDEX "a;"")b" (lower('x;)'), E'\';')"#, &PLAIN).unwrap();
        assert!(reader.words("INDEX"));
        assert_eq!(reader.name().as_deref(), Some("a;\")b"));
        assert!(reader.parenthesised() && reader.at_end());
    }

    #[test]
    fn a_second_statement_and_an_open_quote_are_refused() {
        let mut reader = Reader::new("(a) ; DROP TABLE users", &PLAIN).unwrap();
        assert!(reader.parenthesised() && !reader.rest());
        let mut nested = Reader::new("(a; b)", &PLAIN).unwrap();
        assert!(!nested.parenthesised());
        for odd in ["(a) -- b", "'a", "\"a", "/* a", "$$a$$", "E'\\'", "a # b"] {
            assert!(Reader::new(odd, &PLAIN).is_none(), "{odd}");
        }
    }
}
