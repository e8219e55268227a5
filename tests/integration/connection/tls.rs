//! TLS by mode, against servers with a throw-away certificate for `localhost`, and against servers without TLS.

use instaseed::database::{DatabaseError, Db, TlsProblem};

use super::{KINDS, refusal, target};
use crate::support::{CAREFUL, Kind, Server, certificates, tls_server};

#[test]
fn tls_modes_mean_what_their_names_say() {
    let Some(certificates) = certificates() else { return };
    let (good, stranger) = (certificates.authority.display(), certificates.stranger.display());
    for kind in KINDS {
        let (Some(server), Some(plain)) = (tls_server(kind), Server::shared(kind)) else { continue };
        // the certificate is for `localhost`, not for the address
        let by = |server: &Server, host: &str, parameters: &str| {
            let url = server.url(server.maintenance()).replace("127.0.0.1", host);
            format!("{url}?{parameters}")
        };
        let encrypted = |url: &str| cipher(url).is_some();
        for (parameters, expected) in [
            ("sslmode=disable", false),
            ("sslmode=allow", false),
            ("sslmode=prefer", true),
            ("ssl-mode=PREFERRED", true),
            ("sslmode=require", true),
            ("ssl-mode=REQUIRED", true),
        ] {
            assert_eq!(encrypted(&by(server, "127.0.0.1", parameters)), expected, "{kind:?} {parameters}");
        }
        assert!(encrypted(&by(server, "127.0.0.1", "")), "prefer is the default");
        assert!(encrypted(&by(server, "localhost", &format!("sslmode=verify-full&sslrootcert={good}"))));
        assert!(encrypted(&by(server, "localhost", &format!("ssl-mode=VERIFY_IDENTITY&ssl-ca={good}"))));
        assert!(encrypted(&by(server, "localhost", &format!("sslrootcert={good}"))));
        assert!(encrypted(&by(server, "127.0.0.1", &format!("sslmode=verify-ca&sslrootcert={good}"))));

        let problem = |url: &str| match refusal(url) {
            DatabaseError::Tls { problem, .. } => problem,
            other => panic!("{kind:?} {url}: {other:?}"),
        };
        let verify = |mode: &str, root: &dyn std::fmt::Display| format!("sslmode={mode}&sslrootcert={root}");
        assert_eq!(problem(&by(server, "127.0.0.1", &verify("verify-full", &good))), TlsProblem::WrongName);
        assert_eq!(
            problem(&by(server, "localhost", &verify("verify-full", &stranger))),
            TlsProblem::UnknownIssuer
        );
        assert_eq!(
            problem(&by(server, "127.0.0.1", &verify("verify-ca", &stranger))),
            TlsProblem::UnknownIssuer
        );
        assert_eq!(
            problem(&by(server, "localhost", &verify("require", &stranger))),
            TlsProblem::UnknownIssuer
        );
        assert_eq!(
            problem(&by(server, "localhost", &verify("verify-full", &"/no/such.pem"))),
            TlsProblem::BadRootFile
        );
        assert_eq!(
            problem(&by(server, "localhost", &verify("verify-full", &"/etc/passwd"))),
            TlsProblem::BadRootFile
        );
        // the system's roots do not know a throw-away authority
        let system = problem(&by(server, "localhost", "sslmode=verify-full"));
        assert!(matches!(system, TlsProblem::UnknownIssuer | TlsProblem::NoRoots), "{system:?}");
        // a server without TLS
        assert_eq!(problem(&by(plain, "127.0.0.1", "sslmode=require")), TlsProblem::NotOffered);
        assert_eq!(problem(&by(plain, "localhost", &verify("verify-full", &good))), TlsProblem::NotOffered);
        assert!(!encrypted(&by(plain, "127.0.0.1", "sslmode=prefer")));
        // a socket never leaves the machine
        Db::connect(&target(&format!("{}&sslmode=require", server.socket_url(server.maintenance()))))
            .unwrap();
    }
}

/// The cipher of a connection, as the server tells it.
fn cipher(url: &str) -> Option<String> {
    let place = target(url);
    let mut connection = Db::connect(&place).unwrap_or_else(|e| panic!("{url} {e:?}"));
    connection.facts(&place).unwrap().cipher
}

#[test]
fn an_account_that_demands_tls_is_served() {
    if certificates().is_none() {
        return;
    }
    for kind in KINDS {
        let Some(server) = tls_server(kind) else { continue };
        let mut administrator = Db::connect(&target(&server.url(server.maintenance()))).unwrap();
        let statements = match kind {
            Kind::Mysql => vec![
                format!("CREATE USER '{CAREFUL}'@'%' IDENTIFIED BY 'W0ng' REQUIRE SSL"),
                format!("GRANT ALL PRIVILEGES ON *.* TO '{CAREFUL}'@'%'"),
            ],
            Kind::Postgres => vec![format!("CREATE ROLE {CAREFUL} LOGIN PASSWORD 'W0ng'")],
        };
        for statement in statements {
            administrator.batch(&statement).unwrap();
        }
        let account = server.url_of(CAREFUL, Some("W0ng"), server.maintenance());
        for mode in ["allow", "prefer", "require"] {
            assert!(cipher(&format!("{account}?sslmode={mode}")).is_some(), "{kind:?} {mode}");
        }
        let refused = refusal(&format!("{account}?sslmode=disable"));
        assert!(matches!(refused, DatabaseError::LoginRefused { .. }), "{refused:?}");
    }
}
