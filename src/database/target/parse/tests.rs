//! What a URL may look like, and what its errors never show.

use std::path::Path;

use super::*;
use crate::database::Hint;

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
    for text in [" mysql://u:p@h/d\n", "\"mysql://u:p@h/d\"", "'mysql://u:p@h/d'", "\u{feff}mysql://u:p@h/d"]
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
fn an_unknown_scheme_is_an_error_whose_hint_is_to_use_a_known_one() {
    for text in ["oracle://h/d", "file:x.db", "mysql+pymysql://h/d", "jdbc:mysql://h/d", "a:b.db"] {
        let error = target(text).unwrap_err();
        assert!(matches!(error, DatabaseError::UnknownScheme { .. }), "{text}");
        assert!(matches!(error.hint(), Some(Hint::BeginWithScheme { .. })), "{text}");
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
    let Some(Hint::KnownParameters { known }) = unknown.hint() else { panic!("{unknown:?}") };
    assert!(known.contains(&"sslmode"), "{known:?}");
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
