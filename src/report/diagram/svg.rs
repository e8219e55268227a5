//! The drawing of a diagram.

use std::fmt::Write;

use super::{Entity, HEAD, LINE, Layout, Line, Place, fit};
use crate::report::html::{escape, thousands};

/// The style of a drawing that stands alone.
const COLOURS: &str = include_str!("alone.css");
pub(in crate::report) const STYLE: &str = include_str!("erd.css");

/// The drawing for a page, which has the style.
pub fn drawing(entities: &[Entity]) -> String {
    svg(entities, "")
}

/// The drawing with its style: a file that any browser shows.
pub fn alone(entities: &[Entity]) -> String {
    svg(entities, &format!("<style>\n{COLOURS}{STYLE}</style>\n"))
}

fn svg(entities: &[Entity], style: &str) -> String {
    let layout = Layout::new(entities);
    let (width, height) = (layout.width.ceil(), layout.height.ceil());
    let title = match entities.len() {
        1 => "The table of the database".to_owned(),
        tables => format!("The {tables} tables and how they refer to each other"),
    };
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"erd\" role=\"img\" aria-labelledby=\"erd-title erd-desc\" \
         viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <title id=\"erd-title\">{title}</title>\n<desc id=\"erd-desc\">{}</desc>\n{style}",
        escape(&description(&layout))
    );
    for line in &layout.lines {
        path(&mut text, line, &layout);
    }
    for at in layout.in_order() {
        table(&mut text, &entities[at], &layout.boxes[at], &layout, at);
    }
    text.push_str("</svg>\n");
    text
}

/// What a drawing says, in words.
fn description(layout: &Layout<'_>) -> String {
    let mut sentences = Vec::new();
    for at in layout.in_order() {
        let parents: Vec<&str> = layout
            .lines
            .iter()
            .filter(|line| line.from == at)
            .map(|line| layout.entities[line.to].name.as_str())
            .collect();
        let name = &layout.entities[at].name;
        sentences.push(match parents.is_empty() {
            true => format!("{name} refers to no other table."),
            false => format!("{name} refers to {}.", parents.join(" and ")),
        });
    }
    sentences.join(" ")
}

fn path(text: &mut String, line: &Line, layout: &Layout<'_>) {
    let mut way = String::new();
    for (at, (x, y)) in line.corners.iter().enumerate() {
        let _ = write!(way, "{}{x:.0} {y:.1}", if at == 0 { 'M' } else { 'L' });
    }
    let (x, y) = line.corners[0];
    // The crow's foot at the many side; at the one, a bar, or a ring where there may be none.
    let foot = format!("M{x:.0} {:.1}L{:.0} {y:.1}L{x:.0} {:.1}", y - 5.0, x - 9.0, y + 5.0);
    let (end, height) = line.corners[line.corners.len() - 1];
    let side = if end > layout.boxes[line.to].x { 1.0 } else { -1.0 };
    let bar = end + 6.0 * side;
    let _ = writeln!(
        text,
        "<path class=\"link\" d=\"{way}{foot}M{bar:.0} {:.1}V{:.1}\"/>",
        height - 5.0,
        height + 5.0
    );
    if line.optional {
        let ring = end + 12.0 * side;
        let _ = writeln!(text, "<circle class=\"ring\" cx=\"{ring:.0}\" cy=\"{height:.1}\" r=\"3\"/>");
    }
}

fn table(text: &mut String, entity: &Entity, place: &Place, layout: &Layout<'_>, at: usize) {
    let Place { x, y, width, height, kinds, .. } = *place;
    let class = if entity.own { "table own" } else { "table" };
    let _ = writeln!(text, "<g class=\"{class}\">");
    let _ = writeln!(
        text,
        "<rect class=\"box\" x=\"{x:.0}\" y=\"{y:.1}\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"5\"/>\
         <path class=\"head\" d=\"M{x:.0} {:.1}v-{:.0}a5 5 0 0 1 5 -5h{:.0}a5 5 0 0 1 5 5v{:.0}z\"/>",
        y + HEAD - 3.0,
        HEAD - 8.0,
        width - 10.0,
        HEAD - 8.0,
    );
    let _ = writeln!(
        text,
        "<text class=\"name\" x=\"{:.0}\" y=\"{:.1}\">{}</text>",
        x + 9.0,
        y + 16.5,
        escape(&fit(&entity.name))
    );
    if let Some(rows) = entity.rows {
        let count = if rows == 1 { "1 row".to_owned() } else { format!("{} rows", thousands(rows)) };
        let _ = writeln!(
            text,
            "<text class=\"rows\" x=\"{:.0}\" y=\"{:.1}\">{count}</text>",
            x + width - 8.0,
            y + 16.5
        );
    }
    for (number, column) in entity.columns.iter().enumerate() {
        let middle = layout.row(at, number);
        let base = middle + LINE / 4.0;
        let mark = match (column.key, column.references.is_some()) {
            (true, true) => "PF",
            (true, false) => "PK",
            (false, true) => "FK",
            (false, false) => "",
        };
        if !mark.is_empty() {
            let _ = write!(text, "<text class=\"mark\" x=\"{:.0}\" y=\"{base:.1}\">{mark}</text>", x + 8.0);
        }
        let class = if column.key { "column key" } else { "column" };
        let _ = writeln!(
            text,
            "<text class=\"{class}\" x=\"{:.0}\" y=\"{base:.1}\">{}</text>\
             <text class=\"kind\" x=\"{kinds:.0}\" y=\"{base:.1}\">{}</text>",
            x + 30.0,
            escape(&fit(&column.name)),
            escape(&fit(&column.kind)),
        );
    }
    text.push_str("</g>\n");
}
