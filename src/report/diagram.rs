//! The tables and how they refer to each other: one layout for the drawing, and the same tables as text for other
//! programs (Mermaid, DBML).
//!
//! A table stands one column to the right of the furthest table that it refers to; within a column, tables stand in the
//! order of the mean height of those that they refer to. Lines are straight, each in a lane of its own in the alley before
//! its table; one that passes other columns goes through a gap between their boxes. It ends in a crow's foot at the many side.

mod svg;
mod words;

use std::collections::BTreeMap;

use super::entity::{Entity, EntityColumn};

pub(super) use svg::STYLE;
pub use svg::{alone, drawing};
pub use words::{dbml, mermaid};

const LINE: f64 = 17.0;
const HEAD: f64 = 26.0;
/// Above the first column of a table, and below the last one.
const FOOT: f64 = 7.0;
/// Between two boxes of a column: room for the lines that pass.
const GAP: f64 = 26.0;
/// Between two columns, besides the lanes.
const ALLEY: f64 = 34.0;
const LANE: f64 = 8.0;
const MARGIN: f64 = 8.0;
/// Width of a letter of a name and of a type, about.
const LETTER: f64 = 7.1;
const SMALL_LETTER: f64 = 6.3;
/// The longest names and types that are drawn in full.
const LONGEST: usize = 26;
/// Tables in a column, at most: more of them that nothing refers to begin another column.
const TALL: usize = 7;

/// Where everything is.
#[derive(Debug)]
pub struct Layout<'a> {
    pub entities: &'a [Entity],
    pub boxes: Vec<Place>,
    pub lines: Vec<Line>,
    pub width: f64,
    pub height: f64,
}

/// Where a table is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Place {
    pub column: usize,
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
    /// Where its types begin.
    pub kinds: f64,
}

/// A foreign key: the corners of its line, from the many side to the one.
#[derive(Debug, PartialEq)]
pub struct Line {
    pub from: usize,
    pub to: usize,
    pub corners: Vec<(f64, f64)>,
    /// It may refer to nothing.
    pub optional: bool,
}

/// A foreign key before it is drawn: table and column at the many side, table and column at the one.
type Link = ((usize, usize), (usize, usize));

impl<'a> Layout<'a> {
    pub fn new(entities: &'a [Entity]) -> Layout<'a> {
        let links = links(entities);
        let columns = columns(entities.len(), &links);
        let orders = orders(&columns, &links);
        let lanes = |column: usize| {
            links.iter().filter(|((from, _), _)| columns[*from] == column).count() as f64 * LANE
        };
        let mut boxes = vec![Place::default(); entities.len()];
        let mut x = MARGIN;
        let mut height: f64 = 0.0;
        for (column, tables) in orders.iter().enumerate() {
            x += if column == 0 && lanes(0) == 0.0 { 0.0 } else { ALLEY + lanes(column) };
            let sizes: Vec<(f64, f64)> = tables.iter().map(|at| widths(&entities[*at])).collect();
            let width = sizes.iter().map(|(names, kinds)| names + kinds).fold(0.0, f64::max);
            let mut y = MARGIN;
            for (at, (names, _)) in tables.iter().zip(&sizes) {
                let tall = HEAD + LINE * entities[*at].columns.len() as f64 + FOOT;
                boxes[*at] = Place { column, x, y, width, height: tall, kinds: x + names };
                y += tall + GAP;
            }
            x += width;
            height = height.max(y - GAP + MARGIN);
        }
        let mut layout = Layout { entities, boxes, lines: Vec::new(), width: x + MARGIN, height };
        layout.centre(&orders);
        layout.draw(&links);
        layout
    }

    /// Columns that are less tall than the tallest stand in its middle.
    fn centre(&mut self, orders: &[Vec<usize>]) {
        for tables in orders {
            let bottom =
                tables.iter().map(|at| self.boxes[*at].y + self.boxes[*at].height).fold(0.0, f64::max);
            let lower = ((self.height - MARGIN - bottom) / 2.0).floor();
            tables.iter().for_each(|at| self.boxes[*at].y += lower);
        }
    }

    fn draw(&mut self, links: &[Link]) {
        let mut lanes: BTreeMap<usize, usize> = BTreeMap::new();
        let mut ordered: Vec<&Link> = links.iter().collect();
        // The lanes next to a table are for the lines that end furthest up, so that fewer cross.
        ordered.sort_by(|a, b| {
            let end = |link: &Link| self.row(link.1.0, link.1.1);
            (self.boxes[a.0.0].column, end(a))
                .partial_cmp(&(self.boxes[b.0.0].column, end(b)))
                .expect("no NaN")
        });
        for ((from, column), (to, target)) in ordered {
            let (child, parent) = (self.boxes[*from], self.boxes[*to]);
            let taken = lanes.entry(child.column).or_default();
            *taken += 1;
            let lane = child.x - 18.0 - LANE * (*taken - 1) as f64;
            let (y, end) = (self.row(*from, *column), self.row(*to, *target));
            let mut corners = vec![(child.x, y), (lane, y)];
            if parent.column < child.column {
                let right = parent.x + parent.width;
                let mut at = y;
                for passed in (parent.column + 1..child.column).rev() {
                    let way = self.gap(passed, end, *taken);
                    if let Some((way, before)) = way {
                        let turn = if at == y { lane } else { before };
                        corners.extend([(turn, way)]);
                        at = way;
                    }
                }
                let turn = match at == y {
                    true => lane,
                    false => {
                        let next = right + 10.0 + LANE * (*taken % 4) as f64;
                        corners.push((next, at));
                        next
                    }
                };
                corners.extend([(turn, end), (right, end)]);
            } else {
                // A table that refers to itself, to one of its own column, or in a circle.
                corners.extend([(lane, end), (parent.x, end)]);
            }
            let optional = self.entities[*from].columns[*column].nullable;
            self.lines.push(Line { from: *from, to: *to, corners, optional });
        }
    }

    /// The way through a column that is nearest to a height, and where the column begins; none where nothing is in the way.
    fn gap(&self, column: usize, end: f64, lane: usize) -> Option<(f64, f64)> {
        let mut boxes: Vec<&Place> = self.boxes.iter().filter(|place| place.column == column).collect();
        boxes.sort_by(|a, b| a.y.total_cmp(&b.y));
        let (first, last) = (boxes.first()?, boxes.last()?);
        let mut ways = vec![first.y - GAP / 2.0, last.y + last.height + GAP / 2.0];
        ways.extend(boxes.windows(2).map(|pair| pair[1].y - GAP / 2.0));
        let shift = (lane % 5) as f64 * 4.0 - 8.0;
        let ways = ways.into_iter().filter(|way| (2.0..self.height - 2.0).contains(&(way + shift)));
        let nearest = ways.min_by(|a, b| (a - end).abs().total_cmp(&(b - end).abs()))?;
        Some((nearest + shift, first.x - 18.0))
    }

    /// The height of a column's line.
    pub fn row(&self, table: usize, column: usize) -> f64 {
        self.boxes[table].y + HEAD + LINE * column as f64 + LINE / 2.0 + 1.0
    }

    /// The tables from the left to the right, each column from the top.
    pub fn in_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.boxes.len()).collect();
        order.sort_by(|a, b| {
            let (a, b) = (&self.boxes[*a], &self.boxes[*b]);
            a.column.cmp(&b.column).then(a.y.total_cmp(&b.y))
        });
        order
    }
}

/// A name or a type as it fits.
pub(super) fn fit(text: &str) -> String {
    match text.chars().count() > LONGEST {
        true => text.chars().take(LONGEST - 1).chain(['…']).collect(),
        false => text.to_owned(),
    }
}

/// The room of the names of a table, with the marks of keys, and of its types.
fn widths(entity: &Entity) -> (f64, f64) {
    let longest = |texts: &mut dyn Iterator<Item = &String>| {
        texts.map(|text| text.chars().count().min(LONGEST)).max().unwrap_or(0) as f64
    };
    let name = |column: &EntityColumn| {
        let letters = column.name.chars().count().min(LONGEST) as f64;
        // Keys are bold.
        letters * if column.key { LETTER + 0.9 } else { LETTER }
    };
    let names = entity.columns.iter().map(name).fold(0.0, f64::max) + 42.0;
    let kinds = longest(&mut entity.columns.iter().map(|column| &column.kind)) * SMALL_LETTER + 10.0;
    let title = entity.name.chars().count().min(LONGEST) as f64 * (LETTER + 0.8) + 90.0;
    (names, kinds.max(title - names))
}

fn links(entities: &[Entity]) -> Vec<Link> {
    let index: BTreeMap<&str, usize> =
        entities.iter().enumerate().map(|(at, entity)| (entity.name.as_str(), at)).collect();
    let mut links = Vec::new();
    for (from, entity) in entities.iter().enumerate() {
        for (column, one) in entity.columns.iter().enumerate() {
            let Some((table, name)) = &one.references else { continue };
            let Some(to) = index.get(table.as_str()) else { continue };
            let target = entities[*to].columns.iter().position(|column| column.name == *name).unwrap_or(0);
            links.push(((from, column), (*to, target)));
        }
    }
    links
}

/// The column of each table: the longest way along its references. References in a circle end with the number of rounds.
fn columns(tables: usize, links: &[Link]) -> Vec<usize> {
    let mut columns = vec![0_usize; tables];
    for _ in 0..tables.min(6) {
        for ((from, _), (to, _)) in links.iter().filter(|((from, _), (to, _))| from != to) {
            columns[*from] = columns[*from].max(columns[*to] + 1).min(6);
        }
    }
    // No column is empty, although a circle may have pushed its tables to the right.
    let ends = links.iter().flat_map(|((from, _), (to, _))| [columns[*from], columns[*to]]);
    let mut used: Vec<usize> = ends.collect();
    used.sort_unstable();
    used.dedup();
    columns.iter().map(|column| used.binary_search(column).unwrap_or_default()).collect()
}

/// The tables of each column from the top. Those that nothing links to any other come last.
fn orders(columns: &[usize], links: &[Link]) -> Vec<Vec<usize>> {
    let is_linked = |table: usize| links.iter().any(|((from, _), (to, _))| *from == table || *to == table);
    let last = columns.iter().max().map_or(0, |last| last + 1);
    let mut orders: Vec<Vec<usize>> = Vec::new();
    let mut heights: Vec<f64> = vec![0.0; columns.len()];
    for column in 0..last {
        let mut tables: Vec<usize> =
            (0..columns.len()).filter(|at| columns[*at] == column && is_linked(*at)).collect();
        let mean = |table: usize| {
            let parents = links.iter().filter(|((from, _), (to, _))| *from == table && *to != table);
            let heights: Vec<f64> = parents.map(|(_, (to, _))| heights[*to]).collect();
            heights.iter().sum::<f64>() / heights.len().max(1) as f64
        };
        let means: BTreeMap<usize, f64> = tables.iter().map(|table| (*table, mean(*table))).collect();
        tables.sort_by(|a, b| means[a].total_cmp(&means[b]));
        for (at, table) in tables.iter().enumerate() {
            heights[*table] = (at as f64 + 0.5) / tables.len() as f64;
        }
        orders.push(tables);
    }
    let alone: Vec<usize> = (0..columns.len()).filter(|at| !is_linked(*at)).collect();
    orders.retain(|tables| !tables.is_empty());
    orders.extend(alone.chunks(TALL).map(<[usize]>::to_vec));
    orders
}

#[cfg(test)]
mod tests;
