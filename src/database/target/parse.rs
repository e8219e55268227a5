//! Reads the text of a URL. Strict about what it does not know, and careful with what it shows: a URL that
//! cannot be understood may have its password anywhere.

use std::path::PathBuf;
use std::time::Duration;

use percent_encoding::percent_decode_str;

use super::{Address, CONNECT_TIMEOUT, Host, Place, Target};
use crate::database::Engine;
use crate::database::error::{DatabaseError, UrlProblem};
use crate::database::redact;
use crate::database::tls::{Roots, TlsMode};

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
    match scheme.to_ascii_lowercase().as_str() {
        "sqlite" => parse_file_url(text, rest),
        "mysql" | "mariadb" => parse_server(text, rest, Engine::Mysql),
        "postgres" | "postgresql" => parse_server(text, rest, Engine::Postgres),
        _ => Err(DatabaseError::UnknownScheme { scheme: scheme.to_owned() }),
    }
}

/// Without what copying leaves around a value: blanks, a byte order mark, a pair of quotes (`docker --env-file`
/// keeps them).
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

/// Any text is a path, except what looks like a URL or like credentials: a password would be shown as a file's name.
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

/// `name:rest`, where the name looks like a scheme; paths such as `./a:b.db` and `a/b:c` have none.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let mut letters = scheme.chars();
    let begins = letters.next()?.is_ascii_alphabetic();
    (begins && letters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))).then_some((scheme, rest))
}

/// An error about a URL, without anything that may be its password.
fn bad(url: &str, problem: UrlProblem) -> DatabaseError {
    DatabaseError::BadUrl { url: hidden(url), problem }
}

/// The text of a URL that cannot be used. Where a password may end is unknown then, so nothing is shown that could be one.
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
    if path.is_empty() {
        return Err(bad(url, UrlProblem::NoDatabase));
    }
    Target::file(path)
}

fn parse_server(url: &str, rest: &str, engine: Engine) -> Result<Target, DatabaseError> {
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
        port: port.unwrap_or(engine.default_port()),
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
        // an `@` further on is the end of a password with an unencoded `?`: name and value would quote it
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
    // Who names an authority wants it checked: `require` then means verify-ca (as libpq has it), silence verify-full.
    address.tls = match (stated_mode, &address.roots) {
        (None, Roots::File(_)) => TlsMode::VerifyFull,
        (Some(TlsMode::Require), Roots::File(_)) => TlsMode::VerifyCa,
        (mode, _) => mode.unwrap_or(TlsMode::Prefer),
    };
    Ok(Target { engine, place: Place::Server(Box::new(address)) })
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
mod tests {
    use std::path::Path;

    use super::*;

    fn parse(text: &str) -> Target {
        target(text).unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    fn address(text: &str) -> Address {
        parse(text).address().unwrap().clone()
    }

    fn problem(text: &str) -> UrlProblem {
        match target(text) {
            Err(DatabaseError::BadUrl { problem, .. }) => problem,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn a_file_is_named_in_many_ways() {
        for (text, path) in [
            ("file.db", "file.db"),
            ("./a:b.db", "./a:b.db"),
            ("/abs/file.db", "/abs/file.db"),
            ("sqlite:file.db", "file.db"),
            ("sqlite://file.db", "file.db"),
            ("sqlite:///abs/file.db", "/abs/file.db"),
            ("sqlite:/abs/file.db", "/abs/file.db"),
            ("SQLite://file.db", "file.db"),
            ("sqlite://with%20space.db", "with space.db"),
            ("with space & 100% ?#'\".db", "with space & 100% ?#'\".db"),
            ("Fotos/größe.db", "Fotos/größe.db"),
        ] {
            assert_eq!(parse(text).path(), Some(Path::new(path)), "{text}");
            assert_eq!(parse(text).engine(), Engine::Sqlite);
            assert!(parse(text).is_local());
        }
    }

    #[test]
    fn blanks_and_quotes_around_a_url_are_no_part_of_it() {
        for text in
            [" mysql://u:p@h/d\n", "\"mysql://u:p@h/d\"", "'mysql://u:p@h/d'", "\u{feff}mysql://u:p@h/d"]
        {
            assert!(parse(text) == parse("mysql://u:p@h/d"), "{text}");
        }
        assert_eq!(parse("it's \"mine\".db").path(), Some(Path::new("it's \"mine\".db")));
    }

    #[test]
    fn memory_is_no_place_for_a_database() {
        for text in [":memory:", "sqlite::memory:", "sqlite://:memory:"] {
            assert!(matches!(target(text), Err(DatabaseError::InMemory)), "{text}");
        }
    }

    #[test]
    fn an_unknown_scheme_is_an_error_that_lists_the_known() {
        for text in ["oracle://h/d", "file:x.db", "mysql+pymysql://h/d", "jdbc:mysql://h/d", "a:b.db"] {
            let error = target(text).unwrap_err();
            assert!(matches!(error, DatabaseError::UnknownScheme { .. }), "{text}");
            let hint = error.hint().unwrap();
            for known in ["sqlite:", "mysql:", "mariadb:", "postgres:", "postgresql:"] {
                assert!(hint.contains(known), "{hint}");
            }
        }
    }

    #[test]
    fn the_parts_of_a_server_url_are_decoded() {
        let a = address("mariadb://us%40er:p%40ss%3A%2Fw%C3%B6rd@db.example.com:3307/my%20data");
        assert_eq!(a.user.as_deref(), Some("us@er"));
        assert_eq!(a.password.as_deref(), Some("p@ss:/wörd"));
        assert!(a.host == Host::Name("db.example.com".into()) && a.port == 3307 && a.database == "my data");
        // an `@` that was not encoded still belongs to the password
        assert_eq!(address("postgres://u:p@ss@h/d").password.as_deref(), Some("p@ss"));
        assert_eq!(address("postgres://u:@h/d").password.as_deref(), Some(""));
        assert_eq!(address("postgres://u@h/d").password, None);
    }

    #[test]
    fn hosts_are_names_addresses_or_sockets() {
        assert!(address("postgres://[::1]:5433/d").host == Host::Name("::1".into()));
        assert_eq!(address("postgres://[::1]:5433/d").port, 5433);
        assert_eq!(address("mysql://[fe80::1]/d").port, 3306);
        assert!(address("postgres:///d?host=/run/pg&port=5433").host == Host::Socket("/run/pg".into()));
        assert!(address("postgres://u@%2Frun%2Fpg:5433/d").host == Host::Socket("/run/pg".into()));
        assert!(address("mysql://u@/d?socket=/run/my.sock").host == Host::Socket("/run/my.sock".into()));
        assert!(address("mysql:///d").host == Host::Usual);
        for local in [
            "mysql://localhost/d",
            "mysql://127.1.2.3/d",
            "mysql://[::1]/d",
            "mysql:///d",
            "postgres:///d?host=/x",
        ] {
            assert!(parse(local).is_local(), "{local}");
        }
        for remote in ["mysql://db/d", "postgres://10.0.0.1/d", "postgres://localhost.example.com/d"] {
            assert!(!parse(remote).is_local(), "{remote}");
        }
    }

    #[test]
    fn both_spellings_of_the_tls_modes_serve_both_engines() {
        for scheme in ["mysql", "postgres"] {
            for (spelling, mode) in [
                ("sslmode=disable", TlsMode::Disable),
                ("ssl-mode=DISABLED", TlsMode::Disable),
                ("sslmode=allow", TlsMode::Allow),
                ("ssl-mode=PREFERRED", TlsMode::Prefer),
                ("sslmode=require", TlsMode::Require),
                ("ssl-mode=REQUIRED", TlsMode::Require),
                ("sslmode=verify-ca", TlsMode::VerifyCa),
                ("ssl-mode=VERIFY_CA", TlsMode::VerifyCa),
                ("sslmode=verify-full", TlsMode::VerifyFull),
                ("ssl-mode=VERIFY_IDENTITY", TlsMode::VerifyFull),
                ("", TlsMode::Prefer),
                ("sslrootcert=/ca.pem", TlsMode::VerifyFull),
                ("ssl-ca=/ca.pem&ssl-mode=REQUIRED", TlsMode::VerifyCa),
                ("sslrootcert=/ca.pem&sslmode=disable", TlsMode::Disable),
            ] {
                assert_eq!(address(&format!("{scheme}://h/d?{spelling}")).tls, mode, "{spelling}");
            }
        }
    }

    #[test]
    fn what_is_wrong_with_a_url_is_said() {
        assert_eq!(problem(" "), UrlProblem::Empty);
        assert_eq!(problem("mysql:h/d"), UrlProblem::NoSlashes);
        assert_eq!(problem("mysql://h"), UrlProblem::NoDatabase);
        assert_eq!(problem("mysql://h/"), UrlProblem::NoDatabase);
        assert_eq!(problem("sqlite://"), UrlProblem::NoDatabase);
        assert_eq!(problem("mysql://h:0/d"), UrlProblem::BadPort);
        assert_eq!(problem("mysql://h:99999/d"), UrlProblem::BadPort);
        assert_eq!(problem("mysql://[::zz]/d"), UrlProblem::BadHost);
        assert_eq!(problem("mysql://h/d/e"), UrlProblem::SlashInDatabase);
        assert_eq!(problem("mysql://h/%ff"), UrlProblem::BadEncoding);
        assert_eq!(problem("mysql://h/%00"), UrlProblem::NulByte);
        assert_eq!(problem("mysql://h/d?socket=/s"), UrlProblem::SocketAndHost);
        assert_eq!(problem("user_name:secret@host/d"), UrlProblem::NoScheme);
        let unknown = target("postgres://h/d?sslmod=require").unwrap_err();
        assert!(unknown.hint().unwrap().contains("sslmode"), "{unknown:?}");
        assert!(matches!(target("mysql://h/d?sslmode=yes"), Err(DatabaseError::BadParameter { .. })));
        assert!(matches!(target("sqlite://x.db?mode=ro"), Err(DatabaseError::UnknownParameter { .. })));
    }

    #[test]
    fn a_password_is_shown_nowhere() {
        let secret = "Zq7pwZ";
        for text in [
            "mysql://u:Zq7pwZ@h/d",
            "postgres://u:Zq7pwZ@h/d?sslmode=nonsense",
            "postgres://u:Zq7pwZ@h:port/d",
            "postgres://u:Zq7pwZ@h",
            "postgres://h/d?password=Zq7pwZ",
            "postgres://h/d?password=a@Zq7pwZ&nonsense=1",
            "postgres://h:x/d?password=a@Zq7pwZ",
            "mysql://u:x/Zq7pwZ@h/d",
            "mysql://u:x?Zq7pwZ@h/d",
            "mysql://u:12?Zq7pwZ@h/d",
            "mysql://u:1/d?Zq7pwZ@h/d",
            "mysql://u:x#Zq7pwZ@h/d",
            "mysql://u:%ffZq7pwZ@h/d",
            "mysql:u:Zq7pwZ@h/d",
            "oracle://u:Zq7pwZ@h/d",
            "u_u:Zq7pwZ@h/d",
            "mysql://u:Zq7pwZ/d",
            "\"mysql://u:Zq7pwZ@h",
            " \tmysql://u:Zq7pwZ@h/d ",
            "\u{feff}mysql://u:Zq7pwZ@h/d",
            "DATABASE_URL=mysql://u:Zq7pwZ@h/d",
            "mysql//u:Zq7pwZ@h/d",
            "my_sql://u:Zq7pwZ@h/d",
            "<mysql://u:Zq7pwZ@h/d>",
            "host=h user=u password=Zq7pwZ",
            "Server=h;Password=Zq7pwZ",
            "mysql -uroot -pZq7pwZ",
            "postgres://h/d?sslmode=Zq7pwZ",
            "mysql://u:a?Zq7pwZ&b@h/d",
            "mysql://u:a?sslmode=Zq7pwZ&b@h/d",
        ] {
            let shown = match target(text) {
                Ok(target) => format!("{target} {target:?} {:?}", target.address()),
                Err(error) => format!("{error} {error:?} {:?}", error.hint()),
            };
            assert!(!shown.contains(secret), "{text} shows {shown}");
        }
    }

    #[test]
    fn an_exposed_url_is_the_same_target() {
        for text in [
            "mysql://us%40er:p%40ss%3A%2F%3Fw%C3%B6rd@db:3307/my%20data?sslmode=require&connect_timeout=3",
            "postgres://u:p@[::1]:1/d?sslrootcert=/a%26b.pem&application_name=x%20y",
            "postgres:///d?host=/run/pg&port=5433",
            "mysql://u@/d?socket=/run/my%20sock",
            "/some/file.db",
        ] {
            assert!(parse(&parse(text).exposed_url()) == parse(text), "{}", parse(text).exposed_url());
        }
    }
}
