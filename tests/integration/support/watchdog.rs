//! What cleans up after a test process, however it ends. A watchdog is a shell that waits on a pipe which only
//! this process holds: when the process is gone, the pipe closes, and the watchdog does its work.
//! It runs in a process group of its own, so that Ctrl-C does not reach it.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

/// The ends of the pipes: never closed before the process ends.
static WATCHDOGS: Mutex<Vec<Child>> = Mutex::new(Vec::new());

/// Ends the binaries that still work in the folder, and removes it; servers that are just ending may still hold it
/// for a moment.
const REMOVE: &str = r#"
cat >/dev/null
for process in /proc/[0-9]*; do
    case $(readlink $process/cwd) in
    "$0"*) case $(readlink $process/exe) in */instaseed*) kill -KILL ${process#/proc/} ;; esac ;;
    esac
done
for i in 1 2 3 4 5 6 7 8 9 10; do rm -rf "$0" && break; sleep 0.3; done
"#;

/// Starts a server as the watchdog's child, so that there is no moment in which it runs unwatched.
/// $0: signal; $1: log; the rest: the command. Ends with the server, so that a failed start is seen.
const SERVE: &str = r#"
signal=$0; log=$1; shift
"$@" </dev/null >>"$log" 2>&1 &
server=$!
{
    cat <&3 >/dev/null
    kill -"$signal" $server
    for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.3; kill -0 $server || exit; done
    kill -KILL $server
} &
guard=$!
wait $server
# the number of an ended process may soon be another's
kill $guard
"#;

/// What the tests need of a disk, with room to spare.
const ENOUGH: u64 = 8 << 30;

/// The folder that `TMPDIR` names, if its name is short enough for sockets in it. Without `TMPDIR`, memory that is a
/// file system, where there is plenty: a server on a busy disk takes three times as long for the same migrations.
fn parent() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    let is_free = std::env::var_os("TMPDIR").is_none();
    let room = rustix::fs::statvfs(&memory).map_or(0, |found| found.f_bavail * found.f_frsize);
    if is_free && room >= ENOUGH {
        return memory;
    }
    Some(std::env::temp_dir()).filter(|p| p.as_os_str().len() < 50).unwrap_or("/tmp".into())
}

/// Makes a folder that is removed when this process ends.
pub fn watched_folder() -> PathBuf {
    let parent = parent();
    let folder = tempfile::Builder::new()
        .prefix("instaseed-test-")
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o755))
        .tempdir_in(parent)
        .expect("the temporary folder is writable")
        .keep();
    let mut watchdog = Command::new("sh");
    watchdog.arg("-c").arg(REMOVE).arg(&folder);
    start(watchdog);
    folder
}

/// A server under watch.
#[derive(Debug, Clone, Copy)]
pub struct Watched(usize);

impl Watched {
    /// Whether the server has ended by itself: it could not start.
    pub fn has_ended(self) -> bool {
        let mut watchdogs = WATCHDOGS.lock().unwrap_or_else(|e| e.into_inner());
        !matches!(watchdogs[self.0].try_wait(), Ok(None))
    }
}

/// Starts a server that is stopped by `signal` when this process ends.
pub fn serve(signal: &str, log: &Path, command: &[String]) -> Watched {
    let mut watchdog = Command::new("sh");
    // the pipe is standard input here; background jobs of a shell lose theirs, hence the copy
    watchdog.arg("-c").arg(format!("exec 3<&0\n{SERVE}")).arg(signal).arg(log).args(command);
    start(watchdog)
}

fn start(mut watchdog: Command) -> Watched {
    watchdog
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .current_dir("/");
    let child = watchdog.spawn().expect("a POSIX shell is there");
    let mut watchdogs = WATCHDOGS.lock().unwrap_or_else(|e| e.into_inner());
    watchdogs.push(child);
    Watched(watchdogs.len() - 1)
}
