//! The rows of a database in memory, each with its parents and children, and the statements that write some of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

use super::engines;
use super::schema::Schema;
use super::verdict::Table;
use crate::database::Engine;
use crate::sandbox::{Cell, Limits, Sandbox, Trouble};

/// A row: the position of its table in the schema, and its own position in that table.
pub(super) type Place = (usize, usize);

/// A set of rows.
pub(super) type Rows = BTreeSet<Place>;

/// All rows of a database.
pub(super) struct Population {
    pub schema: Schema,
    pub tables: Vec<Vec<Row>>,
}

/// A row and its parents.
pub(super) struct Row {
    pub cells: Vec<Cell>,
    pub parents: Vec<Place>,
    pub children: Vec<Place>,
}

/// Rows per statement: more make statements long, fewer make many statements.
const AT_ONCE: usize = 500;

impl Population {
    /// Reads all rows, in the order of their keys.
    pub(super) fn read(sandbox: &mut dyn Sandbox, schema: Schema) -> Result<Population, Trouble> {
        let engine = sandbox.engine();
        let limits = Limits { work: u64::MAX, seconds: 60.0, rows: usize::MAX, bytes: usize::MAX };
        let mut tables = Vec::new();
        for table in &schema.tables {
            let names: Vec<String> = table.columns.iter().map(|(name, _)| engine.quote(name)).collect();
            let keys: Vec<String> = table.key.iter().map(|at| names[*at].clone()).collect();
            let mut sql = format!("SELECT {} FROM {}", names.join(", "), engine.quote(&table.name));
            if !keys.is_empty() {
                let _ = write!(sql, " ORDER BY {}", keys.join(", "));
            }
            let rows = sandbox.trusted(&sql, &limits)?.rows.into_iter();
            let row = |cells| Row { cells, parents: Vec::new(), children: Vec::new() };
            tables.push(rows.map(row).collect::<Vec<_>>());
        }
        let mut population = Population { schema, tables };
        population.relate();
        Ok(population)
    }

    fn relate(&mut self) {
        for child in 0..self.schema.tables.len() {
            for reference in self.schema.tables[child].references.clone() {
                let value = |row: &Row, columns: &[usize]| -> Vec<String> {
                    columns.iter().map(|at| row.cells[*at].shown()).collect()
                };
                let parents = self.tables[reference.parent].iter().enumerate();
                let by_key: HashMap<Vec<String>, usize> =
                    parents.map(|(at, row)| (value(row, &reference.parent_columns), at)).collect();
                for at in 0..self.tables[child].len() {
                    let key = value(&self.tables[child][at], &reference.columns);
                    if let Some(parent) = by_key.get(&key) {
                        let parent = (reference.parent, *parent);
                        self.tables[child][at].parents.push(parent);
                        self.tables[parent.0][parent.1].children.push((child, at));
                    }
                }
            }
        }
    }

    pub(super) fn row(&self, place: Place) -> &Row {
        &self.tables[place.0][place.1]
    }

    pub(super) fn len(&self) -> usize {
        self.tables.iter().map(Vec::len).sum()
    }

    pub(super) fn all(&self) -> Rows {
        let of = |table: usize| (0..self.tables[table].len()).map(move |at| (table, at));
        (0..self.tables.len()).flat_map(of).collect()
    }

    /// Adds the parents of rows, and their parents.
    pub(super) fn with_parents(&self, rows: Rows) -> Rows {
        self.closed(rows, |row| &row.parents, |_| true)
    }

    /// Rows with all rows that belong to them, directly or indirectly.
    pub(super) fn with_children(&self, rows: Rows, among: &Rows) -> Rows {
        self.closed(rows, |row| &row.children, |place| among.contains(place))
    }

    fn closed(
        &self,
        mut rows: Rows,
        next: impl Fn(&Row) -> &Vec<Place>,
        may: impl Fn(&Place) -> bool,
    ) -> Rows {
        let mut open: Vec<Place> = rows.iter().copied().collect();
        while let Some(place) = open.pop() {
            for found in next(self.row(place)) {
                if may(found) && rows.insert(*found) {
                    open.push(*found);
                }
            }
        }
        rows
    }

    /// Rows as tables to show.
    pub(super) fn shown(&self, rows: &Rows) -> Vec<Table> {
        by_table(rows)
            .into_iter()
            .map(|(table, places)| {
                let relation = &self.schema.tables[table];
                Table {
                    name: relation.name.clone(),
                    columns: relation.columns.iter().map(|(name, _)| name.clone()).collect(),
                    rows: places.iter().map(|at| self.tables[table][*at].cells.clone()).collect(),
                    count: places.len(),
                }
            })
            .collect()
    }

    /// The statement that deletes rows, all of which have keys.
    pub(super) fn delete(&self, engine: Engine, rows: &Rows) -> String {
        let mut sql = String::new();
        // Children first, so that it also works where foreign keys are enforced.
        for (table, places) in by_table(rows).into_iter().rev() {
            let relation = &self.schema.tables[table];
            for places in places.chunks(AT_ONCE) {
                let keys = places.iter().map(|at| {
                    let cells = &self.tables[table][*at].cells;
                    relation.key.iter().map(|at| cells[*at].clone()).collect::<Vec<_>>()
                });
                sql.push_str(&engines::delete(engine, relation, keys));
            }
        }
        sql
    }

    /// Whether rows of a table can be deleted one by one.
    pub(super) fn has_keys(&self, table: usize) -> bool {
        !self.schema.tables[table].key.is_empty()
    }
}

/// The statements that write the rows of tables.
pub(super) fn insert(engine: Engine, tables: &[Table]) -> String {
    let mut sql = String::new();
    for table in tables {
        let columns: Vec<String> = table.columns.iter().map(|name| engine.quote(name)).collect();
        for rows in table.rows.chunks(AT_ONCE) {
            let _ = write!(sql, "INSERT INTO {} ({})", engine.quote(&table.name), columns.join(", "));
            sql.push_str(engines::over_identity(engine));
            for (at, row) in rows.iter().enumerate() {
                let cells: Vec<String> = row.iter().map(|cell| engines::literal(engine, cell)).collect();
                let _ = write!(sql, "{}({})", if at == 0 { " VALUES " } else { ", " }, cells.join(", "));
            }
            sql.push_str(";\n");
        }
    }
    sql
}

/// The statements that empty all tables.
pub(super) fn empty(engine: Engine, schema: &Schema) -> String {
    let deletes =
        schema.tables.iter().rev().map(|table| format!("DELETE FROM {};\n", engine.quote(&table.name)));
    deletes.collect()
}

fn by_table(rows: &Rows) -> BTreeMap<usize, Vec<usize>> {
    let mut tables: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (table, at) in rows {
        tables.entry(*table).or_default().push(*at);
    }
    tables
}
