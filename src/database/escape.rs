//! What others wrote (names, a server's words) within a line of ours: shown, so that it neither commands a terminal nor
//! begins a line of its own. Invariant: what is shown holds no character that a terminal would act on.

use std::borrow::Cow;

/// Whether a terminal would act on it instead of showing it: control characters, the marks that turn the direction of
/// writing, and the line separators of Unicode.
pub fn commands(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        || matches!(c, '\u{2028}' | '\u{2029}')
}

/// A value that stands within a line: its line ends are shown too.
pub fn escape_line(text: &str) -> Cow<'_, str> {
    escape_where(text, commands)
}

/// The text with these characters as `\u{..}`.
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
