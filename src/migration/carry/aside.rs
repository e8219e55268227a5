//! What is put aside around a step that rebuilds a table, and which steps do that.

use crate::migration::{Direction, Migration, Origin, Statement};

/// What was put aside, as the statements that put it back.
#[derive(Debug, Default)]
pub(crate) struct Aside {
    pub(in crate::migration) statements: Vec<String>,
    /// Indexes and triggers: their names and statements.
    pub(in crate::migration) objects: Vec<(String, String)>,
}

impl Aside {
    pub(crate) fn of_statements(statements: Vec<String>) -> Self {
        Self { statements, objects: Vec::new() }
    }

    pub(crate) fn statements(&self) -> &[String] {
        &self.statements
    }
}

const NEW: &str = "__instaseed_new_";

/// The tables that a step of ours rebuilds.
pub(crate) fn rebuilt(migration: &Migration, direction: Direction) -> Vec<String> {
    let statements = match (migration.origin, migration.script(direction)) {
        (Origin::Embedded, Some(script)) => &script.statements[..],
        _ => &[],
    };
    let made = statements.iter().filter_map(Statement::created_table);
    made.filter_map(|name| name.strip_prefix(NEW).map(str::to_owned)).collect()
}
