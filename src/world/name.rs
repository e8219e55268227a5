//! Who users are: usernames, full names, e-mail addresses, and the hash of the development password.
//!
//! A username is decoded from the user's position, so it is unique without a set of names: see [`username`]. The
//! full name is the one that the username tells, in the script of the user's language.

mod password;
mod tail;
mod username;

pub use password::password_hash;
pub use username::{Handle, LONGEST, Names};

use crate::random::hash::{chance, h1, key, scale32, stream, threshold};

const EMAIL: u64 = stream("user.email");
const FULL_NAME: u64 = stream("user.full_name");
const AVATAR: u64 = stream("user.avatar");

/// Users who tell no name, who tell their first name only, and who have no profile image.
const NAMELESS: f64 = 0.12;
const FIRST_ONLY: f64 = 0.14;
const FACELESS: f64 = 0.17;

/// What a user tells beside the username.
#[derive(Clone, Copy, Debug)]
pub struct Persons {
    email: u64,
    full_name: u64,
    avatar: u64,
}

impl Persons {
    /// The persons of a seed.
    pub fn new(seed: u64) -> Persons {
        Persons { email: key(seed, EMAIL), full_name: key(seed, FULL_NAME), avatar: key(seed, AVATAR) }
    }

    /// Appends the e-mail address; unique because the username is.
    pub fn email(&self, user: u32, username: &str, out: &mut String) {
        const HOSTS: [&str; 4] = ["@example.com", "@example.com", "@example.org", "@example.net"];
        out.push_str(username);
        out.push_str(HOSTS[scale32(h1(self.email, user as u64), 4) as usize]);
    }

    /// Appends the full name, or returns false where the user tells none.
    pub fn full_name(&self, user: u32, handle: &Handle, out: &mut String) -> bool {
        let hash = h1(self.full_name, user as u64);
        if chance(hash, threshold(NAMELESS)) {
            return false;
        }
        if chance(hash, threshold(NAMELESS + FIRST_ONLY)) {
            out.push_str(&handle.first().display);
            return true;
        }
        let (first, last) = (handle.first(), handle.last().unwrap_or_else(|| handle.some_last(hash)));
        let language = handle.language();
        let (one, two) = if language.first_name_first { (first, last) } else { (last, first) };
        out.extend([one.display.as_str(), &language.name_separator, &two.display]);
        true
    }

    /// Whether the user has a profile image.
    pub fn has_avatar(&self, user: u32) -> bool {
        !chance(h1(self.avatar, user as u64), threshold(FACELESS))
    }
}

#[cfg(test)]
mod tests;
