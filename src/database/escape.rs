//! Escapes text from outside (names, a server's messages) for one of our lines, so that it can neither control
//! a terminal nor start a new line. Invariant: an escaped text has no character that a terminal would act on.

use std::borrow::Cow;

/// Whether a terminal would act on the character instead of showing it: control characters, marks
/// that change the writing direction, and the line separators of Unicode.
pub fn is_terminal_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Escapes a text that becomes part of a line, including its line ends.
pub fn escape_line(text: &str) -> Cow<'_, str> {
    escape_where(text, is_terminal_control)
}

/// The text with the characters that `hidden` selects written as `\u{..}`.
pub fn escape_where(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&hidden) {
        return Cow::Borrowed(text);
    }
    let mut escaped = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match hidden(c) {
            true => escaped.extend(c.escape_unicode()),
            false => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}
