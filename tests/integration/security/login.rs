//! Logins: every way in that a server can name ends in a session or in an error, and a password goes to nobody who
//! could have asked for it.

use std::io::{Read, Write};
use std::sync::{Arc, Mutex};

use instaseed::database::{Db, Target};

use super::fake::{Mysql, message, postgres_startup, serve};
use crate::support::{Finished, Kind, Server, instaseed};

const SALT: &[u8; 20] = b"0123456789abcdefghij";

fn doctor(url: &str) -> Finished {
    instaseed(&["doctor", "--database-url", url]).run()
}

#[test]
fn an_account_with_ed25519_logs_in() {
    let Some(server) = Server::shared(Kind::Mysql) else { return };
    let mut administrator = Db::connect(&Target::parse(&server.url(server.maintenance())).unwrap()).unwrap();
    if administrator.batch("INSTALL SONAME 'auth_ed25519'").is_err() {
        eprintln!("this server has no ed25519: it is MySQL, or the plugin is installed already");
    }
    let make = "CREATE OR REPLACE USER 'edward'@'%' IDENTIFIED VIA ed25519 USING PASSWORD('S3cretPw')";
    if administrator.batch(make).is_err() {
        return;
    }
    administrator.batch("GRANT ALL PRIVILEGES ON *.* TO 'edward'@'%'").unwrap();
    let url = |password| server.url_of("edward", Some(password), "mysql");
    Db::connect(&Target::parse(&url("S3cretPw")).unwrap()).unwrap();
    let refused = doctor(&url("W0ng")).expect(2);
    assert!(refused.stderr.contains("refused the login of `edward`"), "{}", refused.stderr);
    administrator.batch("DROP USER 'edward'@'%'").unwrap();
}

#[test]
fn every_plugin_that_a_server_can_name_ends_in_an_error() {
    let long = "x".repeat(60_000);
    for (plugin, data) in [
        ("client_ed25519", &[7_u8; 32][..]),
        ("client_ed25519", b""),
        ("mysql_native_password", b""),
        ("mysql_native_password", SALT),
        ("caching_sha2_password", b""),
        ("caching_sha2_password", SALT),
        ("sha256_password", SALT),
        ("mysql_old_password", b""),
        ("mysql_clear_password", b""),
        ("dialog", b"\x04Password: "),
        ("auth_gssapi_client", b"who"),
        ("authentication_ldap_sasl_client", b""),
        ("parsec", SALT),
        ("", b""),
        ("\u{1b}[2J\u{202e}", b"x"),
        (&long, b"x"),
    ] {
        for greeting in ["mysql_native_password", "caching_sha2_password", "client_ed25519", "nonsense"] {
            let plugin = plugin.to_owned();
            let data = data.to_vec();
            let port = serve(move |stream| {
                let mut server = Mysql::greet(stream, greeting, SALT);
                if server.read().is_none() {
                    return;
                }
                server.switch(plugin.as_bytes(), &data);
                if server.read().is_some() {
                    server.refuse(1045, "Access denied");
                    server.read();
                }
            });
            let refused = doctor(&format!("mysql://u:S3cretPw@127.0.0.1:{port}/d")).expect(2);
            assert!(refused.stderr.starts_with("error: mysql://u:***@127.0.0.1"), "{}", refused.stderr);
            assert!(!refused.stderr.contains('\u{1b}') && !refused.stderr.contains('\u{202e}'));
        }
    }
}

/// A MySQL server that asks for the password itself, and what it is sent then.
fn asks_for_the_password(switches: bool) -> (u16, Arc<Mutex<Vec<Vec<u8>>>>) {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keeps = heard.clone();
    let port = serve(move |stream| {
        let mut server = Mysql::greet(stream, "caching_sha2_password", SALT);
        if server.read().is_none() {
            return;
        }
        if switches {
            server.switch(b"caching_sha2_password", &[&SALT[..], b"\0"].concat());
            server.read();
        }
        server.send(&[1, 4]);
        while let Some(packet) = server.read() {
            keeps.lock().unwrap().push(packet);
            server.refuse(1045, "that is all");
        }
    });
    (port, heard)
}

#[test]
fn a_plain_connection_gives_no_password_to_a_key_that_proves_nothing() {
    for switches in [false, true] {
        // to the client, 0.0.0.0 is another machine; it leads to this one
        let (port, heard) = asks_for_the_password(switches);
        for mode in ["", "?sslmode=disable", "?sslmode=allow"] {
            let url = format!("mysql://u:S3cretPw@0.0.0.0:{port}/d{mode}");
            let refused = doctor(&url).expect(2);
            assert!(refused.stderr.contains("with a key that nothing proves"), "{}", refused.stderr);
            assert!(refused.stderr.contains("allow-public-key-retrieval=true"), "{}", refused.stderr);
            assert_eq!(*heard.lock().unwrap(), Vec::<Vec<u8>>::new());
        }
        let allowed = format!("mysql://u:S3cretPw@0.0.0.0:{port}/d?allow-public-key-retrieval=true");
        doctor(&allowed).expect(2);
        assert_eq!(heard.lock().unwrap().first(), Some(&vec![2]), "the key is asked for");
        let (port, heard) = asks_for_the_password(switches);
        doctor(&format!("mysql://u:S3cretPw@127.0.0.1:{port}/d")).expect(2);
        assert_eq!(heard.lock().unwrap().first(), Some(&vec![2]), "on this machine it is as well");
    }
}

#[test]
fn a_plain_connection_to_another_machine_works() {
    for kind in [Kind::Mysql, Kind::Postgres] {
        let Some(server) = Server::shared(kind) else { continue };
        let url = server.url(server.maintenance()).replace("127.0.0.1", "0.0.0.0");
        let mut db = Db::connect(&Target::parse(&url).unwrap()).unwrap();
        assert!(!db.tables().unwrap().is_empty() || kind == Kind::Postgres);
        let wrong = server.url_of("tester", Some("W0ng"), "d").replace("127.0.0.1", "0.0.0.0");
        assert!(doctor(&wrong).expect(2).stderr.contains("refused the login"), "{kind:?}");
    }
}

#[test]
fn a_whole_load_goes_over_a_plain_connection_to_another_machine() {
    for kind in [Kind::Mysql, Kind::Postgres] {
        let Some(server) = Server::shared(kind) else { continue };
        let place = Target::parse(&server.url("far_away")).unwrap();
        let url = server.url("far_away").replace("127.0.0.1", "0.0.0.0");
        let setup = instaseed(&["setup", "--profile", "tiny", "--database-url", &url]).run().expect(0);
        assert!(setup.stdout.contains("is ready"), "{}", setup.stdout);
        instaseed(&["check", "--database-url", &url]).run().expect(0);
        let seen = doctor(&url);
        assert!(
            seen.stdout.contains("none: others on the network can read passwords and rows"),
            "{}",
            seen.stdout
        );
        instaseed::database::remove(&place).unwrap();
    }
}

#[test]
fn a_plain_connection_gives_no_password_in_clear() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let keeps = heard.clone();
    let port = serve(move |mut stream| {
        if postgres_startup(&mut stream).is_none() {
            return;
        }
        let _ = stream.write_all(&message(b'R', &3_u32.to_be_bytes()));
        let mut answer = Vec::new();
        let mut bytes = [0; 512];
        while let Ok(read @ 1..) = stream.read(&mut bytes) {
            answer.extend_from_slice(&bytes[..read]);
            keeps.lock().unwrap().push(answer.clone());
            let _ = stream.write_all(&message(b'E', b"SFATAL\0C28P01\0Mno\0\0"));
        }
    });
    let url = format!("postgres://u:S3cretPw@0.0.0.0:{port}/d");
    for mode in ["", "?sslmode=allow", "?sslmode=prefer"] {
        let refused = doctor(&format!("{url}{mode}")).expect(2);
        assert!(refused.stderr.contains("asks for the password in clear text"), "{}", refused.stderr);
        assert!(refused.stderr.contains("sslmode=disable"), "{}", refused.stderr);
        assert_eq!(*heard.lock().unwrap(), Vec::<Vec<u8>>::new());
    }
    doctor(&format!("{url}?sslmode=disable")).expect(2);
    let answer = heard.lock().unwrap().first().cloned().unwrap_or_default();
    assert_eq!(answer, message(b'p', b"S3cretPw\0"), "who says that the network is trusted is believed");
}
