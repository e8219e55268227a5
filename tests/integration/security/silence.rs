//! Servers that take a connection and say no more: every wait has an end. These tests have no clock: without an end they
//! would not end either.

use std::net::TcpListener;

use super::fake::silent_from;
use crate::support::{Kind, Server, TestDb, instaseed};
use instaseed::database::Engine;

/// Where a server of each kind falls silent: what the client says then.
const MOMENTS: [(Kind, &str); 7] = [
    (Kind::Mysql, "@@max_allowed_packet"),
    (Kind::Mysql, "SET time_zone"),
    (Kind::Mysql, "VERSION() LIKE"),
    (Kind::Postgres, "set_config('search_path'"),
    (Kind::Postgres, "datestyle"),
    (Kind::Postgres, "server_version"),
    (Kind::Postgres, "TimeZone"),
];

#[test]
fn a_server_that_falls_silent_is_given_up() {
    for (kind, text) in MOMENTS {
        let Some(server) = Server::shared(kind) else { continue };
        let port = silent_from(server.port, text);
        let url = server.url(server.maintenance()).replace(&server.port.to_string(), &port.to_string());
        let given_up =
            instaseed(&["doctor", "--database-url", &format!("{url}?connect_timeout=1")]).run().expect(2);
        assert!(given_up.stderr.contains("no answer in"), "{text}: {}", given_up.stderr);
        assert!(given_up.stderr.contains("connect_timeout"), "{text}: {}", given_up.stderr);
    }
}

#[test]
fn status_is_given_up_where_the_server_falls_silent_in_the_middle() {
    for (engine, text) in
        [(Engine::Mysql, "__diesel_schema_migrations"), (Engine::Postgres, "__diesel_schema")]
    {
        let Some(db) = TestDb::absent(engine) else { continue };
        instaseed(&["setup", "--no-seed", "--database-url", &db.url()]).run().expect(0);
        let kind = if engine == Engine::Mysql { Kind::Mysql } else { Kind::Postgres };
        let server = Server::shared(kind).unwrap();
        let port = silent_from(server.port, text);
        let url = db.url().replace(&server.port.to_string(), &port.to_string());
        let url = format!("{url}?connect_timeout=1");
        let given_up = instaseed(&["migrate", "status", "--database-url", &url]).run().expect(2);
        assert!(given_up.stderr.contains("no answer in"), "{}", given_up.stderr);
    }
}

#[test]
fn waiting_has_the_patience_that_was_said() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    for scheme in ["mysql", "postgres"] {
        // an hour for each connection would be allowed
        let url = format!("{scheme}://u:S3cretPw@127.0.0.1:{port}/d?connect_timeout=3600");
        let given_up = instaseed(&["doctor", "--wait", "1", "--database-url", &url]).run().expect(2);
        assert!(given_up.stderr.contains("no server after 1 s of waiting"), "{}", given_up.stderr);
    }
    for (kind, text) in [(Kind::Mysql, "SET time_zone"), (Kind::Postgres, "datestyle")] {
        let Some(server) = Server::shared(kind) else { continue };
        let port = silent_from(server.port, text);
        let url = server.url(server.maintenance()).replace(&server.port.to_string(), &port.to_string());
        let url = format!("{url}?connect_timeout=3600");
        let given_up = instaseed(&["doctor", "--wait", "2", "--database-url", &url]).run().expect(2);
        assert!(given_up.stderr.contains("no server after 2 s of waiting"), "{kind:?}: {}", given_up.stderr);
    }
}
