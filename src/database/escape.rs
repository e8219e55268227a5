//! Escapes text from outside (names, a server's words) for a line of ours, so that it can neither control a terminal nor
//! begin a line of its own. Invariant: an escaped text holds no character that a terminal would act on.

use std::borrow::Cow;

/// Whether a terminal would act on it instead of showing it: control characters, the marks that turn the direction of
/// writing, and the line separators of Unicode.
pub fn is_terminal_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Escapes a text that goes into a line: its line ends are escaped, too.
pub fn escape_line(text: &str) -> Cow<'_, str> {
    escape_where(text, is_terminal_control)
}

/// The text with the characters that `hidden` picks as `\u{..}`.
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
