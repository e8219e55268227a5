//! Where the search for an example begins: the rows around one row that differs, which are usually enough to show the mistake.

use super::population::{Place, Population, Row, Rows};
use super::schema::Relation;
use crate::sandbox::{Answer, Cell};

/// How many of the differing rows are tried.
const ROWS: usize = 6;

/// How many people are tried if the differing rows name nobody.
const PEOPLE: [usize; 3] = [3, 9, 27];

/// How far a set of rows extends from the named ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// The named rows, and what belongs to them.
    Own,
    /// Also everything that references them.
    Touched,
    /// Also everything between these.
    Between,
}

impl Reach {
    pub(super) const ALL: [Reach; 3] = [Reach::Own, Reach::Touched, Reach::Between];
}

/// Sets of rows that may show a difference, small ones first. Each has the rows that the texts of the model name, such as a
/// user.
pub(super) fn candidates(
    population: &Population,
    model: &str,
    differing: &[(&Answer, &[Cell])],
    reach: Reach,
) -> Vec<Rows> {
    let named: Rows = texts(model).iter().flat_map(|text| named(population, text)).collect();
    let mut begins = vec![named.clone()];
    let mut together = named.clone();
    for (answer, row) in differing.iter().take(ROWS) {
        let anchors = anchors(population, &answer.columns, row);
        if !anchors.is_empty() {
            together.extend(&anchors);
            begins.push(anchors.union(&named).copied().collect());
        }
    }
    begins.push(together);
    if let Some(people) = population.schema.people() {
        for count in PEOPLE {
            let first = (0..count.min(population.tables[people].len())).map(|at| (people, at));
            begins.push(first.chain(named.iter().copied()).collect());
        }
    }
    begins.sort();
    begins.dedup();
    let mut found: Vec<Rows> = begins.iter().flat_map(|rows| around(population, rows, reach)).collect();
    found.retain(|rows| !rows.is_empty() && rows.len() * 2 < population.len());
    found.sort_by_key(Rows::len);
    found.dedup();
    found
}

/// The strings in a query.
fn texts(sql: &str) -> Vec<String> {
    sql.split('\'').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The rows that a text names.
fn named(population: &Population, text: &str) -> Vec<Place> {
    let mut found = Vec::new();
    for (table, relation) in population.schema.tables.iter().enumerate() {
        for at in &relation.names {
            let is_it = |row: &Row| matches!(&row.cells[*at], Cell::Text(name) if name == text);
            found.extend(population.tables[table].iter().position(is_it).map(|place| (table, place)));
        }
    }
    found
}

/// The rows that the values of an answer's row name.
fn anchors(population: &Population, columns: &[String], row: &[Cell]) -> Rows {
    let mut anchors = Rows::new();
    for (column, cell) in columns.iter().zip(row) {
        match cell {
            Cell::Text(text) => anchors.extend(named(population, text)),
            Cell::Integer(_) => {
                for (table, relation) in population.schema.tables.iter().enumerate() {
                    let [key] = relation.key.as_slice() else { continue };
                    if may_be_key(&relation.name, column) {
                        let place = population.tables[table].iter().position(|row| row.cells[*key] == *cell);
                        anchors.extend(place.map(|place| (table, place)));
                    }
                }
            }
            _ => {}
        }
    }
    anchors
}

/// Whether the integers of a column can be keys of a table: its name contains the table's name, or could be that of any key.
fn may_be_key(table: &str, column: &str) -> bool {
    let column = column.to_lowercase();
    column == "id" || column.contains(table.trim_end_matches('s'))
}

fn is_child(child: &Relation, table: usize) -> bool {
    child.references.iter().any(|reference| reference.parent == table)
}

/// Rows and their surroundings. Their parents are always added.
fn around(population: &Population, anchors: &Rows, reach: Reach) -> Vec<Rows> {
    let is_thing = |table: usize| {
        let relation = &population.schema.tables[table];
        !relation.references.is_empty() && population.schema.tables.iter().any(|child| is_child(child, table))
    };
    let children = |rows: &Rows| -> Vec<Place> {
        rows.iter().flat_map(|place| population.row(*place).children.iter().copied()).collect()
    };
    // The photos of a user are the user's own; likes of other photos only touch the user.
    let of_anchors = children(anchors);
    let mut own = anchors.clone();
    own.extend(of_anchors.iter().filter(|(table, _)| is_thing(*table)));
    let things: Rows = own.iter().copied().filter(|(table, _)| is_thing(*table)).collect();
    own.extend(children(&things));
    if reach == Reach::Own {
        let is_between =
            |place: &&Place| population.row(**place).parents.iter().all(|parent| anchors.contains(parent));
        own.extend(of_anchors.iter().filter(is_between));
        return [anchors.clone(), own].map(|rows| population.with_parents(rows)).into();
    }
    let mut touched = own;
    touched.extend(of_anchors);
    let mut rows = population.with_parents(touched);
    if reach == Reach::Between {
        let is_between = |place: &Place| {
            let row = population.row(*place);
            row.children.is_empty() && row.parents.iter().all(|parent| rows.contains(parent))
        };
        let between: Vec<Place> = children(&rows).into_iter().filter(is_between).collect();
        rows.extend(between);
    }
    vec![rows]
}
