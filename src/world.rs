//! The world: users, follows, photos, likes, comments and tags as pure functions of (seed, profile, row).

pub mod name;
pub mod text;
