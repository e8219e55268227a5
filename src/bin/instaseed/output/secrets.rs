//! Passwords that were typed in the wrong place: an error that repeats the word does not show it.
//!
//! [`redact`] recognises a password by the text around it. Here the words of the command line are seen as they were
//! typed: with the blanks and line breaks in a word, and with the option before it.

use super::redact;
use instaseed::database::looks_secret;
use std::ffi::OsString;

const MASK: &str = "***";

/// Options, ours or of other programs, whose value is a password.
const OPTIONS: [&str; 5] = ["-p", "-P", "--password", "--passwd", "--pass"];

/// The words that no error repeats.
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    /// Hidden wherever they occur.
    anywhere: Vec<String>,
    /// Hidden where they are quoted: they may be ordinary words.
    quoted: Vec<String>,
}

impl Secrets {
    pub fn new(words: &[OsString]) -> Secrets {
        let mut secrets = Secrets::default();
        let mut before = String::new();
        for word in words.iter().skip(1) {
            let word = word.to_string_lossy().into_owned();
            let value = match word.split_once('=') {
                Some((option, value)) if option.starts_with('-') => value,
                _ => &word,
            };
            let is_query = value.starts_with(['?', '&']) && value.contains('=');
            if is_query || looks_secret(value) && value.contains(char::is_whitespace) {
                secrets.anywhere.push(value.to_owned());
            } else if follows_a_name(&before) && !value.is_empty() {
                secrets.quoted.push(value.to_owned());
            }
            before = word;
        }
        secrets
    }

    /// The text without them, and without what else may be a password.
    pub fn hide(&self, text: &str) -> String {
        let mut shown = text.to_owned();
        for secret in &self.anywhere {
            shown = shown.replace(secret.as_str(), MASK);
        }
        for secret in &self.quoted {
            for quote in ['\'', '`'] {
                shown = shown.replace(&format!("{quote}{secret}{quote}"), &format!("{quote}{MASK}{quote}"));
            }
        }
        redact(&shown).into_owned()
    }
}

fn follows_a_name(before: &str) -> bool {
    let lower = before.to_ascii_lowercase();
    OPTIONS.contains(&before) || lower.ends_with("password:") || lower.ends_with("password=")
}

#[cfg(test)]
mod tests {
    use super::Secrets;

    #[track_caller]
    fn shown(words: &[&str], text: &str) -> String {
        let words: Vec<_> = ["instaseed"].iter().chain(words).map(Into::into).collect();
        Secrets::new(&words).hide(text)
    }

    #[test]
    fn what_was_typed_in_the_wrong_place_is_not_repeated() {
        for words in [
            &["seed", "mysql://u:12 Zq7pwZ@h/d"][..],
            &["seed", "mysql://u:12\nZq7pwZ@h/d"],
            &["seed", "--users=mysql://u:12 Zq7pwZ@h/d"],
            &["seed", "?sslmode=Zq7pwZ"],
            &["-p", "Zq7pwZ"],
            &["seed", "password:", "Zq7pwZ"],
        ] {
            let word = words.last().expect("words").trim_start_matches("--users=");
            let text = format!("unexpected argument '{word}' found");
            assert_eq!(shown(words, &text), "unexpected argument '***' found");
        }
    }

    #[test]
    fn an_ordinary_word_stays() {
        let text = "`instaseed seed --resume` goes on";
        assert_eq!(shown(&["seed", "--password", "seed"], text), text);
        assert_eq!(shown(&["seed", "a word"], "'a word'"), "'a word'");
    }
}
