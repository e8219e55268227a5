//! Reads SQL as tokens: enough to know where a string, a name, a comment or a statement ends, and no more.
//!
//! Each engine has its own lexical rules (a [`Lexis`]), and some of them change in the middle of a
//! script (`SET sql_mode = 'NO_BACKSLASH_ESCAPES'`). All code that inspects a statement's text uses
//! its tokens, so that a word in a string or in a comment never counts.

/// How an engine writes strings, names, comments and bodies; each engine's file has its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lexis {
    /// A backslash escapes the next character of a string.
    pub backslash_escapes: bool,
    /// Double quotes delimit strings, in which a backslash also escapes.
    pub double_quoted_strings: bool,
    /// A backslash escapes in `E'...'` strings, and a string continues after a line break.
    pub escape_strings: bool,
    /// `#` starts a comment.
    pub hash_comments: bool,
    /// `--` starts a comment only before white space.
    pub spaced_dashes: bool,
    /// A carriage return on its own ends a `--` comment.
    pub cr_ends_comment: bool,
    /// `/*!` holds code for some server versions.
    pub executable_comments: bool,
    pub nested_comments: bool,
    pub bracket_names: bool,
    pub dollar_quotes: bool,
    /// `@name` is a session variable.
    pub user_variables: bool,
    pub bodies: Bodies,
}

/// Where a semicolon does not end a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bodies {
    /// `CREATE TRIGGER ... BEGIN ...; END` (SQLite).
    Triggers,
    /// Stored programs of compound statements (MySQL, MariaDB).
    Compound,
    /// `BEGIN ATOMIC ... END`, and any parentheses (PostgreSQL).
    Atomic,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// An unquoted word or number.
    Word,
    /// A quoted name.
    Name,
    /// A string, with its quotes.
    Text,
    /// A session variable: `@name`, `` @`name` ``.
    Variable,
    /// One character that is none of the others.
    Mark(u8),
    Comment,
    /// The start or the end of a comment that contains code.
    Code,
}

/// A piece of the text, by its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: Kind,
    pub start: usize,
    pub end: usize,
    /// From 1.
    pub line: usize,
}

/// Something that is opened on this line and never closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unclosed {
    pub line: usize,
    pub what: &'static str,
}

/// The version that MariaDB writes into comments that no server should run.
const NEVER: &str = "999999";

pub(crate) struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    /// A script may change it along the way.
    pub lexis: Lexis,
    pub at: usize,
    pub line: usize,
    in_code: bool,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(text: &'a str, lexis: Lexis) -> Self {
        Self { text, bytes: text.as_bytes(), lexis, at: 0, line: 1, in_code: false }
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn step(&mut self, count: usize) {
        let end = (self.at + count).min(self.bytes.len());
        self.line += self.bytes[self.at..end].iter().filter(|byte| **byte == b'\n').count();
        self.at = end;
    }

    /// The next token; white space is skipped.
    pub(crate) fn next(&mut self) -> Result<Option<Token>, Unclosed> {
        while matches!(self.peek(0), b' ' | b'\t' | b'\r' | b'\n' | 0x0b | 0x0c) {
            self.step(1);
        }
        if self.at >= self.bytes.len() {
            return Ok(None);
        }
        let (start, line) = (self.at, self.line);
        let kind = self.take()?;
        Ok(Some(Token { kind, start, end: self.at, line }))
    }

    fn take(&mut self) -> Result<Kind, Unclosed> {
        let lexis = self.lexis;
        Ok(match self.peek(0) {
            b'-' if self.is_dash_comment() => self.line_comment(),
            b'#' if lexis.hash_comments => self.line_comment(),
            b'/' if self.peek(1) == b'*' => self.comment()?,
            b'*' if self.in_code && self.peek(1) == b'/' => {
                self.in_code = false;
                self.step(2);
                Kind::Code
            }
            b'\'' => {
                self.quoted(b'\'', "a string", lexis.backslash_escapes)?;
                self.continued(lexis.backslash_escapes)?
            }
            b'"' if lexis.double_quoted_strings => {
                self.quoted(b'"', "a string", lexis.backslash_escapes)?;
                Kind::Text
            }
            b'"' => self.name(b'"')?,
            b'`' => self.name(b'`')?,
            b'[' if lexis.bracket_names => self.name(b']')?,
            b'$' if lexis.dollar_quotes && self.dollar_tag().is_some() => self.dollar_quoted()?,
            b'@' if lexis.user_variables && self.begins_variable() => self.variable()?,
            byte if is_word_byte(byte) => self.word()?,
            byte => {
                self.step(1);
                Kind::Mark(byte)
            }
        })
    }

    fn is_dash_comment(&self) -> bool {
        self.peek(1) == b'-' && (!self.lexis.spaced_dashes || self.peek(2) <= b' ')
    }

    fn line_comment(&mut self) -> Kind {
        let ends = |byte: u8| byte == b'\n' || (byte == b'\r' && self.lexis.cr_ends_comment);
        let rest = &self.bytes[self.at..];
        let length = rest.iter().position(|byte| ends(*byte)).unwrap_or(rest.len());
        self.step(length);
        Kind::Comment
    }

    fn comment(&mut self) -> Result<Kind, Unclosed> {
        let opened = self.line;
        let marked = match (self.peek(2), self.peek(3)) {
            (b'!', _) => 3,
            (b'M', b'!') => 4,
            _ => 0,
        };
        if self.lexis.executable_comments && marked > 0 {
            let rest = &self.text[self.at + marked..];
            let digits = rest.bytes().take(6).take_while(u8::is_ascii_digit).count();
            if &rest[..digits] != NEVER {
                self.in_code = true;
                self.step(marked + digits);
                return Ok(Kind::Code);
            }
        }
        self.step(2);
        let mut depth = 1;
        while self.at < self.bytes.len() {
            if self.peek(0) == b'*' && self.peek(1) == b'/' {
                self.step(2);
                depth -= 1;
                if depth == 0 {
                    return Ok(Kind::Comment);
                }
            } else if self.lexis.nested_comments && self.peek(0) == b'/' && self.peek(1) == b'*' {
                self.step(2);
                depth += 1;
            } else {
                self.step(1);
            }
        }
        Err(Unclosed { line: opened, what: "a comment" })
    }

    fn name(&mut self, close: u8) -> Result<Kind, Unclosed> {
        self.quoted(close, "a quoted name", false)?;
        Ok(Kind::Name)
    }

    /// A doubled quote is a literal quote and does not close.
    fn quoted(&mut self, close: u8, what: &'static str, backslash: bool) -> Result<(), Unclosed> {
        let opened = self.line;
        self.step(1);
        while self.at < self.bytes.len() {
            let is_escaped = backslash && self.peek(0) == b'\\';
            let is_doubled = self.peek(0) == close && self.peek(1) == close && close != b']';
            if is_escaped || is_doubled {
                self.step(2);
            } else if self.peek(0) == close {
                self.step(1);
                return Ok(());
            } else {
                self.step(1);
            }
        }
        Err(Unclosed { line: opened, what })
    }

    /// In PostgreSQL a string continues if only white space with a line break precedes the next quote.
    fn continued(&mut self, backslash: bool) -> Result<Kind, Unclosed> {
        while self.lexis.escape_strings {
            let rest = &self.text[self.at..];
            let space = &rest[..rest.len() - rest.trim_start_matches(is_space).len()];
            if !rest[space.len()..].starts_with('\'') || !space.contains(['\n', '\r']) {
                break;
            }
            self.step(space.len());
            self.quoted(b'\'', "a string", backslash)?;
        }
        Ok(Kind::Text)
    }

    fn dollar_tag(&self) -> Option<&'a str> {
        let rest = &self.text[self.at + 1..];
        let end = rest.bytes().position(|byte| !is_word_byte(byte))?;
        let tag = &rest[..end];
        let named = rest.as_bytes()[end] == b'$' && !tag.starts_with(|c: char| c.is_ascii_digit());
        named.then(|| &self.text[self.at..self.at + end + 2])
    }

    fn dollar_quoted(&mut self) -> Result<Kind, Unclosed> {
        let opened = self.line;
        let tag = self.dollar_tag().unwrap_or("$$");
        self.step(tag.len());
        let Some(end) = self.text[self.at..].find(tag) else {
            return Err(Unclosed { line: opened, what: "a dollar-quoted body" });
        };
        self.step(end + tag.len());
        Ok(Kind::Text)
    }

    /// True for `@a`, but not for `@@global.a` or the `@` in `'user'@'host'`.
    fn begins_variable(&self) -> bool {
        let before = self.at.checked_sub(1).map_or(b' ', |at| self.bytes[at]);
        let next = self.peek(1);
        !(is_word_byte(before) || matches!(before, b'\'' | b'"' | b'`' | b'@'))
            && (is_word_byte(next) || matches!(next, b'\'' | b'"' | b'`' | b'$' | b'.'))
    }

    fn variable(&mut self) -> Result<Kind, Unclosed> {
        self.step(1);
        match self.peek(0) {
            quote @ (b'\'' | b'"' | b'`') => self.quoted(quote, "a quoted name", false)?,
            _ => {
                while is_word_byte(self.peek(0)) || matches!(self.peek(0), b'$' | b'.') {
                    self.step(1);
                }
            }
        }
        Ok(Kind::Variable)
    }

    fn word(&mut self) -> Result<Kind, Unclosed> {
        let start = self.at;
        while is_word_byte(self.peek(0)) || (self.peek(0) == b'$' && self.at > start) {
            self.step(1);
        }
        if self.lexis.escape_strings
            && self.peek(0) == b'\''
            && matches!(&self.text[start..self.at], "E" | "e")
        {
            self.quoted(b'\'', "a string", true)?;
            return self.continued(true);
        }
        // `U&"\0061"`: a PostgreSQL name with Unicode escapes.
        if self.lexis.escape_strings
            && self.at - start == 1
            && matches!(self.bytes[start], b'U' | b'u')
            && self.peek(0) == b'&'
            && self.peek(1) == b'"'
        {
            self.step(1);
            return self.name(b'"');
        }
        Ok(Kind::Word)
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '\u{b}' | '\u{c}')
}

pub(crate) fn is_word_byte(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}
