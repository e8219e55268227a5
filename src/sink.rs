//! Where rows go: one file for each kind of file or database.

pub mod sqlite_feed;
