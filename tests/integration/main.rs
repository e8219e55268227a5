//! The integration tests: one binary, so that the private servers start once and the crate links once.
//! A file is a topic; a test's name states the fact that it proves. `support` holds the harness.

mod support;

mod catalogue;
mod connection;
mod editions;
mod harness;
mod house;
mod migrate;
mod reference;
mod round_trip;
mod rules;
mod snapshots;
