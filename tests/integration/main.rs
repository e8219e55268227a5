//! The integration tests: one binary, so that the private servers start once and the crate links once.
//! A file is a topic; a test's name states the fact that it proves. `support` holds the harness.

mod support;

mod bad_migrations;
mod catalogue;
mod check;
mod cli;
mod connection;
mod cutter;
mod determinism;
mod editions;
mod generate;
mod guards;
mod half_applied;
mod harness;
mod house;
mod load;
mod load_faults;
mod load_interrupted;
mod load_whole;
mod lock;
mod migrate;
mod rebuild;
mod reference;
mod round_trip;
mod rules;
mod session;
mod setup;
mod snapshots;
mod waiting;
