//! The names of users, photos and tags: numbers in the order of the world, and keys in that of the tables.

/// A user, by the order of sign-up, from 0; in a planted world by no order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserId(pub u32);

impl UserId {
    /// The key in the database.
    pub fn key(self) -> i64 {
        self.0 as i64 + 1
    }

    #[inline(always)]
    pub(crate) fn index(self) -> u64 {
        self.0 as u64
    }
}

/// A photo, by the order of posting, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PhotoId(pub u32);

impl PhotoId {
    /// The key in the database.
    pub fn key(self) -> i64 {
        self.0 as i64 + 1
    }
}

/// The number of a tag in the vocabulary, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TagId(pub u32);

impl TagId {
    /// The key as stored.
    pub fn key(self) -> i64 {
        self.0 as i64 + 1
    }
}
