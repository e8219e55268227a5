//! Where the search for an example begins: what hangs on one of the rows that differ, which mostly is enough to show it.

use super::population::{Place, Population, Rows};
use super::schema::Schema;
use crate::sandbox::{Answer, Cell};

/// How many of the rows that differ are looked at.
const ROWS: usize = 6;

/// How many people are tried where the rows that differ name nobody.
const PEOPLE: [usize; 3] = [3, 9, 27];

/// Sets of rows that may show a difference, small ones first.
pub(super) fn candidates(population: &Population, differing: &[(&Answer, &[Cell])]) -> Vec<Rows> {
    let mut found: Vec<Rows> = Vec::new();
    let mut together = Rows::new();
    for (answer, row) in differing.iter().take(ROWS) {
        let anchors = anchors(population, &answer.columns, row);
        if anchors.is_empty() {
            continue;
        }
        together.extend(&anchors);
        found.extend(around(population, &anchors));
    }
    found.extend(around(population, &together));
    if let Some(people) = population.schema.people() {
        for count in PEOPLE {
            let anchors = (0..count.min(population.tables[people].len())).map(|at| (people, at)).collect();
            found.extend(around(population, &anchors));
        }
    }
    found.retain(|rows| !rows.is_empty() && rows.len() * 2 < population.len());
    found.sort_by_key(Rows::len);
    found.dedup();
    found
}

/// The rows that the values of an answer's row name.
fn anchors(population: &Population, columns: &[String], row: &[Cell]) -> Rows {
    let mut anchors = Rows::new();
    for (column, cell) in columns.iter().zip(row) {
        for (table, relation) in population.schema.tables.iter().enumerate() {
            let columns = match cell {
                Cell::Integer(_) if may_be_key(&population.schema, table, column) => &relation.key,
                Cell::Text(_) => &relation.names,
                _ => continue,
            };
            for at in columns {
                let place = population.tables[table].iter().position(|row| row.cells[*at] == *cell);
                anchors.extend(place.map(|place| (table, place)));
            }
        }
    }
    anchors
}

/// Whether the integers of a column can be keys of a table: its name names the table, or it names none.
fn may_be_key(schema: &Schema, table: usize, column: &str) -> bool {
    let column = column.to_lowercase();
    let names = |name: &str| column.contains(name.trim_end_matches('s'));
    let relation = &schema.tables[table];
    let has_number = relation.key.len() == 1 && schema.tables.iter().any(|child| is_child(child, table));
    let is_named = schema.tables.iter().any(|table| names(&table.name));
    has_number && (names(&relation.name) || !is_named)
}

fn is_child(child: &super::schema::Relation, table: usize) -> bool {
    child.references.iter().any(|reference| reference.parent == table)
}

/// Some rows alone, with their own things, and with everything that touches them; what they belong to is always added.
fn around(population: &Population, anchors: &Rows) -> [Rows; 3] {
    let is_thing = |table: usize| {
        let relation = &population.schema.tables[table];
        !relation.references.is_empty() && population.schema.tables.iter().any(|child| is_child(child, table))
    };
    let children = |rows: &Rows| -> Vec<Place> {
        rows.iter().flat_map(|place| population.row(*place).children.iter().copied()).collect()
    };
    // The photos of a user are the user's own; likes of other photos only touch the user.
    let mut own = anchors.clone();
    own.extend(children(anchors).into_iter().filter(|(table, _)| is_thing(*table)));
    let mut with_own = own.clone();
    let things: Rows = own.iter().copied().filter(|(table, _)| is_thing(*table)).collect();
    with_own.extend(children(&things));
    let mut touched = with_own.clone();
    touched.extend(children(anchors));
    let between = |(_, place): &(usize, Place)| {
        population.row(*place).parents.iter().all(|parent| anchors.contains(parent))
    };
    let links = children(anchors).into_iter().enumerate().filter(between);
    with_own.extend(links.map(|(_, place)| place));
    [anchors.clone(), with_own, touched].map(|rows| population.with_parents(rows))
}
