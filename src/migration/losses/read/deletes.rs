//! Finds `DELETE` inside other statements, and in texts that become SQL only at run time.

use super::super::super::lexer::Kind;
use super::super::super::spelling::Piece;

/// Whether a statement contains a DELETE without a condition.
pub(super) fn in_statement(pieces: &[Piece]) -> bool {
    let marks = pieces.iter().map(|piece| match piece.kind {
        Kind::Word => piece.text.as_str(),
        Kind::Mark(b'(') => "(",
        Kind::Mark(b')') => ")",
        Kind::Mark(b';') => ";",
        _ => "",
    });
    holds_whole(marks)
}

/// The same for a text whose strings and bodies may be SQL. A string that ends before a condition
/// counts, because what is appended to it is unknown.
pub(super) fn in_text(text: &str) -> bool {
    let is_of_word = |c: char| c == '_' || c.is_alphanumeric();
    let words = text.split_inclusive(|c: char| !is_of_word(c)).flat_map(|part| {
        let word = part.trim_end_matches(|c: char| !is_of_word(c));
        let mark = match &part[word.len()..] {
            "'" => ";",
            mark => mark,
        };
        [word, mark]
    });
    holds_whole(words.filter(|word| !word.trim().is_empty()))
}

fn holds_whole<'a>(marks: impl Iterator<Item = &'a str>) -> bool {
    let mut marks = marks.peekable();
    let mut depth = 0_usize;
    // The depth of a DELETE that has no condition yet.
    let mut open: Option<usize> = None;
    let mut last = "";
    while let Some(mark) = marks.next() {
        let is = |word: &str| mark.eq_ignore_ascii_case(word);
        let next_is = |words: &[&str], next: Option<&&str>| {
            next.is_none_or(|next| words.iter().any(|word| next.eq_ignore_ascii_case(word)))
        };
        if is("(") {
            depth += 1;
        } else if is(")") {
            if open == Some(depth) {
                return true;
            }
            depth = depth.saturating_sub(1);
        } else if is(";") || is("LOOP") {
            if open.is_some() {
                return true;
            }
        } else if is("WHERE") && open == Some(depth) {
            open = None;
        } else if is("DELETE")
            // Not the DELETE of a key, a trigger or a privilege.
            && !last.eq_ignore_ascii_case("ON")
            && !next_is(&["ON", "OR", ",", ")", ";"], marks.peek())
        {
            if open.is_some() {
                return true;
            }
            open = Some(depth);
        }
        last = mark;
    }
    open.is_some()
}
