//! The private MariaDB or MySQL server: MariaDB where nothing is said, the program that `INSTASEED_TEST_MYSQLD` names
//! where it is set. The two are initialised by different programs and share most options; which of them a program is,
//! its `--version` says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::Ordering;

use super::{
    DURABLE, Kind, PASSWORD, Security, Server, USER, certificates, has_ipv6, is_root, listen_addresses,
};
use crate::support::watchdog::{self, Watched};

/// Not started as durable as one would run it: the tests want it quick.
const QUICK: &[&str] = &[
    "--skip-log-bin",
    "--innodb-buffer-pool-size=64M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--innodb-flush-method=nosync",
];

pub(super) fn find() -> Option<PathBuf> {
    match std::env::var_os("INSTASEED_TEST_MYSQLD") {
        Some(path) => Some(path.into()),
        None => super::find(&["mariadbd", "mysqld"], &[]),
    }
}

fn is_mariadb(binary: &Path) -> bool {
    let version = Command::new(binary).arg("--version").output().expect("the server tells its version");
    String::from_utf8_lossy(&version.stdout).contains("MariaDB")
}

pub(super) fn initialise(binary: &Path, folder: &Path, options: &[&str]) {
    let data = folder.join("data");
    let mut command = if is_mariadb(binary) {
        let script = super::find(&["mariadb-install-db", "mysql_install_db"], &[])
            .expect("mariadbd comes with its script");
        let mut command = Command::new(script);
        command.args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db"]);
        command.args(["--skip-name-resolve", "--innodb-log-file-size=4M"]);
        command
    } else {
        let mut command = Command::new(binary);
        command.args(["--no-defaults", "--initialize-insecure"]);
        command
    };
    // not /tmp: two servers set up at once would take each other's temporary files
    command.arg(format!("--datadir={}", data.display())).args(options).env("TMPDIR", folder);
    if is_root() {
        command.arg("--user=root");
    }
    super::run_setup(command, folder);
    let password = PASSWORD.replace('\'', "''");
    let accounts = format!(
        "CREATE USER IF NOT EXISTS '{USER}'@'%' IDENTIFIED BY '{password}';\n\
         GRANT ALL PRIVILEGES ON *.* TO '{USER}'@'%' WITH GRANT OPTION;\n"
    );
    fs::write(folder.join("accounts.sql"), accounts).expect("the server's folder is writable");
}

pub(super) fn run(
    binary: &Path,
    folder: &Path,
    port: u16,
    security: Security,
    more: &[&str],
) -> (Server, Watched) {
    let mariadb = is_mariadb(binary);
    let socket = folder.join("s");
    let mut command = vec![binary.display().to_string(), "--no-defaults".into()];
    if is_root() {
        command.push("--user=root".into());
    }
    command.push(format!("--datadir={}", folder.join("data").display()));
    command.push(format!("--socket={}", socket.display()));
    command.push(format!("--pid-file={}", folder.join("pid").display()));
    command.push(format!("--tmpdir={}", folder.display()));
    command.push(format!("--init-file={}", folder.join("accounts.sql").display()));
    command.push(format!("--port={port}"));
    command.push(format!("--bind-address={}", listen_addresses()));
    let mut options = vec![
        "--skip-name-resolve",
        "--character-set-server=latin1",
        "--default-time-zone=+05:30",
        "--local-infile=1",
        "--performance-schema=OFF",
        "--max-connections=100",
    ];
    if !mariadb {
        // its second protocol has a port of its own, which another server may hold
        options.push("--mysqlx=OFF");
    }
    options.extend(match (DURABLE.load(Ordering::Relaxed), mariadb) {
        (false, _) => QUICK,
        (true, true) => &["--innodb-buffer-pool-size=1G", "--innodb-log-file-size=512M"],
        (true, false) => &["--innodb-buffer-pool-size=1G", "--innodb-redo-log-capacity=512M"],
    });
    if security == Security::Tls {
        let found = certificates().expect("the caller has made the certificates");
        command.push(format!("--ssl-cert={}", found.server.display()));
        command.push(format!("--ssl-key={}", found.server_key.display()));
        command.push(format!("--ssl-ca={}", found.authority.display()));
    } else {
        // MySQL has no switch for it from 8.4 on: it offers TLS in no version
        options.push(if mariadb { "--skip-ssl" } else { "--tls-version=" });
    }
    command.extend(options.into_iter().chain(more.iter().copied()).map(String::from));
    let log = folder.join("log");
    let watched = watchdog::serve("KILL", &log, &command);
    let server = Server { kind: Kind::Mysql, port, socket, ipv6: has_ipv6(), log };
    (server, watched)
}
