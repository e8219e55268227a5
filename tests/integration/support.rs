//! The harness: databases of every engine for a test, and the real binary to run against them.
//!
//! Servers are private: started from the installed binaries in a folder of this process, once, when the first test
//! needs them. Whatever ends the process (also `kill -9`), a watchdog stops them and removes the folder. A server
//! that is not installed is one visible line, or a failure where `CI` or `INSTASEED_REQUIRE_SERVERS` is set.
#![allow(dead_code, unused_imports, reason = "each topic uses the part of the harness that it needs")]

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use instaseed::database::{self, Db, Engine, Target};

mod command;
mod disk;
mod history;
mod interruption;
mod server;
mod terminal;
mod watchdog;

pub use command::{Call, Finished, by_another_user, instaseed, object, without_root};
pub use disk::SmallDisk;
pub use history::{Rows, Step, edition, history, one, rows, select, select_in_order, up_to};
pub use interruption::StopAfter;
pub use server::{CAREFUL, DURABLE, Kind, PASSWORD, Server, USER, certificates, tls_server};
pub use terminal::{Terminal, on_terminal};

/// Runs a test on each engine in turn, with an existing, empty database of its own.
pub fn each_engine(test: impl Fn(&TestDb)) {
    for engine in Engine::ALL {
        on_engine(engine, &test);
    }
}

/// Runs a test on one engine, with an existing, empty database of its own; nothing happens where the server is missing.
pub fn on_engine(engine: Engine, test: impl Fn(&TestDb)) {
    if let Some(db) = TestDb::absent(engine) {
        eprintln!("--- {engine}: {}", db.target());
        database::create(db.target()).expect("the harness can create a database");
        test(&db);
    }
}

/// Runs a test on each engine with the URL of a database that does not exist (and is removed if the test makes it).
pub fn each_engine_without_database(test: impl Fn(&TestDb)) {
    for engine in Engine::ALL {
        if let Some(db) = TestDb::absent(engine) {
            eprintln!("--- {engine}: {}", db.target());
            test(&db);
        }
    }
}

/// A database of one test: removed when dropped, with its folder.
pub struct TestDb {
    target: Target,
    folder: PathBuf,
}

impl TestDb {
    /// A place for a database that does not exist yet; `None` where the engine's server is not installed.
    pub fn absent(engine: Engine) -> Option<TestDb> {
        let folder = scratch();
        let url = match engine {
            Engine::Sqlite => format!("sqlite://{}", folder.join("test.db").display()),
            Engine::Mysql => Server::shared(Kind::Mysql)?.url(&unique_name()),
            Engine::Postgres => Server::shared(Kind::Postgres)?.url(&unique_name()),
        };
        let target = Target::parse(&url).expect("the harness writes proper URLs");
        Some(TestDb { target, folder })
    }

    pub fn engine(&self) -> Engine {
        self.target.engine()
    }

    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The URL with its password, for `--database-url`.
    pub fn url(&self) -> String {
        match self.target.path() {
            Some(path) => format!("sqlite://{}", path.display()),
            None => self.target.exposed_url(),
        }
    }

    pub fn connect(&self) -> Db {
        Db::connect(&self.target).expect("the harness can connect to its database")
    }

    /// A folder of this test's own.
    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

impl Drop for TestDb {
    fn drop(&mut self) {
        // what a failing test leaves goes with the servers when the process ends
        let _ = database::remove(&self.target);
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Runs the binary on a test's database, with these words.
pub fn on(db: &TestDb, words: &str) -> Finished {
    let url = db.url();
    let arguments: Vec<&str> = words.split(' ').chain(["--database-url", &url]).collect();
    instaseed(&arguments).run()
}

/// Runs SQL on a test's database.
pub fn sql(db: &TestDb, text: &str) {
    db.connect().batch(text).unwrap_or_else(|error| panic!("{text}: {error}"));
}

/// Brings a database to the course's edition, on which migrations of one's own follow, unless it is there already.
pub fn at_course(test: &TestDb) {
    if !test.connect().tables().expect("listed").contains(&"users".to_owned()) {
        instaseed(&["migrate", "to", "course", "--quiet", "--database-url", &test.url()]).run().expect(0);
    }
}

/// A new, empty folder, removed when the process ends at the latest.
pub fn scratch() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let folder = process_folder().join(format!("t{}", NEXT.fetch_add(1, Ordering::Relaxed)));
    std::fs::create_dir(&folder).expect("the harness can make folders in its own");
    folder
}

/// A number that a variable of the environment may set, such as how often a race is repeated.
pub fn from_environment<T: FromStr>(name: &str, default: T) -> T {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// A database name that nothing else in this process has.
fn unique_name() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The folder of this process, under watch since before it held anything.
pub fn process_folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(watchdog::watched_folder)
}

/// Says on the real standard error, which the test runner does not capture, that a server is missing.
pub fn missing(what: &str) {
    let required = ["CI", "INSTASEED_REQUIRE_SERVERS"].iter().any(|name| std::env::var_os(name).is_some());
    assert!(!required, "{what} is not installed, and here every engine must be tested (CI is set)");
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "NOT TESTED: {what} is not installed");
}
