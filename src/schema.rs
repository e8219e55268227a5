//! Diesel's view of each edition, for programs that query the database: `table!` of every table, written once for
//! the three engines (a Rust type that every engine's column loads into).
//!
//! Both modules follow the migrations and nothing else: tests/integration/editions.rs holds them against the
//! catalogue of every engine. What the application does not see (the tables in which a migration remembers what it
//! changed) is not here.

pub mod course;
pub mod platform;
