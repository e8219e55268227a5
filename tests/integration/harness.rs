//! The harness keeps its promises: databases of one test are alone, and a killed test process leaves nothing behind.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use instaseed::database;

use crate::support::{TestDb, each_engine, each_engine_without_database, instaseed, process_folder};

#[test]
fn each_engine_gets_an_empty_database_of_its_own() {
    each_engine(|db| {
        assert!(database::exists(db.target()).unwrap());
        let other = TestDb::absent(db.engine()).unwrap();
        assert!(!database::exists(other.target()).unwrap());
        db.connect().batch("CREATE TABLE only_here (id INTEGER NOT NULL PRIMARY KEY)").unwrap();
    });
    each_engine_without_database(|db| assert!(!database::exists(db.target()).unwrap()));
}

/// Not a test by itself: starts every server, tells its folder, and waits to be killed.
#[test]
#[ignore = "started and killed by another test"]
#[expect(clippy::zombie_processes, reason = "the watchdog ends it, which is what is tested")]
fn hold_the_servers() {
    each_engine(|_| ());
    let _waits = instaseed(&["doctor", "--wait", "300", "--database-url", "mysql://u@127.0.0.1:1/d"]).spawn();
    std::fs::write(std::env::var_os("INSTASEED_TELL").unwrap(), process_folder().to_str().unwrap()).unwrap();
    std::thread::sleep(Duration::from_secs(300));
}

#[test]
fn a_killed_test_process_leaves_no_server_and_no_folder() {
    let tell = crate::support::scratch().join("folder");
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "harness::hold_the_servers", "--ignored"])
        .env("INSTASEED_TELL", &tell)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let folder: PathBuf = until("the servers of the other process run", || {
        std::fs::read_to_string(&tell).ok().filter(|text| !text.is_empty()).map(PathBuf::from)
    });
    assert!(folder.is_dir() && processes_in(&folder) > 2);
    child.kill().unwrap();
    child.wait().unwrap();
    until("the folder is gone", || (!folder.exists()).then_some(()));
    until("the servers are gone", || (processes_in(&folder) == 0).then_some(()));
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(start.elapsed() < Duration::from_secs(120), "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// How many processes work in the folder or have it in their command line.
fn processes_in(folder: &std::path::Path) -> usize {
    let name = folder.to_str().unwrap().as_bytes();
    let names_it = |process: &std::path::Path| {
        let line = std::fs::read(process.join("cmdline")).unwrap_or_default();
        line.windows(name.len()).any(|part| part == name)
    };
    let works_there = |process: &std::path::Path| {
        std::fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder))
    };
    let processes = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    processes.filter(|process| names_it(process) || works_there(process)).count()
}
