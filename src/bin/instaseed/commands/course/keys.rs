//! Reads single keys from the terminal, without waiting for a line and without showing what is typed.
//!
//! The terminal is always restored: when this is dropped, in a panic, and when a signal ends the program.

use crate::interrupt;
use rustix::termios::{LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr};
use std::io::{self, IsTerminal};
use std::sync::{Mutex, Once, PoisonError};
use std::time::{Duration, Instant};

/// How the terminal was.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);
/// Tenths of a second for which a key is waited for.
const TENTHS: u8 = 1;
/// A terminal that has gone returns at once, again and again.
const GONE_AFTER: u32 = 20;

/// What came from the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    Char(char),
    /// Nothing was typed for a moment.
    None,
    /// The terminal has gone.
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
        set(before).then_some(Keys { at_once: 0 })
    }

    /// The next key, or nothing after a moment.
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
                // An arrow or the like begins with ESC and means nothing here.
                let text = str::from_utf8(&bytes[..length]).unwrap_or_default();
                text.chars().next().filter(|c| *c != '\u{1b}').map_or(Key::None, Key::Char)
            }
            Err(_) => Key::Gone,
        }
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
