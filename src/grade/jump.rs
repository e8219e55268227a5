//! Where the search for an example begins: what hangs on one of the rows that differ, which mostly is enough to show it.

use super::population::{Place, Population, Rows};
use crate::sandbox::{Answer, Cell};

/// How many of the rows that differ are looked at.
const ROWS: usize = 6;

/// How many people are tried where the rows that differ name nobody.
const PEOPLE: [usize; 3] = [3, 9, 27];

/// Sets of rows that may show a difference, small ones first. Texts that the model names, such as a user, are part of each.
pub(super) fn candidates(
    population: &Population,
    model: &str,
    differing: &[(&Answer, &[Cell])],
) -> Vec<Rows> {
    let mut found: Vec<Rows> = Vec::new();
    let named: Rows = texts(model).iter().flat_map(|text| named(population, text)).collect();
    let mut together = named.clone();
    for (answer, row) in differing.iter().take(ROWS) {
        let mut anchors = anchors(population, &answer.columns, row);
        if anchors.is_empty() {
            continue;
        }
        together.extend(&anchors);
        anchors.extend(&named);
        found.extend(around(population, &anchors));
    }
    found.extend(around(population, &named));
    found.extend(around(population, &together));
    if let Some(people) = population.schema.people() {
        for count in PEOPLE {
            let mut anchors: Rows =
                (0..count.min(population.tables[people].len())).map(|at| (people, at)).collect();
            anchors.extend(&named);
            found.extend(around(population, &anchors));
        }
    }
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
            let is_it =
                |row: &super::population::Row| matches!(&row.cells[*at], Cell::Text(name) if name == text);
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

/// Whether the integers of a column can be keys of a table: its name has the table's in it, or is that of any key.
fn may_be_key(table: &str, column: &str) -> bool {
    let column = column.to_lowercase();
    column == "id" || column.contains(table.trim_end_matches('s'))
}

fn is_child(child: &super::schema::Relation, table: usize) -> bool {
    child.references.iter().any(|reference| reference.parent == table)
}

/// Some rows alone, with their own things, with everything that touches them, and with all that is between these; what they
/// belong to is always added.
fn around(population: &Population, anchors: &Rows) -> [Rows; 4] {
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
    let [anchors, with_own, touched] =
        [anchors.clone(), with_own, touched].map(|rows| population.with_parents(rows));
    let mut between = touched.clone();
    for child in children(&touched) {
        let row = population.row(child);
        if row.children.is_empty() && row.parents.iter().all(|parent| touched.contains(parent)) {
            between.insert(child);
        }
    }
    [anchors, with_own, touched, between]
}
