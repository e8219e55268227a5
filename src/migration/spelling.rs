//! The names in a script as the engine understands them, with quotes, doubled quotes and Unicode escapes decoded.
//!
//! Invariant: two spellings of one name give the same text, and what is not an escape is unchanged.

use super::lexer::{Bodies, Kind, Lexer, Lexis};

/// A token that is neither a comment nor the delimiter of one that contains code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Piece {
    pub kind: Kind,
    /// A name as the engine stores it; a string without its quotes; a word as written.
    pub text: String,
}

impl Piece {
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == Kind::Word && self.text.eq_ignore_ascii_case(word)
    }

    pub(crate) fn is_mark(&self, mark: u8) -> bool {
        self.kind == Kind::Mark(mark)
    }
}

/// The tokens of a text, up to the first that cannot be read.
pub(crate) fn pieces(sql: &str, lexis: Lexis) -> Vec<Piece> {
    let mut lexer = Lexer::new(sql, lexis);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut escaped = false;
    while let Ok(Some(token)) = lexer.next() {
        let text = &sql[token.start..token.end];
        let text = match token.kind {
            Kind::Comment | Kind::Code => continue,
            Kind::Name => unquoted(text, &sql[token.end..]),
            Kind::Text => text.trim_matches('\'').to_owned(),
            _ => text.to_owned(),
        };
        let uescape = token.kind == Kind::Word && text.eq_ignore_ascii_case("UESCAPE");
        let of_name = uescape && pieces.last().is_some_and(|last| last.kind == Kind::Name);
        // `UESCAPE '!'` belongs to the name before it.
        if of_name || (escaped && token.kind == Kind::Text) {
            escaped = of_name;
            continue;
        }
        pieces.push(Piece { kind: token.kind, text });
    }
    pieces
}

/// Every word of a text, including those in quotes and comments.
pub(crate) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c == '_' || c.is_alphanumeric())).filter(|word| !word.is_empty())
}

/// The name that a word or a quoted name means: PostgreSQL folds the case of unquoted ASCII.
pub(crate) fn name(piece: &Piece, lexis: Lexis) -> Option<String> {
    match piece.kind {
        Kind::Word if lexis.bodies == Bodies::Atomic => Some(piece.text.to_ascii_lowercase()),
        Kind::Word | Kind::Name => Some(piece.text.clone()),
        // SQLite accepts a string where it expects a name.
        Kind::Text if lexis.bodies == Bodies::Triggers => Some(piece.text.replace("''", "'")),
        _ => None,
    }
}

/// A quoted name without its quotes; `behind` is the text after it, which may name its escape character.
pub(crate) fn unquoted(text: &str, behind: &str) -> String {
    let quoted = text.strip_prefix(['U', 'u']).and_then(|rest| rest.strip_prefix('&'));
    let mut chars = quoted.unwrap_or(text).chars();
    let close = chars.next_back().unwrap_or_default();
    chars.next();
    let inner = chars.as_str().replace(&format!("{close}{close}"), &close.to_string());
    match quoted {
        Some(_) => decoded(&inner, escape_named(behind).unwrap_or('\\')),
        None => inner,
    }
}

/// The character of a `UESCAPE '!'` at the beginning of a text.
fn escape_named(text: &str) -> Option<char> {
    let rest = text.trim_start();
    let rest = rest.get(..7).filter(|word| word.eq_ignore_ascii_case("UESCAPE")).map(|_| &rest[7..])?;
    let mut chars = rest.trim_start().strip_prefix('\'')?.chars();
    let escape = chars.next()?;
    (chars.next() == Some('\'')).then_some(escape)
}

/// Decodes `\0061`, `\+000061` and `\\`.
fn decoded(text: &str, escape: char) -> String {
    let mut decoded = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let behind = &rest[c.len_utf8()..];
        let code = |digits: &str| u32::from_str_radix(digits, 16).ok();
        let (number, length) = match behind.strip_prefix('+') {
            Some(long) => (long.get(..6).and_then(code), 7),
            None => (behind.get(..4).and_then(code), 4),
        };
        match number.filter(|_| c == escape) {
            // The two halves of a surrogate pair follow each other.
            Some(number) => {
                match u16::try_from(number) {
                    Ok(unit) => units.push(unit),
                    Err(_) => {
                        flush(&mut units, &mut decoded);
                        decoded.extend(char::from_u32(number));
                    }
                }
                rest = &behind[length..];
            }
            None => {
                flush(&mut units, &mut decoded);
                decoded.push(c);
                rest = if c == escape { behind.strip_prefix(escape).unwrap_or(behind) } else { behind };
            }
        }
    }
    flush(&mut units, &mut decoded);
    decoded
}

fn flush(units: &mut Vec<u16>, to: &mut String) {
    to.push_str(&String::from_utf16_lossy(units));
    units.clear();
}

#[cfg(test)]
mod tests {
    use super::super::{mysql, postgres, sqlite};
    use super::*;

    fn names(sql: &str, lexis: Lexis) -> Vec<String> {
        pieces(sql, lexis).iter().filter_map(|piece| name(piece, lexis)).collect()
    }

    #[test]
    fn quotes_and_case_are_undone_as_the_engine_does() {
        assert_eq!(names("Notes \"No\"\"tes\" /* x */", postgres::LEXIS), ["notes", "No\"tes"]);
        assert_eq!(names("GRÖßE", postgres::LEXIS), ["grÖße"]);
        assert_eq!(names("Notes `a``b`", mysql::LEXIS), ["Notes", "a`b"]);
        assert_eq!(names("[a b] 'c''d'", sqlite::LEXIS), ["a b", "c'd"]);
    }

    #[test]
    fn unicode_escapes_of_names_are_undone() {
        let one = |sql: &str| names(sql, postgres::LEXIS);
        assert_eq!(one("U&\"\\0070hot\\+00006Fs\""), ["photos"]);
        assert_eq!(one("u&\"!0070hotos\" UESCAPE '!' x"), ["photos", "x"]);
        assert_eq!(one("U&\"a\\\\b\\\" c"), ["a\\b\\", "c"]);
        assert_eq!(one("U&\"\\D83D\\DE00\""), ["😀"]);
        assert_eq!(one("u & \"a\""), ["u", "a"]);
    }
}
