//! The secrets of one run of the page: the token in the URL, the cookie, the token in the forms. Each has 128 random bits.

use std::fmt::Write;
use std::fs::File;
use std::io::{self, Read};
use std::sync::{Mutex, PoisonError};

/// What proves that a request comes from the person who started the page.
#[derive(Debug)]
pub struct Keys {
    /// Opens the page once; another one takes its place then.
    entry: Mutex<String>,
    /// The value of the cookie.
    session: String,
    /// In each form, so that no other page can post one.
    form: String,
}

impl Keys {
    pub fn new() -> io::Result<Keys> {
        Ok(Keys { entry: Mutex::new(random()?), session: random()?, form: random()? })
    }

    /// The token that opens the page for the next browser.
    pub fn entry(&self) -> String {
        self.entry.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Uses the token up. Returns whether it was the right one.
    pub fn enter(&self, token: &str) -> io::Result<bool> {
        let next = random()?;
        let mut entry = self.entry.lock().unwrap_or_else(PoisonError::into_inner);
        let is_right = same(&entry, token);
        if is_right {
            *entry = next;
        }
        Ok(is_right)
    }

    pub fn session(&self) -> &str {
        &self.session
    }

    pub fn form(&self) -> &str {
        &self.form
    }
}

/// Compares in constant time, so that the duration reveals nothing about a secret.
pub fn same(secret: &str, given: &str) -> bool {
    let differ = secret.bytes().zip(given.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
    secret.len() == given.len() && differ == 0
}

/// 128 random bits from the system, in hexadecimal.
pub fn random() -> io::Result<String> {
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    }))
}

#[cfg(test)]
mod tests {
    use super::{Keys, same};

    #[test]
    fn a_token_opens_once() {
        let keys = Keys::new().expect("there is randomness");
        let token = keys.entry();
        assert_eq!(token.len(), 32);
        assert!(!keys.enter("").expect("there is randomness"));
        assert!(keys.enter(&token).expect("there is randomness"));
        assert!(!keys.enter(&token).expect("there is randomness"), "it is used up");
        assert_ne!(keys.entry(), token);
    }

    #[test]
    fn only_the_whole_secret_is_the_same() {
        assert!(same("abc", "abc"));
        for other in ["", "ab", "abd", "abcd"] {
            assert!(!same("abc", other), "{other}");
        }
    }
}
