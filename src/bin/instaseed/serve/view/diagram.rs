//! The tables and their foreign keys as a drawing.
//!
//! A table is one column to the right of the furthest table that it references. Lines run in separate lanes between the
//! columns, behind the boxes, and end in a crow's foot at the "many" side.

use super::shape::Shape;
use maud::{Markup, html};
use std::collections::BTreeMap;

const WIDTH: f64 = 150.0;
const LINE: f64 = 15.0;
const HEAD: f64 = 24.0;
/// Between two boxes of a column.
const GAP: f64 = 16.0;
/// Between two columns: room for the lanes.
const ALLEY: f64 = 56.0;
const LANE: f64 = 6.0;
const MARGIN: f64 = 6.0;

/// Where a table is drawn.
#[derive(Clone, Copy, Debug)]
struct Place {
    column: usize,
    x: f64,
    y: f64,
    height: f64,
}

pub fn diagram(shapes: &[Shape]) -> Markup {
    if shapes.is_empty() {
        return html! {};
    }
    let places = places(shapes);
    let lines = lines(shapes, &places);
    let right = places.iter().map(|place| place.x + WIDTH).fold(0.0, f64::max) + MARGIN;
    let bottom = places.iter().map(|place| place.y + place.height).fold(0.0, f64::max) + MARGIN;
    let title = format!("The {} tables and how they refer to each other", shapes.len());
    html! {
        svg.diagram role="img" aria-label=(title) viewBox=(format!("0 0 {right} {bottom}")) {
            title { (title) }
            @for line in &lines {
                path.key d=(line) {}
            }
            @for (shape, place) in shapes.iter().zip(&places) {
                g.table data-table=(shape.name) {
                    title { (shape.name) ": " (shape.first.count) " rows" }
                    rect x=(place.x) y=(place.y) width=(WIDTH) height=(place.height) rx="4" {}
                    text.name x=(place.x + 8.0) y=(place.y + 16.0) { (fit(&shape.name)) }
                    @for (at, column) in shape.columns.iter().enumerate() {
                        @let y = place.y + HEAD + LINE * at as f64 + 11.0;
                        @if column.is_key { circle cx=(place.x + 11.0) cy=(y - 4.0) r="3" {} }
                        @if column.references.is_some() && !column.is_key {
                            path.arrow d=(format!("M{} {}h5m-2 -3l3 3l-3 3", place.x + 7.0, y - 4.0)) {}
                        }
                        text x=(place.x + 19.0) y=(y) { (fit(&column.name)) }
                    }
                }
            }
        }
    }
}

/// A name that fits into its box.
fn fit(name: &str) -> String {
    const MOST: usize = 19;
    match name.chars().count() > MOST {
        true => name.chars().take(MOST - 1).chain(['…']).collect(),
        false => name.to_owned(),
    }
}

/// The column of each table: the longest way along its references.
fn columns(shapes: &[Shape]) -> Vec<usize> {
    let index: BTreeMap<&str, usize> =
        shapes.iter().enumerate().map(|(at, shape)| (shape.name.as_str(), at)).collect();
    let mut columns = vec![0; shapes.len()];
    // References in a circle end with the number of rounds.
    for _ in 0..shapes.len().min(8) {
        for (at, shape) in shapes.iter().enumerate() {
            let targets = shape.columns.iter().filter_map(|column| column.references.as_ref());
            let known = targets.filter_map(|(table, _)| index.get(table.as_str()));
            let right_of = known.filter(|target| **target != at).map(|target| columns[*target] + 1).max();
            columns[at] = columns[at].max(right_of.unwrap_or(0)).min(3);
        }
    }
    columns
}

fn places(shapes: &[Shape]) -> Vec<Place> {
    let columns = columns(shapes);
    let mut bottoms: BTreeMap<usize, f64> = BTreeMap::new();
    let mut places = Vec::with_capacity(shapes.len());
    for (shape, &column) in shapes.iter().zip(&columns) {
        let bottom = bottoms.entry(column).or_insert(MARGIN);
        let height = HEAD + LINE * shape.columns.len() as f64 + 5.0;
        let x = MARGIN + (WIDTH + ALLEY) * column as f64;
        places.push(Place { column, x, y: *bottom, height });
        *bottom += height + GAP;
    }
    places
}

/// One path for each foreign key, with its foot.
fn lines(shapes: &[Shape], places: &[Place]) -> Vec<String> {
    let mut lanes: BTreeMap<usize, usize> = BTreeMap::new();
    let mut lines = Vec::new();
    let row = |place: &Place, at: usize| place.y + HEAD + LINE * at as f64 + 7.0;
    for (shape, from) in shapes.iter().zip(places) {
        for (at, column) in shape.columns.iter().enumerate() {
            let Some((table, name)) = &column.references else { continue };
            let Some(target) = shapes.iter().position(|shape| shape.name == *table) else { continue };
            let to = &places[target];
            let known = shapes[target].columns.iter().position(|column| column.name == *name).unwrap_or(0);
            let (y, end) = (row(from, at), row(to, known));
            let taken = lanes.entry(from.column).or_default();
            let lane = from.x - 14.0 - LANE * (*taken % 6) as f64;
            *taken += 1;
            let foot = format!("M{} {}L{} {y}L{} {}", from.x, y - 4.0, from.x - 7.0, from.x, y + 4.0);
            let way = match to.x < from.x {
                true => format!("M{} {y}H{lane}V{end}H{}", from.x, to.x + WIDTH),
                // A table that refers to itself, or to one of the same column.
                false => format!("M{} {y}H{lane}V{end}H{}", from.x, to.x),
            };
            lines.push(way + &foot);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::super::shape::{Column, Shape};
    use super::{columns, diagram};

    fn shape(name: &str, references: &[&str]) -> Shape {
        let key = Column { name: "id".to_owned(), is_key: true, ..Column::default() };
        let others = references.iter().map(|table| Column {
            name: format!("{table}_id"),
            references: Some(((*table).to_owned(), "id".to_owned())),
            ..Column::default()
        });
        let columns = [key].into_iter().chain(others).collect();
        Shape { name: name.to_owned(), columns, ..Shape::default() }
    }

    #[test]
    fn a_table_is_right_of_what_it_refers_to() {
        let shapes = [
            shape("users", &[]),
            shape("photos", &["users"]),
            shape("likes", &["users", "photos"]),
            shape("tags", &[]),
        ];
        assert_eq!(columns(&shapes), [0, 1, 2, 0]);
        let html = diagram(&shapes).into_string();
        assert_eq!(html.matches("class=\"key\"").count(), 3);
    }

    #[test]
    fn references_in_a_circle_are_drawn() {
        let shapes = [shape("a", &["b", "a"]), shape("b", &["a", "gone"])];
        assert!(columns(&shapes).iter().all(|column| *column <= 3));
        assert_eq!(diagram(&shapes).into_string().matches("class=\"key\"").count(), 3);
    }
}
