//! The integration tests: one binary, so that the private servers start once and the crate links once.
//! A file is a topic; a test's name states the fact that it proves. `support` holds the harness.

mod support;

mod bad_migrations;
mod belongings;
mod catalogue;
mod check;
mod cli;
mod connection;
mod course;
mod determinism;
mod diesel_cli;
mod dry_run;
mod editions;
mod foreign;
mod generate;
mod guards;
mod half_applied;
mod harness;
mod hostile_names;
mod house;
mod json;
mod line;
mod load;
mod load_faults;
mod load_interrupted;
mod load_whole;
mod lock;
mod losses;
mod migrate;
mod mutations;
mod names;
mod ours;
mod own_migrations;
mod progress;
mod rebuild;
mod reference;
mod retried;
mod round_trip;
mod rules;
mod security;
mod seen;
mod setup;
mod snapshots;
