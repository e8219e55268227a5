//! What others wrote (a server's words, names, cells) cannot command the terminal nor forge a line of ours.
//!
//! Control characters (ESC, carriage return, C1, DEL), the marks that turn the direction of writing, and the line
//! separators of Unicode are shown as `\u{..}`. Colours of ours pass by a mark that no text can know beforehand.

use std::borrow::Cow;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hasher};
use std::sync::OnceLock;

use super::Style;
pub use instaseed::database::escape_line;
use instaseed::database::{escape_where, is_terminal_control};

/// A text of several lines: its line ends and tabs stay.
pub fn escape(text: &str) -> Cow<'_, str> {
    let hidden = |c| is_terminal_control(c) && c != '\n' && c != '\t';
    match text.contains("\r\n") {
        true => Cow::Owned(escape_where(&text.replace("\r\n", "\n"), hidden).into_owned()),
        false => escape_where(text, hidden),
    }
}

/// JSON as it was serialised: the serialiser escapes C0, this the rest. Such characters stand within strings only.
pub fn escape_json(json: &str) -> Cow<'_, str> {
    let hidden = |c: char| is_terminal_control(c) && c != '\n';
    if !json.chars().any(hidden) {
        return Cow::Borrowed(json);
    }
    let mut escaped = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        match hidden(c) {
            true => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| escaped += &format!("\\u{unit:04x}")),
            false => escaped.push(c),
        }
    }
    Cow::Owned(escaped)
}

/// What stands in a text for a colour of ours until it is printed: drawn anew in each run.
fn mark() -> &'static str {
    static MARK: OnceLock<String> = OnceLock::new();
    MARK.get_or_init(|| {
        let drawn = || RandomState::new().build_hasher().finish();
        format!("\u{1b}{:016x}{:016x}", drawn(), drawn())
    })
}

/// The text between marks that [`painted`] turns into the codes of a style.
pub fn marked(style: Style, text: &str) -> String {
    let mark = mark();
    format!("{mark}{}m{text}{mark}0m", style.code())
}

/// Escapes a text, and turns the marks in it into codes for the terminal.
pub fn painted(text: &str) -> Cow<'_, str> {
    if !text.contains(mark()) {
        return escape(text);
    }
    let mut pieces = text.split(mark());
    let mut painted = escape(pieces.next().unwrap_or_default()).into_owned();
    for piece in pieces {
        let (code, rest) = piece.split_once('m').unwrap_or((piece, ""));
        painted += &format!("\u{1b}[{code}m");
        painted += &escape(rest);
    }
    Cow::Owned(painted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_commands_a_terminal_is_shown() {
        assert_eq!(escape("a\u{1b}[2J\r\u{7}\u{9b}m\u{7f}\t"), "a\\u{1b}[2J\\u{d}\\u{7}\\u{9b}m\\u{7f}\t");
        assert_eq!(
            escape("a\u{202e}b\u{2066}c\u{2028}d\u{2029}"),
            "a\\u{202e}b\\u{2066}c\\u{2028}d\\u{2029}"
        );
        assert_eq!(escape("one\r\ntwo"), "one\ntwo");
        assert_eq!(escape_line("one\ntwo"), "one\\u{a}two");
    }

    #[test]
    fn what_people_write_stays() {
        for text in ["größe 🥗 日本 Ünï", "family 👩‍👩‍👧 and a\u{300}", "مرحبا بالعالم"]
        {
            assert_eq!(escape_line(text), text);
        }
    }

    #[test]
    fn json_stays_json_and_says_the_same() {
        let said = "a\u{1b}\u{9b}\u{7f}\u{202e}\u{2028}\nb";
        let json = serde_json::to_string_pretty(&serde_json::json!({ "said": said })).unwrap();
        let escaped = escape_json(&json);
        assert!(escaped.chars().all(|c| !is_terminal_control(c) || c == '\n'), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap()["said"], said);
    }

    #[test]
    fn colours_of_ours_pass_and_forged_ones_do_not() {
        let text = format!("{} \u{1b}[32mforged", marked(Style::Good, "ok\u{1b}[8m"));
        assert_eq!(painted(&text), "\u{1b}[32mok\\u{1b}[8m\u{1b}[0m \\u{1b}[32mforged");
    }
}
