//! Advice that can be typed as it stands: a command that we print is for the database, and with the migrations,
//! that the person named with flags. What comes from the environment or a default needs no repeating.
//!
//! A password is never printed: it is `***`, and the advice says that it has to be filled in.

use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command};
use instaseed::database::Target;
use std::borrow::Cow;

/// The program's name, as commands begin with it.
const NAME: &str = "instaseed";
/// A password in a URL that is shown.
const MASKED: &str = ":***@";
/// Parameters of a URL that its redacted form leaves out and that a connection may need.
const PARAMETERS: [&str; 3] = ["sslrootcert", "ssl-ca", "connect_timeout"];

/// The flags to repeat.
#[derive(Clone, Debug)]
pub struct Advice {
    root: Command,
    /// By the id of the argument: the flag with its value.
    flags: Vec<(&'static str, String)>,
}

impl Advice {
    /// From what was typed. The command has to be built, with its global arguments in every verb.
    pub fn new(root: Command, matches: &ArgMatches) -> Advice {
        let mut flags = Vec::new();
        if let Some(url) = typed(matches, "database_url") {
            flags.push(("database_url", format!("--database-url {}", quoted(&shown(&url)))));
        }
        if let Some(folder) = typed(matches, "migrations") {
            flags.push(("migrations", format!("--migrations {}", quoted(&folder))));
        }
        if let Some(folder) = typed(matches, "course") {
            flags.push(("course", format!("--course {}", quoted(&folder))));
        }
        Advice { root, flags }
    }

    /// The text, each command in it with the flags that it takes.
    pub fn complete<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.flags.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut done = String::with_capacity(text.len() + 64);
        let mut rest = text;
        let (mut is_masked, mut is_quoted) = (false, false);
        while let Some(at) = rest.find(NAME) {
            let quoted = rest[..at].ends_with('`');
            let stands_alone = !rest[..at].ends_with(|c: char| c.is_alphanumeric() || "-_./".contains(c));
            let (before, command) = rest.split_at(at);
            done.push_str(before);
            let length = if stands_alone { self.extent(command, quoted) } else { None };
            match length {
                None => {
                    done.push_str(NAME);
                    rest = &command[NAME.len()..];
                }
                Some((length, verb)) => {
                    let (command, after) = command.split_at(length);
                    done.push_str(command);
                    for (id, flag) in &self.flags {
                        let name = flag.split(' ').next().unwrap_or(flag);
                        // A verb may accept options that mean nothing to it. These are not in its help.
                        let means = |argument: &Arg| argument.get_id() == *id && !argument.is_hide_set();
                        let takes = verb.get_arguments().any(means);
                        if takes && !command.contains(name) {
                            done.push(' ');
                            done.push_str(flag);
                            is_masked |= flag.contains(MASKED);
                            is_quoted |= quoted;
                        }
                    }
                    rest = after;
                }
            }
        }
        done.push_str(rest);
        if is_masked {
            done.push_str(match is_quoted {
                true => "; put your password in place of ***",
                // What a shell takes for a comment: the line may be pasted as a whole.
                false => "  # put your password in place of ***",
            });
        }
        Cow::Owned(done)
    }

    /// How far the command reaches at whose beginning the text stands, and its verb. In backticks it is all of
    /// them; in prose the verb, its options, and the words that it cannot do without.
    fn extent(&self, text: &str, quoted: bool) -> Option<(usize, &Command)> {
        let mut verb = &self.root;
        let mut end = NAME.len();
        while let Some((word, after)) = next_word(text, end) {
            let Some(known) = verb.find_subcommand(word) else { break };
            (verb, end) = (known, after);
        }
        if std::ptr::eq(verb, &self.root) {
            return None;
        }
        if quoted {
            return Some((text.find('`').unwrap_or(end), verb));
        }
        let mut needed = verb.get_positionals().filter(|word| word.is_required_set()).count();
        while let Some((word, after)) = next_word(text, end) {
            let option = word
                .strip_prefix("--")
                .and_then(|name| verb.get_arguments().find(|argument| argument.get_long() == Some(name)));
            match option {
                Some(option) => {
                    end = after;
                    if option.get_action().takes_values()
                        && let Some((_, after)) = next_word(text, end)
                    {
                        end = after;
                    }
                }
                None if needed > 0 => (needed, end) = (needed - 1, after),
                None => break,
            }
        }
        Some((end, verb))
    }
}

/// The word that follows a single space, and where it ends.
fn next_word(text: &str, end: usize) -> Option<(&str, usize)> {
    let rest = text[end..].strip_prefix(' ')?;
    let length = rest.find([' ', '`', ';', ',', ')', '\n']).unwrap_or(rest.len());
    // A full stop or a colon at the end belongs to the sentence.
    let word = rest[..length].trim_end_matches(['.', ':']);
    (!word.is_empty()).then(|| (word, end + 1 + word.len()))
}

/// The value of an argument that stands on the command line.
fn typed(matches: &ArgMatches, id: &str) -> Option<String> {
    let mut level = Some(matches);
    let mut found = None;
    while let Some(matches) = level {
        if matches.try_contains_id(id).is_ok()
            && matches.value_source(id) == Some(ValueSource::CommandLine)
            && let Some(value) = matches.get_raw(id).and_then(|mut values| values.next())
        {
            found = Some(value.to_string_lossy().into_owned());
        }
        level = matches.subcommand().map(|(_, matches)| matches);
    }
    found
}

/// The URL as it was typed; with `***` in place of a password.
fn shown(url: &str) -> String {
    let Ok(target) = Target::parse(url) else { return "URL".to_owned() };
    let redacted = target.to_string();
    if target.path().is_some() || !redacted.contains(":***@") {
        return url.to_owned();
    }
    let parameters = url.rsplit_once('?').map_or("", |(_, parameters)| parameters).split('&');
    let kept = parameters
        .filter(|parameter| parameter.split_once('=').is_some_and(|(name, _)| PARAMETERS.contains(&name)));
    kept.fold(redacted, |url, parameter| {
        let sign = if url.contains('?') { '&' } else { '?' };
        format!("{url}{sign}{parameter}")
    })
}

/// A word as a shell takes it: in quotes, unless it has only characters that mean nothing to any shell.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_word_with_anything_but_plain_characters_is_quoted() {
        for plain in ["sqlite:///tmp/x.db", "en=3,de=1", "a-b_c.toml"] {
            assert_eq!(quoted(plain), plain);
        }
        for (word, typed) in [
            ("", "''"),
            ("a`b`", "'a`b`'"),
            ("#1", "'#1'"),
            ("~/x", "'~/x'"),
            ("ha!", "'ha!'"),
            ("two words", "'two words'"),
            ("it's", r"'it'\''s'"),
        ] {
            assert_eq!(quoted(word), typed);
        }
    }
}
