//! Private MariaDB/MySQL and PostgreSQL servers: found, initialised with fast settings, started on a socket and a
//! free port of the loopback interface. PostgreSQL refuses to run as root, so root starts it as another user.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use instaseed::database::{self, Target};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use super::watchdog::{self, Watched};

mod mysql;

/// The administrator's account on every private server, by TCP.
pub const USER: &str = "tester";
/// Its password: every test passes through the percent-encoding of URLs.
pub const PASSWORD: &str = "p@ss:w/rd#%?&é";

/// An account that PostgreSQL lets in by TLS only, once a test has made it.
pub const CAREFUL: &str = "careful";

/// Which server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Mysql,
    Postgres,
}

/// How a server offers TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    Plain,
    Tls,
}

/// Set before the first server starts: servers as one would run them, durable and with room, for benches. Tests
/// want them quick instead.
pub static DURABLE: AtomicBool = AtomicBool::new(false);

/// A server that runs until this process ends.
pub struct Server {
    pub kind: Kind,
    pub port: u16,
    /// MySQL: the socket; PostgreSQL: its folder.
    pub socket: PathBuf,
    /// Whether it answers on `[::1]` too.
    pub ipv6: bool,
    /// What the server printed.
    pub log: PathBuf,
}

impl Server {
    /// The server that all tests share; `None` (and a line that says so) where it is not installed.
    pub fn shared(kind: Kind) -> Option<&'static Server> {
        static MYSQL: OnceLock<Option<Server>> = OnceLock::new();
        static POSTGRES: OnceLock<Option<Server>> = OnceLock::new();
        match kind {
            Kind::Mysql => MYSQL.get_or_init(|| start(kind, Security::Plain, &[])),
            Kind::Postgres => POSTGRES.get_or_init(|| start(kind, Security::Plain, &[])),
        }
        .as_ref()
    }

    /// A server of one test alone, which it may kill; `None` where it is not installed.
    pub fn own(kind: Kind) -> Option<Server> {
        start(kind, Security::Plain, &[])
    }

    /// The same with options that MySQL takes only when it starts.
    pub fn own_with(kind: Kind, options: &[&str]) -> Option<Server> {
        start(kind, Security::Plain, options)
    }

    /// Ends the server as a power cut would.
    pub fn kill(&self) {
        let file = match self.kind {
            Kind::Mysql => self.folder().join("pid"),
            Kind::Postgres => self.folder().join("data/postmaster.pid"),
        };
        let text = fs::read_to_string(file).expect("a running server has written its number");
        let pid = text.lines().next().and_then(|line| line.trim().parse().ok()).expect("a number");
        let pid = rustix::process::Pid::from_raw(pid).expect("no server is process 0");
        rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("the server is there");
    }

    /// Starts a killed server again, with its data, on its port, and waits until it answers.
    pub fn restart(&self) {
        let target =
            Target::parse(&self.socket_url(self.maintenance())).expect("the harness writes proper URLs");
        let start = Instant::now();
        loop {
            // The last processes of a killed PostgreSQL keep its shared memory for a moment: then this ends at once.
            let (_, watched) = match self.kind {
                Kind::Mysql => mysql::run(
                    &mysql::find().expect("it ran"),
                    self.folder(),
                    self.port,
                    Security::Plain,
                    &[],
                ),
                Kind::Postgres => {
                    run_postgres(&find_postgres().expect("it ran"), self.folder(), self.port, Security::Plain)
                }
            };
            while !watched.has_ended() {
                if database::wait(&target, Duration::from_secs(1)).is_ok() {
                    return;
                }
                assert!(start.elapsed() < Duration::from_secs(120), "the killed server does not start again");
            }
            std::thread::sleep(Duration::from_millis(300));
        }
    }

    fn folder(&self) -> &Path {
        match self.kind {
            Kind::Mysql => self.socket.parent().expect("the socket stands in the server's folder"),
            Kind::Postgres => &self.socket,
        }
    }

    /// The URL of a database, by TCP, as the administrator.
    pub fn url(&self, database: &str) -> String {
        self.url_of(USER, Some(PASSWORD), database)
    }

    /// The URL of a database, by TCP, as anyone.
    pub fn url_of(&self, user: &str, password: Option<&str>, database: &str) -> String {
        let password = password.map(|p| format!(":{}", encode(p))).unwrap_or_default();
        format!("{}://{user}{password}@127.0.0.1:{}/{database}", self.scheme(), self.port)
    }

    /// The URL of a database, by the socket, as the administrator.
    pub fn socket_url(&self, database: &str) -> String {
        let (scheme, socket, password) = (self.scheme(), self.socket.display(), encode(PASSWORD));
        match self.kind {
            Kind::Mysql => format!("{scheme}://{USER}:{password}@/{database}?socket={socket}"),
            Kind::Postgres => {
                format!("{scheme}://{USER}:{password}@/{database}?host={socket}&port={}", self.port)
            }
        }
    }

    /// A database that every server of the kind has.
    pub fn maintenance(&self) -> &'static str {
        match self.kind {
            Kind::Mysql => "mysql",
            Kind::Postgres => "postgres",
        }
    }

    fn scheme(&self) -> &'static str {
        match self.kind {
            Kind::Mysql => "mysql",
            Kind::Postgres => "postgres",
        }
    }
}

fn encode(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

/// A server that offers TLS with a certificate of [`certificates`], shared by the tests about TLS.
pub fn tls_server(kind: Kind) -> Option<&'static Server> {
    static MYSQL: OnceLock<Option<Server>> = OnceLock::new();
    static POSTGRES: OnceLock<Option<Server>> = OnceLock::new();
    certificates()?;
    match kind {
        Kind::Mysql => MYSQL.get_or_init(|| start(kind, Security::Tls, &[])),
        Kind::Postgres => POSTGRES.get_or_init(|| start(kind, Security::Tls, &[])),
    }
    .as_ref()
}

/// Starts a server; tries again with another port, because a free port can be taken before the server has it.
fn start(kind: Kind, security: Security, options: &[&str]) -> Option<Server> {
    let installed = match kind {
        Kind::Mysql => mysql::find(),
        Kind::Postgres => find_postgres(),
    };
    let Some(binary) = installed else {
        super::missing(match kind {
            Kind::Mysql => "a MariaDB or MySQL server (mariadbd, mysqld)",
            Kind::Postgres => "a PostgreSQL server (postgres)",
        });
        return None;
    };
    let folder = super::scratch();
    match kind {
        Kind::Mysql => mysql::initialise(&binary, &folder, options),
        Kind::Postgres => initialise_postgres(&binary, &folder),
    }
    let mut last = None;
    for _ in 0..5 {
        let port = free_port();
        let (server, watched) = match kind {
            Kind::Mysql => mysql::run(&binary, &folder, port, security, options),
            Kind::Postgres => run_postgres(&binary, &folder, port, security),
        };
        let target =
            Target::parse(&server.socket_url(server.maintenance())).expect("the harness writes proper URLs");
        // a busy machine takes its time; a server that could not have its port ends at once
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(120) {
            match database::wait(&target, Duration::from_secs(1)) {
                Ok(()) => return Some(server),
                Err(error) => last = Some(error),
            }
            if watched.has_ended() {
                break;
            }
        }
    }
    let log = fs::read_to_string(folder.join("log")).unwrap_or_default();
    panic!("the private {kind:?} server did not start: {last:?}\n{log}");
}

fn has_ipv6() -> bool {
    TcpListener::bind("[::1]:0").is_ok()
}

fn listen_addresses() -> &'static str {
    if has_ipv6() { "127.0.0.1,::1" } else { "127.0.0.1" }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("the loopback interface has free ports");
    listener.local_addr().expect("a bound socket has an address").port()
}

/// The first of these programs in PATH or the folders where distributions keep servers.
fn find(names: &[&str], more: &[PathBuf]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let usual = ["/usr/sbin", "/usr/local/sbin", "/usr/libexec"].map(PathBuf::from);
    let folders: Vec<PathBuf> = std::env::split_paths(&path).chain(usual).collect();
    let folders = || more.iter().chain(folders.iter());
    let runs =
        |path: &PathBuf| fs::metadata(path).is_ok_and(|found| found.is_file() && found.mode() & 0o111 != 0);
    names.iter().find_map(|name| folders().map(|f| f.join(name)).find(runs))
}

/// The newest PostgreSQL of Debian's, Red Hat's or Homebrew's layout, else the one in PATH.
fn find_postgres() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("INSTASEED_TEST_POSTGRES") {
        return Some(path.into());
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort();
    let more: Vec<PathBuf> = versions.into_iter().rev().map(|(_, bin)| bin).collect();
    // initdb must stand beside it
    find(&["postgres"], &more).filter(|p| p.with_file_name("initdb").is_file())
}

fn is_root() -> bool {
    rustix::process::getuid().is_root()
}

/// The prefix that runs a command as the user that PostgreSQL accepts.
fn as_server_user() -> Vec<String> {
    match is_root() {
        false => Vec::new(),
        true => {
            let (uid, gid, _) = server_user();
            ["setpriv", &format!("--reuid={uid}"), &format!("--regid={gid}"), "--clear-groups"]
                .map(String::from)
                .into()
        }
    }
}

/// The first of `postgres` and `nobody` that this system knows.
fn server_user() -> (u32, u32, String) {
    let users = fs::read_to_string("/etc/passwd").expect("a system has users");
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| {
            let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
            let mut fields = line.split(':').skip(2);
            Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?, (*name).to_owned()))
        })
        .expect("a system has a user nobody")
}

fn initialise_postgres(binary: &Path, folder: &Path) {
    let password = folder.join("password");
    fs::write(&password, PASSWORD).expect("the server's folder is writable");
    if is_root() {
        let (uid, gid, _) = server_user();
        chown(folder, Some(uid), Some(gid)).expect("root may give its folder away");
    }
    let mut words = as_server_user();
    words.push(binary.with_file_name("initdb").display().to_string());
    words.extend(
        ["-N", "-E", "UTF8", "--locale=C", "--auth-local=trust", "--auth-host=scram-sha-256"]
            .map(String::from),
    );
    words.extend([format!("--username={USER}"), format!("--pwfile={}", password.display())]);
    words.extend(["-D".into(), folder.join("data").display().to_string()]);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).current_dir("/");
    run_setup(command, folder);
    let rules = folder.join("data/pg_hba.conf");
    let usual = fs::read_to_string(&rules).expect("initdb writes the rules of access");
    let careful = format!("hostssl all {CAREFUL} all scram-sha-256\nhostnossl all {CAREFUL} all reject\n");
    fs::write(&rules, careful + &usual).expect("the server's folder is writable");
}

fn run_postgres(binary: &Path, folder: &Path, port: u16, security: Security) -> (Server, Watched) {
    let mut command = as_server_user();
    command.extend([binary.display().to_string(), "-D".into(), folder.join("data").display().to_string()]);
    let mut settings = vec![
        format!("port={port}"),
        format!("unix_socket_directories={}", folder.display()),
        format!("listen_addresses={}", listen_addresses()),
        "max_connections=100".into(),
        "timezone=Asia/Kolkata".into(),
    ];
    settings.extend(match DURABLE.load(Ordering::Relaxed) {
        false => [
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "autovacuum=off",
            "shared_buffers=32MB",
        ]
        .map(String::from)
        .to_vec(),
        true => ["shared_buffers=512MB", "max_wal_size=4GB"].map(String::from).to_vec(),
    });
    if security == Security::Tls {
        let found = certificates().expect("the caller has made the certificates");
        // the server reads its key only if it owns it
        let key = folder.join("server.key");
        fs::copy(&found.server_key, &key).expect("the key can be copied");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("a file of ours");
        if is_root() {
            let (uid, gid, _) = server_user();
            chown(&key, Some(uid), Some(gid)).expect("root may give its file away");
        }
        settings.extend([
            "ssl=on".into(),
            format!("ssl_cert_file={}", found.server.display()),
            format!("ssl_key_file={}", key.display()),
        ]);
    }
    for setting in settings {
        command.extend(["-c".into(), setting]);
    }
    let log = folder.join("log");
    // SIGQUIT ends it at once and lets it give its shared memory back
    let watched = watchdog::serve("QUIT", &log, &command);
    let server = Server { kind: Kind::Postgres, port, socket: folder.to_owned(), ipv6: has_ipv6(), log };
    (server, watched)
}

fn run_setup(mut command: Command, folder: &Path) {
    let output = command.stdin(Stdio::null()).output().expect("the server's tools can be run");
    assert!(
        output.status.success(),
        "setting a server up in {} failed\n{}{}",
        folder.display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// Throw-away certificates: an authority, a server (for `localhost` only), and an authority that signed nothing here.
pub struct Certificates {
    pub authority: PathBuf,
    pub stranger: PathBuf,
    pub server: PathBuf,
    pub server_key: PathBuf,
}

/// Made once with the openssl program; `None` (and a line that says so) where it is not installed.
pub fn certificates() -> Option<&'static Certificates> {
    static MADE: OnceLock<Option<Certificates>> = OnceLock::new();
    MADE.get_or_init(|| {
        if find(&["openssl"], &[]).is_none() {
            super::missing("openssl (for the tests about TLS)");
            return None;
        }
        let folder = super::scratch();
        let openssl = |arguments: &str| {
            let mut command = Command::new("openssl");
            command.args(arguments.split_whitespace()).current_dir(&folder);
            run_setup(command, &folder);
        };
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2";
        for name in ["authority", "stranger"] {
            openssl(&format!("req -x509 {key} -subj /CN={name} -keyout {name}.key -out {name}.pem"));
        }
        openssl(&format!("req {key} -subj /CN=localhost -keyout server.key -out server.csr"));
        fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").expect("a folder of ours");
        openssl(
            "x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -extfile names -out server.pem",
        );
        let path = |name: &str| folder.join(name);
        Some(Certificates {
            authority: path("authority.pem"),
            stranger: path("stranger.pem"),
            server: path("server.pem"),
            server_key: path("server.key"),
        })
    })
    .as_ref()
}
