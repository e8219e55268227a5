//! Finds credentials in text that was meant to be something else: a malformed URL, a mistyped
//! argument, an error that repeats either. Invariant: it masks too much rather than too little, but
//! a URL that a [`Target`](super::Target) printed is left unchanged.

use std::borrow::Cow;

const MASK: &str = "***";

/// Names that precede a secret, as in `password=...` in a connection string.
const SECRETS: [&str; 5] = ["password", "passwd", "pwd", "passphrase", "pass"];

/// The examples in our own hints, which contain no secret.
const EXAMPLES: [&str; 3] = ["user:password", "user:***", "root:secret"];

/// The text with everything masked that may be a password.
pub fn redact(text: &str) -> Cow<'_, str> {
    if !text.contains(['@', '=', ':', '-']) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<String> = text.split('\n').map(|line| options(&values(&urls(line)))).collect();
    let shown = lines.join("\n");
    if shown == text { Cow::Borrowed(text) } else { Cow::Owned(shown) }
}

/// Whether a text looks like a URL or other credentials, and so is never a file name.
pub fn looks_secret(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let credentials = text.split_once('@').is_some_and(|(before, _)| {
        let name = before.rsplit('/').next().unwrap_or_default();
        name.contains(':') || before.contains("//")
    });
    let client = ["mysql ", "mariadb ", "psql "].iter().any(|program| lower.starts_with(program));
    text.contains("://")
        || credentials
        || client
        || SECRETS.iter().any(|name| secret_value(&lower, name).is_some())
        || lower.starts_with("database_url=")
}

/// Masks the credentials of URLs, and of URLs that lost their scheme.
fn urls(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find("//") {
        shown.push_str(&bare(&rest[..at]));
        shown.push_str("//");
        let (masked, left) = authority(&rest[at + 2..]);
        shown.push_str(&masked);
        rest = left;
    }
    shown.push_str(&bare(rest));
    shown
}

/// What follows `//`, masked as far as credentials may reach, and the rest of the line.
fn authority(text: &str) -> (String, &str) {
    let stops = |c: char| c.is_whitespace() || matches!(c, '`' | '"' | '\'' | '>' | ',');
    let token = &text[..text.find(stops).unwrap_or(text.len())];
    if let Some((credentials, host)) = token.rsplit_once('@') {
        let coded = credentials.to_ascii_lowercase().contains("%3a");
        let plain = !credentials.contains([':', '/', '?', '#']) && !coded || is_example(credentials);
        let shown = if plain { credentials } else { MASK };
        return (format!("{shown}@"), &text[token.len() - host.len()..]);
    }
    let host = token.split('/').next().unwrap_or_default();
    let port = host.split_once(':').map_or("", |(_, port)| port);
    if host.starts_with('[') || port.is_empty() || port.parse::<u16>().is_ok() || is_example(host) {
        return (token.to_owned(), &text[token.len()..]);
    }
    // `user:secret`: the `@` is missing, or comes after a character that ends other words
    match text.rsplit_once('@') {
        Some((_, host)) => (format!("{MASK}@"), host),
        None => (MASK.to_owned(), &text[token.len()..]),
    }
}

fn is_example(credentials: &str) -> bool {
    let lower = credentials.to_ascii_lowercase();
    EXAMPLES.contains(&lower.as_str()) || credentials.ends_with(":***") && !credentials.contains('@')
}

/// Masks `user:secret@` in words that have no `//`.
fn bare(text: &str) -> String {
    let mask = |word: &str| match word.rsplit_once('@') {
        Some((before, after)) if before.contains(':') && !is_example(before) && !before.ends_with(MASK) => {
            let opening = word.len() - word.trim_start_matches(['`', '"', '\'', '<', '(']).len();
            format!("{}{MASK}@{after}", &word[..opening])
        }
        _ => word.to_owned(),
    };
    text.split_inclusive(char::is_whitespace).map(mask).collect()
}

/// Masks `password=...`.
fn values(line: &str) -> String {
    let mut line = line.to_owned();
    for name in SECRETS {
        let mut from = 0;
        while let Some((start, end)) = secret_value(&line.to_ascii_lowercase()[from..], name) {
            line.replace_range(from + start..from + end, MASK);
            from += start + MASK.len();
        }
    }
    line
}

/// The position of the value of `name=value`, with optional blanks around the sign; `***` and
/// `<TEXT>` are not values.
fn secret_value(lower: &str, name: &str) -> Option<(usize, usize)> {
    let mut from = 0;
    while let Some(at) = lower[from..].find(name) {
        let after = from + at + name.len();
        from = after;
        // A path that ends in such a name, such as /etc/passwd, is not the name of a value.
        let before = &lower[..after - name.len()];
        let whole = !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '/' | '\\' | '.'));
        let Some(value) = value_after(&lower[after..], whole) else { continue };
        let start = lower.len() - value.len();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let end = match quote {
            Some(quote) => value[1..].find(quote).map_or(value.len(), |end| end + 2),
            None => value.find([' ', '\t', ';', '&', '`']).unwrap_or(value.len()),
        };
        let given = &value[..end];
        if given.is_empty() || given == MASK || given.starts_with('<') {
            continue;
        }
        return Some((start, start + end));
    }
    None
}

/// The value of `name=value`, `name%3Dvalue`, `"name": value`, and, if the name is a whole word, of `name: value`.
fn value_after(rest: &str, whole: bool) -> Option<&str> {
    let closed = rest.trim_start_matches(['"', '\'']);
    let sign = closed.trim_start();
    let coded = || sign.strip_prefix("%3d");
    let colon = || {
        let value = sign.strip_prefix(':').filter(|_| whole || closed.len() < rest.len())?;
        // MySQL's `(using password: YES)` contains no password.
        let is_told = [" yes)", " no)"].iter().any(|told| value.starts_with(told));
        (!is_told).then_some(value)
    };
    sign.strip_prefix('=').or_else(coded).or_else(colon).map(str::trim_start)
}

/// Masks the password options of the servers' own clients: `-pSECRET`, `--password SECRET`.
fn options(line: &str) -> String {
    let is_client = ["mysql", "mariadb", "-u"].iter().any(|word| line.contains(word));
    let mut follows = false;
    let mask = |word: &str| {
        let bare = word.trim_end();
        let value = std::mem::replace(&mut follows, bare.ends_with("--password"));
        let option = bare.find("-p").filter(|at| *at == 0 || bare[..*at].ends_with(['`', '\'', '"']));
        match option {
            Some(at) if is_client && bare.len() > at + 2 && !bare.starts_with("--") => {
                return format!("{}{MASK}{}", &word[..at + 2], &word[bare.len()..]);
            }
            _ => {}
        }
        if value && !bare.is_empty() && !bare.starts_with(['<', '-']) && is_client {
            return format!("{MASK}{}", &word[bare.len()..]);
        }
        word.to_owned()
    };
    line.split_inclusive(char::is_whitespace).map(mask).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_password_is_masked() {
        for text in [
            "mysql://u:Zq7pwZ@h/d",
            "\"mysql://u:Zq7pwZ@h/d\"",
            "mysql://u:Zq7 pwZ, Zq7pwZ`@h/d is no file",
            "mysql//u:Zq7pwZ@h/d",
            "my_sql://u:Zq7pwZ@h/d",
            "<mysql://u:Zq7pwZ@h/d>",
            "DATABASE_URL=mysql://u:a@Zq7pwZ@h/d",
            "mysql://u:x/Zq7pwZ@h/d",
            "mysql://u:Zq7pwZ/d",
            "u:Zq7pwZ@h/d",
            "host=h user=u password=Zq7pwZ",
            "host=h user=u password = 'a Zq7pwZ'",
            "Server=h;Password=Zq7pwZ;Database=d",
            "mysql -uroot -pZq7pwZ",
            "mysql -u root --password Zq7pwZ d",
            "mysql -u root --password=Zq7pwZ d",
            "postgres://h/d?password=Zq7pwZ",
            "dbname=x pass=Zq7pwZ",
            "{\"password\": \"Zq7pwZ\"}",
            "password: Zq7pwZ",
            "Password:Zq7pwZ",
            "mysql://u%3AZq7pwZ@h/d",
            "mysql://u@h:1/d%3Bpassword%3DZq7pwZ",
        ] {
            let shown = redact(&format!("error: `{text}` is not known")).into_owned();
            assert!(!shown.contains("Zq7pwZ") && shown.starts_with("error: `"), "{text}: {shown}");
            assert!(!redact(text).contains("Zq7pwZ"), "{text}: {}", redact(text));
        }
    }

    #[test]
    fn what_holds_no_password_stays() {
        for text in [
            "mysql://u:***@127.0.0.1:3306/d refused the login of `u`",
            "postgres://u@h/d?sslmode=require",
            "postgres://[::1]:5433/d",
            "scheme://user:password@host:port/database",
            "mysql://USER:PASSWORD@HOST/NAME or mariadb://...",
            "Access denied for user 'u'@'localhost' (using password: YES)",
            "GRANT ALL PRIVILEGES ON `d`.* TO 'u'@'%';",
            "https://picsum.photos/seed",
            "sqlite:///tmp/a.db",
            "Usage: instaseed setup --password <TEXT>",
            "instaseed seed --resume -p tiny",
            "one line\nand another",
            "/etc/passwd: this file is no SQLite database",
        ] {
            assert_eq!(redact(text), text);
        }
    }

    #[test]
    fn credentials_are_never_a_files_name() {
        for text in [
            "mysql//u:s@h/d",
            "my_sql://h/d",
            "<mysql://u@h/d>",
            "host=h password=s",
            "Server=h;Pwd=s",
            "mysql -uroot -ps",
            "u:s@h",
            "dbname=x pass=s",
            "{\"password\":\"s\"}",
        ] {
            assert!(looks_secret(text), "{text}");
        }
        for text in ["a.db", "./a:b.db", "me@home.db", "with space & 100% ?#'\".db", "2024=best.db"] {
            assert!(!looks_secret(text), "{text}");
        }
    }
}
