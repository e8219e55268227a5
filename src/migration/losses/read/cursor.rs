//! A statement of a script, read from left to right.

use super::super::super::lexer::{Bodies, Kind, Lexis};
use super::super::super::spelling::{self, Piece};
use super::Name;

/// A statement, and how far it has been read.
pub(super) struct Cursor {
    pub pieces: Vec<Piece>,
    pub at: usize,
    pub lexis: Lexis,
}

impl Cursor {
    pub fn piece(&self) -> Option<&Piece> {
        self.pieces.get(self.at)
    }

    pub fn is(&self, word: &str) -> bool {
        self.piece().is_some_and(|piece| piece.is(word))
    }

    /// Skips these words if all of them come next.
    pub fn skip(&mut self, words: &[&str]) -> bool {
        let here = self.pieces.get(self.at..self.at + words.len());
        let stand = here.is_some_and(|here| here.iter().zip(words).all(|(piece, word)| piece.is(word)));
        self.at += if stand { words.len() } else { 0 };
        stand
    }

    pub fn skip_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.skip(&[word]))
    }

    pub fn skip_mark(&mut self, mark: u8) -> bool {
        let stands = self.piece().is_some_and(|piece| piece.is_mark(mark));
        self.at += usize::from(stands);
        stands
    }

    pub fn one_name(&mut self) -> Option<String> {
        let name = spelling::name(self.piece()?, self.lexis)?;
        self.at += 1;
        Some(name)
    }

    /// The name of a table, perhaps with its schema.
    pub fn name(&mut self) -> Option<Name> {
        let first = self.one_name()?;
        let (schema, table) = match self.skip_mark(b'.') {
            true => (Some(first), self.one_name()?),
            false => (None, first),
        };
        // SQLite ignores the case of ASCII letters; a name without a schema means `main`.
        if self.lexis.bodies == Bodies::Triggers {
            let schema = schema.map(|schema| schema.to_ascii_lowercase()).filter(|schema| schema != "main");
            return Some(Name { schema, table: table.to_ascii_lowercase() });
        }
        Some(Name { schema, table })
    }

    /// Only PostgreSQL's columns are case-sensitive; MariaDB ignores the case of every letter.
    pub fn column(&mut self) -> Option<String> {
        let name = self.one_name()?;
        Some(match self.lexis.bodies {
            Bodies::Atomic => name,
            Bodies::Triggers => name.to_ascii_lowercase(),
            Bodies::Compound => name.to_lowercase(),
        })
    }

    /// Moves past the next comma outside parentheses; returns whether there is one.
    pub fn next_item(&mut self) -> bool {
        let mut depth = 0_usize;
        while let Some(piece) = self.piece() {
            let kind = piece.kind;
            self.at += 1;
            match kind {
                Kind::Mark(b'(') => depth += 1,
                Kind::Mark(b')') => depth = depth.saturating_sub(1),
                Kind::Mark(b',') if depth == 0 => return true,
                _ => {}
            }
        }
        false
    }

    pub fn says(&self, words: &[&str]) -> bool {
        self.pieces.iter().any(|piece| words.iter().any(|word| piece.is(word)))
    }
}
