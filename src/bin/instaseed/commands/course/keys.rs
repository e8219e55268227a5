//! Single keys from the terminal: no line is waited for and nothing is shown of what is typed.
//!
//! The terminal is as before on every way out: when this is dropped, in a panic, and when a signal ends the program.

use crate::interrupt;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use std::io::{self, IsTerminal};
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

/// How the terminal was.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);
/// Tenths of a second for which a key is waited for.
const TENTHS: u8 = 1;
/// A terminal that is gone answers at once, again and again.
const GONE_AFTER: u32 = 20;

/// What came from the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Char(char),
    Up,
    Down,
    PageUp,
    PageDown,
    /// Nothing was typed for a moment.
    None,
    /// There is no terminal any more.
    Gone,
}

/// The terminal, one key at a time.
#[derive(Debug)]
pub struct Keys {
    at_once: u32,
}

fn restore() {
    if let Some(before) = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
    }
}

impl Keys {
    /// Nothing where standard input or output is no terminal.
    pub fn new() -> Option<Keys> {
        if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
            return None;
        }
        static ONCE: Once = Once::new();
        ONCE.call_once(|| {
            let usual = std::panic::take_hook();
            std::panic::set_hook(Box::new(move |panic| {
                restore();
                usual(panic);
            }));
        });
        let before = tcgetattr(io::stdin()).ok()?;
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(before.clone());
        interrupt::before_the_end(restore);
        set(before).then_some(Keys { at_once: 0 })
    }

    /// The next key, or none after a moment.
    pub fn next(&mut self) -> Key {
        // A shell that has put us to the background and back may have changed the terminal.
        if let Ok(now) = tcgetattr(io::stdin())
            && now.local_modes.contains(LocalModes::ICANON)
        {
            set(now);
        }
        let begun = Instant::now();
        let mut bytes = [0; 16];
        match rustix::io::read(io::stdin(), &mut bytes) {
            Ok(0) if begun.elapsed() < Duration::from_millis(20) => {
                self.at_once += 1;
                if self.at_once < GONE_AFTER { Key::None } else { Key::Gone }
            }
            Ok(0) | Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => Key::None,
            Ok(length) => {
                self.at_once = 0;
                read(&bytes[..length])
            }
            Err(_) => Key::Gone,
        }
    }
}

/// What a terminal has sent: a character, or the name of a key behind ESC.
fn read(bytes: &[u8]) -> Key {
    let text = str::from_utf8(bytes).unwrap_or_default();
    match text.strip_prefix('\u{1b}') {
        Some("[A" | "OA") => Key::Up,
        Some("[B" | "OB") => Key::Down,
        Some("[5~") => Key::PageUp,
        Some("[6~") => Key::PageDown,
        // Other keys mean nothing here.
        Some(_) => Key::None,
        None => text.chars().next().map_or(Key::None, Key::Char),
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        restore();
    }
}

fn set(mut termios: Termios) -> bool {
    termios.local_modes.remove(LocalModes::ICANON | LocalModes::ECHO);
    termios.special_codes[SpecialCodeIndex::VMIN] = 0;
    termios.special_codes[SpecialCodeIndex::VTIME] = TENTHS;
    tcsetattr(io::stdin(), OptionalActions::Now, &termios).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{Key, read};

    #[test]
    fn keys_are_known_by_what_a_terminal_sends() {
        let known = [
            read(b"n"),
            read(b"\x1b[A"),
            read(b"\x1bOB"),
            read(b"\x1b[6~"),
            read(b"\x1b[1;5C"),
            read(b"\xff"),
        ];
        assert_eq!(known, [Key::Char('n'), Key::Up, Key::Down, Key::PageDown, Key::None, Key::None]);
    }
}
