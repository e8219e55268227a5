//! Runs the real binary: in a folder of its own, with none of this machine's settings, and hands back what it did.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A call of `instaseed` that has not run yet.
pub struct Call {
    command: Command,
    stdin: Option<String>,
}

/// What a call did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    pub stdout: String,
    pub stderr: String,
    /// The exit code; -1 for a signal.
    pub code: i32,
}

/// A call of the binary; `run` starts it. Without `dir` it runs in an empty folder.
pub fn instaseed<A: AsRef<OsStr>>(arguments: &[A]) -> Call {
    let mut command = Command::new(env!("CARGO_BIN_EXE_instaseed"));
    command.args(arguments).env_clear();
    for kept in ["PATH", "HOME", "USER", "TMPDIR", "LLVM_PROFILE_FILE"] {
        if let Some(value) = std::env::var_os(kept) {
            command.env(kept, value);
        }
    }
    command.env("LC_ALL", "C.UTF-8");
    Call { command, stdin: None }.dir(super::scratch())
}

/// A copy of a program, run by a user who owns nothing here: root may read and write whatever is there.
pub fn without_root(program: &Path) -> Command {
    let copy = super::scratch().join("program");
    fs::copy(program, &copy).expect("a program can be copied");
    if !rustix::process::getuid().is_root() {
        return Command::new(copy);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&copy);
    command
}

/// A call of the binary by such a user.
pub fn by_another_user<A: AsRef<OsStr>>(arguments: &[A]) -> Call {
    let mut command = without_root(Path::new(env!("CARGO_BIN_EXE_instaseed")));
    command.args(arguments).env_clear().env("LC_ALL", "C.UTF-8").current_dir("/");
    Call { command, stdin: None }
}

impl Call {
    pub fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.command.env(name, value.into());
        self
    }

    pub fn dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.command.current_dir(folder.into());
        self
    }

    pub fn stdin(mut self, text: impl Into<String>) -> Self {
        self.stdin = Some(text.into());
        self
    }

    /// Runs to the end.
    pub fn run(self) -> Finished {
        let folder = self.command.get_current_dir().map(Path::to_owned);
        let output = self.spawn().wait_with_output().expect("the output of a child can be read");
        drop(folder);
        Finished {
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            code: output.status.code().unwrap_or(-1),
        }
    }

    /// Starts it and returns at once: for tests that kill it or run two at a time.
    pub fn spawn(mut self) -> Child {
        let stdin = if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().expect("cargo has built the binary");
        if let (Some(text), Some(mut pipe)) = (self.stdin.take(), child.stdin.take()) {
            // a program that does not read its input closes it: not this test's concern
            let _ = pipe.write_all(text.as_bytes());
        }
        child
    }
}

impl Finished {
    /// Fails the test unless the exit code is this one, showing what was printed.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }
}

/// The one JSON object that a call has printed.
pub fn object(done: &Finished) -> serde_json::Value {
    serde_json::from_str(&done.stdout)
        .unwrap_or_else(|error| panic!("no JSON object: {error}: {}", done.stdout))
}
