//! Reads single keys from the terminal, without waiting for a line and without showing what is typed.
//!
//! The terminal is always restored: when this is dropped, in a panic, and when a signal ends the program.

use crate::interrupt;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use std::collections::VecDeque;
use std::io::{self, IsTerminal};
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

/// How the terminal was.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);
/// Tenths of a second for which a key is waited for.
const TENTHS: u8 = 1;
/// Nobody types more keys than this between two reads.
const MOST_TYPED: usize = 4;
/// A terminal that has gone returns at once, again and again.
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
    /// The terminal has gone.
    Gone,
}

/// The terminal, one key at a time.
#[derive(Debug)]
pub struct Keys {
    at_once: u32,
    /// Keys that were typed and not yet returned.
    typed: VecDeque<Key>,
}

fn restore() {
    if let Some(before) = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
    }
}

/// A shell that has put us to the background and back may have changed the terminal. Once a signal has restored it, it stays
/// as it is: the lock is held, so the two do not cross.
fn again() {
    let before = BEFORE.lock().unwrap_or_else(PoisonError::into_inner);
    if before.is_some()
        && let Ok(now) = tcgetattr(io::stdin())
        && now.local_modes.contains(LocalModes::ICANON)
    {
        set(now);
    }
}

impl Keys {
    /// `None` if standard input or output is not a terminal.
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
        set(before).then(|| Keys { at_once: 0, typed: VecDeque::new() })
    }

    /// The next key, or nothing after a moment.
    pub fn next(&mut self) -> Key {
        if let Some(key) = self.typed.pop_front() {
            return key;
        }
        again();
        let begun = Instant::now();
        let mut bytes = [0; 4096];
        match rustix::io::read(io::stdin(), &mut bytes) {
            Ok(0) if begun.elapsed() < Duration::from_millis(20) => {
                self.at_once += 1;
                if self.at_once < GONE_AFTER { Key::None } else { Key::Gone }
            }
            Ok(0) | Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => Key::None,
            Ok(length) => {
                self.at_once = 0;
                self.typed = read(&bytes[..length]);
                self.typed.pop_front().unwrap_or(Key::None)
            }
            Err(_) => Key::Gone,
        }
    }
}

/// The keys in what a terminal has sent at once. Many characters are a text that was pasted into the wrong window, and are
/// ignored.
fn read(bytes: &[u8]) -> VecDeque<Key> {
    let text = str::from_utf8(bytes).unwrap_or_default();
    let mut keys = VecDeque::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        rest = &rest[first.len_utf8()..];
        if first != '\u{1b}' {
            keys.push_back(Key::Char(first));
            continue;
        }
        // A named key: ESC, `[` or `O`, and everything up to the first letter or `~`.
        let is_last = |c: char| c.is_ascii_alphabetic() || c == '~';
        let name = rest.get(..1).filter(|intro| matches!(*intro, "[" | "O"));
        let length = name.and_then(|_| rest[1..].find(is_last)).map_or(0, |at| at + 2);
        keys.extend(match &rest[..length] {
            "[A" | "OA" => Some(Key::Up),
            "[B" | "OB" => Some(Key::Down),
            "[5~" => Some(Key::PageUp),
            "[6~" => Some(Key::PageDown),
            _ => None,
        });
        rest = &rest[length..];
    }
    let typed = keys.iter().filter(|key| matches!(key, Key::Char(_))).count();
    if typed > MOST_TYPED {
        keys.clear();
    }
    keys
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
        assert_eq!(read(b"nh"), [Key::Char('n'), Key::Char('h')]);
        assert_eq!(read(b"\x1b[A\x1bOBq\x1b[6~"), [Key::Up, Key::Down, Key::Char('q'), Key::PageDown]);
        for unknown in [&b"\x1b[1;5C"[..], b"\x1b", b"\x1b[", b"\xff"] {
            assert!(read(unknown).iter().all(|key| *key == Key::Char('[')), "{unknown:?}");
        }
    }

    #[test]
    fn a_pasted_query_presses_no_key() {
        assert!(read(b"SELECT hints FROM them\nLIMIT 1;").is_empty());
    }
}
