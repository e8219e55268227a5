//! What an engine must implement so that the user's own objects are carried along; see `carry.rs` of each engine.

use diesel::QueryResult;

use super::aside::Aside;
use super::way::{Surroundings, Way};
use super::{Direction, Migration, Obstacle};
use crate::migration::session::Session;

/// An engine's connection, queried for the user's own objects.
pub(crate) trait Carrier: Session {
    /// The tables in the schema of ours with their columns, and the views.
    fn surroundings(&mut self) -> QueryResult<Surroundings>;
    /// The user's objects that the steps cannot carry along.
    fn obstacles(&mut self, way: &Way<'_>) -> QueryResult<Vec<Obstacle>>;
    /// The user's objects that depend on a table: kinds and names.
    fn belongings(&mut self, table: &str) -> QueryResult<Vec<(String, String)>>;
    /// Before a step: puts aside what depends on a table that the step rebuilds.
    fn put_aside(&mut self, _migration: &Migration, _direction: Direction) -> QueryResult<Aside> {
        Ok(Aside::default())
    }
    fn put_back(&mut self, _aside: &Aside) -> QueryResult<()> {
        Ok(())
    }
}
