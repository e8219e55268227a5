//! Diesel's table! declarations of each edition.
