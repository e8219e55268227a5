//! Parses the text of a URL. Strict about what it does not know, and careful with what it shows: a
//! URL that cannot be understood may have its password anywhere.

use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use super::{Address, CONNECT_TIMEOUT, Host, Location, Target};
use crate::database::Engine;
use crate::database::driver;
use crate::database::error::{DatabaseError, UrlProblem};
use crate::database::redact;
use crate::database::tls_mode::{Roots, TlsMode};

/// Parameters that a server's URL may carry.
const PARAMETERS: &[&str] = &[
    "sslmode",
    "ssl-mode",
    "sslrootcert",
    "ssl-ca",
    "connect_timeout",
    "allow-public-key-retrieval",
    "host",
    "socket",
    "port",
    "user",
    "password",
    "application_name",
];

pub(super) fn target(text: &str) -> Result<Target, DatabaseError> {
    let text = trimmed(text);
    if text.is_empty() {
        return Err(bad(text, UrlProblem::Empty));
    }
    if text.contains('\0') {
        return Err(bad("***", UrlProblem::NulByte));
    }
    let Some((scheme, rest)) = split_scheme(text) else { return plain_path(text) };
    let driver = driver::of_scheme(scheme)
        .unwrap_or_else(|| Err(DatabaseError::UnknownScheme { scheme: scheme.to_owned() }))?;
    match driver.location {
        driver::Location::File => parse_file_url(text, rest),
        driver::Location::Server { port, .. } => parse_server(text, rest, driver.engine, port),
    }
}

/// Strips what copying leaves around a value: blanks, a byte order mark, a pair of quotes (`docker
/// --env-file` keeps them).
fn trimmed(text: &str) -> &str {
    let blank = |c: char| c.is_whitespace() || c == '\u{feff}';
    let text = text.trim_matches(blank);
    for quote in ['"', '\''] {
        let inside = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
        if let Some(inside) = inside.filter(|inside| !inside.contains(quote)) {
            return inside.trim_matches(blank);
        }
    }
    text
}

/// Any text is a path, except what looks like a URL or like credentials: a password would be shown as a file name.
fn plain_path(text: &str) -> Result<Target, DatabaseError> {
    match redact::looks_secret(text) {
        true => Err(bad("***", UrlProblem::NoScheme)),
        false => Target::file(PathBuf::from(text)),
    }
}

fn decode(text: &str) -> Result<String, UrlProblem> {
    let decoded = percent_decode_str(text).decode_utf8().map_err(|_| UrlProblem::BadEncoding)?;
    if decoded.contains('\0') { Err(UrlProblem::NulByte) } else { Ok(decoded.into_owned()) }
}

/// Splits `name:rest`, if the name looks like a scheme; paths such as `./a:b.db` and `a/b:c` have none.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let mut letters = scheme.chars();
    let begins = letters.next()?.is_ascii_alphabetic();
    (begins && letters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))).then_some((scheme, rest))
}

/// An error about a URL, without any part that may be its password.
fn bad(url: &str, problem: UrlProblem) -> DatabaseError {
    DatabaseError::BadUrl { url: hidden(url), problem }
}

/// The text of an unusable URL. It is unknown where a password ends, so nothing is shown that could be one.
fn hidden(url: &str) -> String {
    match url.split_once(':') {
        Some((scheme, rest)) if rest.contains(['@', ':', '?']) => match rest.starts_with("//") {
            true => format!("{scheme}://***"),
            false => format!("{scheme}:***"),
        },
        _ => url.to_owned(),
    }
}

fn parse_file_url(url: &str, rest: &str) -> Result<Target, DatabaseError> {
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    let decoded = percent_decode_str(rest).decode_utf8_lossy();
    if redact::looks_secret(rest) || redact::looks_secret(&decoded) {
        return Err(bad("sqlite:***", UrlProblem::ServerInFile));
    }
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    if let Some(name) =
        query.split('&').map(|pair| pair.split('=').next().unwrap_or_default()).find(|n| !n.is_empty())
    {
        return Err(DatabaseError::UnknownParameter {
            url: format!("sqlite:{path}"),
            name: name.to_owned(),
            known: &["(none for SQLite; a plain path may hold a `?`)"],
        });
    }
    let path = decode(path).map_err(|problem| bad(url, problem))?;
    // `sqlite:////folder/file`, as many libraries write an absolute path.
    let path = if path.starts_with("//") { path[1..].to_owned() } else { path };
    if path.is_empty() {
        return Err(bad(url, UrlProblem::NoDatabase));
    }
    Target::file(path)
}

fn parse_server(url: &str, rest: &str, engine: Engine, usual: u16) -> Result<Target, DatabaseError> {
    let fail = |problem| bad(url, problem);
    let rest = rest.strip_prefix("//").ok_or_else(|| fail(UrlProblem::NoSlashes))?;
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, database) = rest.split_once('/').unwrap_or((rest, ""));
    let (credentials, place) = match authority.rsplit_once('@') {
        Some((credentials, place)) => (Some(credentials), place),
        None => (None, authority),
    };
    let (user, password) =
        match credentials.map(|c| c.split_once(':').map_or((c, None), |(u, p)| (u, Some(p)))) {
            Some((user, password)) => (Some(user), password),
            None => (None, None),
        };
    if database.contains('/') {
        return Err(fail(UrlProblem::SlashInDatabase));
    }
    let (host, port) = parse_host(place).map_err(fail)?;
    let mut address = Address {
        user: user.filter(|u| !u.is_empty()).map(decode).transpose().map_err(fail)?,
        password: password.map(decode).transpose().map_err(fail)?,
        host,
        port: port.unwrap_or(usual),
        database: decode(database).map_err(fail)?,
        tls: TlsMode::Prefer,
        roots: Roots::System,
        connect_timeout: CONNECT_TIMEOUT,
        application_name: None,
        allow_key_retrieval: false,
    };
    let mut stated_mode = None;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = decode(name).map_err(fail)?;
        let value = decode(value).map_err(fail)?;
        // a later `@` is the end of a password with an unencoded `?`: name and value would quote it
        let password = query.contains('@');
        let wrong = |expected| match password {
            true => bad(url, UrlProblem::BadHost),
            false => DatabaseError::BadParameter { url: hidden(url), name: name.clone(), expected },
        };
        match name.as_str() {
            "sslmode" | "ssl-mode" => {
                stated_mode = Some(value.parse().map_err(|()| wrong(TlsMode::EXPECTED))?)
            }
            "sslrootcert" | "ssl-ca" if value.is_empty() => {
                return Err(wrong("the path of a PEM file, or `system`"));
            }
            "sslrootcert" | "ssl-ca" if value == "system" => address.roots = Roots::System,
            "sslrootcert" | "ssl-ca" => address.roots = Roots::File(value.into()),
            "connect_timeout" | "connect-timeout" => {
                let seconds = value.parse().ok().filter(|s| (1..=3600).contains(s));
                address.connect_timeout =
                    Duration::from_secs(seconds.ok_or_else(|| wrong("seconds, 1 to 3600"))?);
            }
            "allow-public-key-retrieval" | "allowPublicKeyRetrieval" | "get-server-public-key" => {
                address.allow_key_retrieval = match value.to_ascii_lowercase().as_str() {
                    "true" | "1" | "" => true,
                    "false" | "0" => false,
                    _ => return Err(wrong("true or false")),
                };
            }
            "host" | "socket" => {
                if address.host != Host::Usual {
                    return Err(fail(UrlProblem::SocketAndHost));
                }
                address.host = match value.as_str() {
                    "" => Host::Usual,
                    path if path.starts_with('/') => Host::Socket(path.into()),
                    _ if name == "socket" => return Err(wrong("an absolute path")),
                    _ => Host::Name(value),
                };
            }
            "port" => {
                address.port = value
                    .parse()
                    .ok()
                    .filter(|p| *p != 0)
                    .ok_or_else(|| wrong("a number from 1 to 65535"))?;
            }
            "user" => address.user = Some(value),
            "password" => address.password = Some(value),
            "application_name" => address.application_name = Some(value),
            _ if password => return Err(fail(UrlProblem::BadHost)),
            _ => return Err(DatabaseError::UnknownParameter { url: hidden(url), name, known: PARAMETERS }),
        }
    }
    if address.database.is_empty() {
        return Err(fail(UrlProblem::NoDatabase));
    }
    // Naming an authority asks for the check: `require` then means verify-ca (as in libpq), and no
    // mode means verify-full.
    address.tls = match (stated_mode, &address.roots) {
        (None, Roots::File(_)) => TlsMode::VerifyFull,
        (Some(TlsMode::Require), Roots::File(_)) => TlsMode::VerifyCa,
        (mode, _) => mode.unwrap_or(TlsMode::Prefer),
    };
    Ok(Target { engine, location: Location::Server(Box::new(address)) })
}

/// `host`, `host:port`, `[v6]`, `[v6]:port`, a percent-encoded socket path, or nothing.
fn parse_host(text: &str) -> Result<(Host, Option<u16>), UrlProblem> {
    let (host, port) = if let Some(bracketed) = text.strip_prefix('[') {
        let (v6, after) = bracketed.split_once(']').ok_or(UrlProblem::BadHost)?;
        v6.parse::<std::net::Ipv6Addr>().map_err(|_| UrlProblem::BadHost)?;
        (
            v6.to_owned(),
            if after.is_empty() { None } else { Some(after.strip_prefix(':').ok_or(UrlProblem::BadHost)?) },
        )
    } else {
        let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
        (decode(host)?, port)
    };
    let port = match port {
        None | Some("") => None,
        Some(text) => Some(text.parse().ok().filter(|p| *p != 0).ok_or(UrlProblem::BadPort)?),
    };
    let host = match host.as_str() {
        "" => Host::Usual,
        path if path.starts_with('/') => Host::Socket(path.into()),
        name if name.contains(char::is_whitespace) => return Err(UrlProblem::BadHost),
        _ => Host::Name(host),
    };
    Ok((host, port))
}

#[cfg(test)]
mod tests;
