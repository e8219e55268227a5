//! Reads `.env`: `NAME=value` lines as shells and other tools write them, except that `$` is a plain character.
//! Nothing is expanded, so that a password stays as it is and a few lines cannot grow into gigabytes.
//!
//! A value may be in double quotes (with `\n`, `\t`, `\"`, `\\`, `\$`, also over several lines), in single
//! quotes (taken literally), or bare: then it ends at a blank, after which only a `#` comment may follow.

/// A name with its value, or the number of a line that is not an entry.
pub(super) type Entry = Result<(String, String), usize>;

/// The entries of a file, in order; reading stops at a line that cannot be read.
pub(super) struct Entries<'a> {
    rest: &'a str,
    line: usize,
}

pub(super) fn entries(text: &str) -> Entries<'_> {
    Entries { rest: text.trim_start_matches('\u{feff}'), line: 1 }
}

impl Iterator for Entries<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        loop {
            let start = self.rest.trim_start();
            self.skip(self.rest.len() - start.len());
            if start.is_empty() {
                return None;
            }
            if !start.starts_with('#') {
                break;
            }
            self.skip(start.find('\n').unwrap_or(start.len()));
        }
        let line = self.line;
        let Some((name, value, used)) = entry(self.rest) else {
            self.rest = "";
            return Some(Err(line));
        };
        self.skip(used);
        Some(Ok((name, value)))
    }
}

impl Entries<'_> {
    fn skip(&mut self, bytes: usize) {
        self.line += self.rest[..bytes].matches('\n').count();
        self.rest = &self.rest[bytes..];
    }
}

/// The entry at the start of a text, and its length in bytes.
fn entry(text: &str) -> Option<(String, String, usize)> {
    let bare = match text.strip_prefix("export") {
        Some(rest) if rest.starts_with([' ', '\t']) => rest.trim_start_matches([' ', '\t']),
        _ => text,
    };
    let end =
        bare.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.'))).unwrap_or(bare.len());
    let (name, rest) = bare.split_at(end);
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let rest = rest.trim_start_matches([' ', '\t']).strip_prefix('=')?;
    let (value, rest) = value(rest.trim_start_matches([' ', '\t']))?;
    let rest = rest.trim_start_matches([' ', '\t', '\r']);
    let rest = match rest.starts_with('#') {
        true => &rest[rest.find('\n').unwrap_or(rest.len())..],
        false => rest,
    };
    (rest.is_empty() || rest.starts_with('\n')).then(|| (name.to_owned(), value, text.len() - rest.len()))
}

/// The value at the start of a text, made of quoted and bare pieces, and what follows it.
fn value(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        match first {
            '\'' => {
                let end = rest[1..].find('\'')?;
                value += &rest[1..=end];
                rest = &rest[end + 2..];
            }
            '"' => rest = double_quoted(&rest[1..], &mut value)?,
            '\\' => {
                let mut letters = rest[1..].chars();
                value.push(letters.next().filter(|c| *c != '\n')?);
                rest = letters.as_str();
            }
            c if c.is_whitespace() => break,
            c => {
                value.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    Some((value, rest))
}

/// Appends the text after an opening quote to `value`; returns what follows the closing one.
fn double_quoted<'a>(text: &'a str, value: &mut String) -> Option<&'a str> {
    let mut letters = text.chars();
    loop {
        match letters.next()? {
            '"' => return Some(letters.as_str()),
            '\\' => match letters.next()? {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                c @ ('"' | '\\' | '$' | '\'') => value.push(c),
                c => value.extend(['\\', c]),
            },
            c => value.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Entry, entries};

    fn read(text: &str) -> Vec<Entry> {
        entries(text).collect()
    }

    #[test]
    fn what_tools_write_is_understood() {
        for (text, value) in [
            ("A=x", "x"),
            ("  export  A = x  # why", "x"),
            ("A=", ""),
            ("A='a \"b\" # c'", "a \"b\" # c"),
            ("A=\"a \\\"b\\\" \\n\\\\ \\w\" # c", "a \"b\" \n\\ \\w"),
            ("A=a\\ b#c", "a b#c"),
            ("A=mysql://u:'p w'@h/d?x=1&y", "mysql://u:p w@h/d?x=1&y"),
            ("\u{feff}# first\n\nA=\"one\ntwo\"\r\n", "one\ntwo"),
            ("A=p$word${HOME}", "p$word${HOME}"),
            ("A=\"p$word\"", "p$word"),
        ] {
            assert_eq!(read(text), [Ok(("A".to_owned(), value.to_owned()))], "{text:?}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_read_is_named() {
        for (text, line) in [
            ("A=1\n\n# why\nthis is no line\nB=2", 4),
            ("A='open\nB=2", 1),
            ("A=\"one\ntwo\"\nB=a b\n", 3),
            ("1A=x", 1),
            ("=x", 1),
        ] {
            assert_eq!(read(text).pop(), Some(Err(line)), "{text:?}");
        }
    }

    #[test]
    fn a_few_lines_stay_a_few_lines() {
        let bomb: String = (1..40).map(|n| format!("A{n}=${{A{}}}${{A{}}}\n", n - 1, n - 1)).collect();
        assert!(read(&bomb).into_iter().all(|entry| entry.unwrap().1.len() < 20));
    }
}
