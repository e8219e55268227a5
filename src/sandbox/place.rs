//! A place in a stranger's text.

use serde::Serialize;

/// A line and a column of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Place {
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// The line's text.
    pub text: String,
}

impl Place {
    /// The place of the byte at an offset.
    pub fn at(text: &str, offset: usize) -> Place {
        let mut offset = offset.min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &text[..offset];
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let rest = &text[start..];
        let line = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r');
        Place {
            line: before.matches('\n').count() + 1,
            column: text[start..offset].chars().count() + 1,
            text: shortened(line),
        }
    }

    /// The offset in bytes.
    pub(super) fn offset(&self, text: &str) -> usize {
        let start: usize = text.split_inclusive('\n').take(self.line - 1).map(str::len).sum();
        let rest = &text[start..];
        start + rest.char_indices().nth(self.column - 1).map_or(rest.len(), |(at, _)| at)
    }

    /// The place of a character of a text, counted from 1.
    pub(super) fn at_character(text: &str, number: usize) -> Place {
        let offset = text.char_indices().nth(number.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
        Place::at(text, offset)
    }
}

/// The first characters of a line that is too long to read.
fn shortened(line: &str) -> String {
    const MOST: usize = 400;
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}...", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_characters_from_one() {
        let text = "SELECT é,\r\n  nmae\nFROM t";
        let at = |needle: &str| Place::at(text, text.find(needle).expect("is there"));
        assert_eq!(at("nmae"), Place { line: 2, column: 3, text: "  nmae".to_owned() });
        assert_eq!((at(",").line, at(",").column), (1, 9));
        assert_eq!(text[at("nmae").offset(text)..].chars().next(), Some('n'));
        assert_eq!((Place::at(text, 1000).line, Place::at_character(text, 1).column), (3, 1));
        assert_eq!(Place::at_character(text, 8).column, 8);
    }
}
