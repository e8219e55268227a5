//! Who users are: usernames, full names, e-mail addresses, and the hash of the development password.
//!
//! A username is decoded from the user's position, so it is unique without a set of names: see [`username`]. The
//! full name is that of the same person, in the script of the user's language.

mod password;
mod space;
mod spell;
mod tail;
mod username;

pub use password::password_hash;
pub use space::LONGEST;
pub use username::Names;

use crate::random::hash::{chance, h1, key, scale32, stream, threshold};
use crate::words::Language;

const EMAIL: u64 = stream("user.email");
const FULL_NAME: u64 = stream("user.full_name");
const AVATAR: u64 = stream("user.avatar");

/// Users who give no name, who give their given name only, and who have no profile image.
const NAMELESS: f64 = 0.12;
const FIRST_ONLY: f64 = 0.14;
const FACELESS: f64 = 0.17;

/// How many users were born in each year from 1960 to 2006, in proportion: most from 1985 to 2000.
const YEARS: [u32; 47] = [
    4, 4, 5, 5, 6, 6, 7, 7, 8, 9, // the sixties
    10, 11, 12, 13, 14, 15, 16, 17, 18, 20, // the seventies
    22, 24, 26, 28, 31, 35, 38, 41, 44, 46, // the eighties
    48, 49, 50, 50, 49, 48, 46, 44, 42, 40, // the nineties
    37, 33, 28, 23, 18, 13, 8,
];

/// Who a user is.
#[derive(Clone, Copy)]
pub struct Handle {
    language: &'static Language,
    first: u16,
    last: u16,
    born: u16,
    /// Chooses between names that are written differently and spelled alike.
    by: u32,
}

impl Handle {
    /// The given name in the script of its bearer.
    pub fn first(&self) -> &'static str {
        self.language.names.first.shown(usize::from(self.first), self.by)
    }

    /// The family name, likewise.
    pub fn last(&self) -> &'static str {
        self.language.names.last.shown(usize::from(self.last), self.by.rotate_left(16))
    }

    /// The year of birth: that of the username, if it has one.
    pub fn born(&self) -> u16 {
        self.born
    }

    /// The language of the user.
    pub fn language(&self) -> &'static Language {
        self.language
    }
}

/// What a profile shows besides the username.
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

    /// Appends the full name, or returns false where the user gives none.
    pub fn full_name(&self, user: u32, handle: &Handle, out: &mut String) -> bool {
        let hash = h1(self.full_name, user as u64);
        if chance(hash, threshold(NAMELESS)) {
            return false;
        }
        if chance(hash, threshold(NAMELESS + FIRST_ONLY)) {
            out.push_str(handle.first());
            return true;
        }
        let language = handle.language();
        let (first, last) = (handle.first(), handle.last());
        let (one, two) = if language.first_name_first { (first, last) } else { (last, first) };
        out.extend([one, &language.name_separator, two]);
        true
    }

    /// Whether the user has a profile image.
    pub fn has_avatar(&self, user: u32) -> bool {
        !chance(h1(self.avatar, user as u64), threshold(FACELESS))
    }
}

#[cfg(test)]
mod tests;
