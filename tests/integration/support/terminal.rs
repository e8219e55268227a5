//! Runs the real binary on a terminal of its own (a pseudo-terminal), and tells what stays on the screen.

use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use rustix::process::{Pid, Signal, kill_process};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{LocalModes, Winsize, tcgetattr, tcsetwinsize};

/// How many columns the terminal has.
const COLUMNS: u16 = 80;

/// A call that runs on a terminal.
pub struct Terminal {
    child: Child,
    /// The end at which somebody types.
    keyboard: File,
    pieces: Receiver<Vec<u8>>,
    raw: Vec<u8>,
}

/// Starts the binary with a terminal as its input, output and error.
pub fn on_terminal(arguments: &[&str], folder: &Path, environment: &[(&str, &str)]) -> Terminal {
    let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pseudo-terminal");
    grantpt(&master).expect("it is ours");
    unlockpt(&master).expect("it can be unlocked");
    tcsetwinsize(&master, size(COLUMNS, 40)).expect("it has a size");
    let name = ptsname(&master, Vec::new()).expect("it has a name").into_string().expect("an ASCII name");
    let end = || {
        let file = File::options().read(true).write(true).open(&name);
        Stdio::from(file.expect("the other end can be opened"))
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_instaseed"));
    command.args(arguments).current_dir(folder).env_clear().env("TERM", "xterm").env("LC_ALL", "C.UTF-8");
    command.envs(environment.iter().copied());
    let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().expect("cargo has built the binary");
    drop(command);
    let (tell, pieces) = mpsc::channel();
    let mut master = File::from(master);
    let keyboard = master.try_clone().expect("a second handle");
    thread::spawn(move || {
        let mut piece = [0; 4096];
        // Linux answers with an error when the last program has closed the other end.
        while let Ok(length @ 1..) = master.read(&mut piece) {
            if tell.send(piece[..length].to_vec()).is_err() {
                break;
            }
        }
    });
    Terminal { child, keyboard, pieces, raw: Vec::new() }
}

fn size(columns: u16, rows: u16) -> Winsize {
    Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 }
}

impl Terminal {
    /// As a person who drags a corner of the window.
    pub fn resize(&self, columns: u16, rows: u16) {
        tcsetwinsize(&self.keyboard, size(columns, rows)).expect("it can be resized");
    }

    /// Waits until the text has been shown; `false` when the program ends without.
    pub fn wait_for(&mut self, text: &str) -> bool {
        loop {
            if String::from_utf8_lossy(&self.raw).contains(text) {
                return true;
            }
            match self.pieces.recv() {
                Ok(piece) => self.raw.extend(piece),
                Err(_) => return false,
            }
        }
    }

    /// Forgets what was shown so far, so that the next wait is for something new.
    pub fn forget(&mut self) {
        self.raw.clear();
    }

    /// Types some keys.
    pub fn press(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("the terminal is there");
    }

    /// Whether the terminal waits for whole lines and shows what is typed, as shells want it.
    pub fn is_usual(&self) -> bool {
        let modes = tcgetattr(&self.keyboard).expect("the terminal is there").local_modes;
        modes.contains(LocalModes::ICANON | LocalModes::ECHO)
    }

    /// Waits for the end, and says with which code and whether the terminal is as it was.
    pub fn ends_as_it_began(mut self) -> (i32, bool) {
        while let Ok(piece) = self.pieces.recv() {
            self.raw.extend(piece);
        }
        let code = self.child.wait().expect("it ends").code().unwrap_or(-1);
        (code, self.is_usual())
    }

    /// As Ctrl-C does.
    pub fn interrupt(&self) {
        let pid = Pid::from_child(&self.child);
        kill_process(pid, Signal::INT).expect("it runs");
    }

    /// Ends the program without a word.
    pub fn kill(&mut self) {
        self.child.kill().expect("it runs");
    }

    /// Waits for the end: the exit code, all that was ever written, and the lines that stay on the screen.
    pub fn finish(mut self) -> (i32, String, Vec<String>) {
        while let Ok(piece) = self.pieces.recv() {
            self.raw.extend(piece);
        }
        let code = self.child.wait().expect("it ends").code().unwrap_or(-1);
        let raw = String::from_utf8_lossy(&self.raw).into_owned();
        let screen = screen(&raw);
        (code, raw, screen)
    }
}

/// What a terminal shows after this text: it knows what progress bars need of a terminal's language.
fn screen(text: &str) -> Vec<String> {
    let mut lines: Vec<Vec<char>> = vec![Vec::new()];
    let (mut row, mut column) = (0_usize, 0_usize);
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '\n' => row += 1,
            '\r' => column = 0,
            '\u{1b}' => {
                if characters.next() != Some('[') {
                    continue;
                }
                let mut parameter = String::new();
                let order = characters.by_ref().find(|c| {
                    let is_order = c.is_ascii_alphabetic();
                    if !is_order {
                        parameter.push(*c);
                    }
                    is_order
                });
                let number = parameter.parse::<usize>();
                match order {
                    Some('A') => row = row.saturating_sub(number.unwrap_or(1)),
                    Some('B') => row += number.unwrap_or(1),
                    Some('G') => column = number.unwrap_or(1).saturating_sub(1),
                    Some('K') if number == Ok(2) => lines[row].clear(),
                    Some('K') => lines[row].truncate(column),
                    Some('J') => {
                        lines[row].truncate(column);
                        lines.truncate(row + 1);
                    }
                    _ => {}
                }
            }
            _ => {
                // At the right end the next character wraps, not this one.
                if column == usize::from(COLUMNS) {
                    (row, column) = (row + 1, 0);
                }
                lines.resize(lines.len().max(row + 1), Vec::new());
                let line = &mut lines[row];
                line.resize(line.len().max(column + 1), ' ');
                line[column] = character;
                column += 1;
            }
        }
        lines.resize(lines.len().max(row + 1), Vec::new());
    }
    lines.into_iter().map(|line| line.into_iter().collect::<String>().trim_end().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::screen;

    #[test]
    fn what_is_drawn_over_is_gone() {
        assert_eq!(screen("one\r\ntwo\r\n\u{1b}[1A\r\u{1b}[2Kthree\r\n"), ["one", "three", ""]);
        assert_eq!(screen(&"x".repeat(81)), ["x".repeat(80), "x".to_owned()]);
        assert_eq!(screen("\u{1b}[1;32mok\u{1b}[0m"), ["ok"]);
    }
}
