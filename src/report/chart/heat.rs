//! Hours of the week as a map: the area of a square grows with what happened in the hour, so that it can be read without colour.

use std::fmt::Write;

use super::opening;

const CELL: f64 = 16.0;
const LEFT: f64 = 40.0;
const TOP: f64 = 8.0;
pub const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// The map of a week, Monday first.
pub fn heat_map(id: &str, title: &str, description: &str, week: &[[u64; 24]; 7]) -> String {
    let (width, height) = (LEFT + 24.0 * CELL + 12.0, TOP + 7.0 * CELL + 40.0);
    let mut text = opening(id, title, description, (width, height));
    let most = week.iter().flatten().copied().max().unwrap_or_default().max(1);
    for (day, hours) in week.iter().enumerate() {
        let y = TOP + CELL * day as f64;
        let _ = writeln!(
            text,
            "<text class=\"tick\" text-anchor=\"end\" x=\"{}\" y=\"{:.1}\">{}</text>",
            LEFT - 6.0,
            y + 12.0,
            DAYS[day]
        );
        for (hour, count) in hours.iter().enumerate() {
            let share = *count as f64 / most as f64;
            let side = (CELL - 1.5) * share.sqrt();
            let inset = (CELL - side) / 2.0;
            let x = LEFT + CELL * hour as f64 + inset;
            let _ = write!(
                text,
                "<rect class=\"heat\" x=\"{x:.1}\" y=\"{:.1}\" width=\"{side:.1}\" height=\"{side:.1}\" rx=\"2\"/>",
                y + inset
            );
        }
        text.push('\n');
    }
    for hour in (0..24).step_by(3) {
        let x = LEFT + CELL * (f64::from(hour) + 0.5);
        let y = TOP + 7.0 * CELL + 14.0;
        let _ = writeln!(
            text,
            "<text class=\"tick\" text-anchor=\"middle\" x=\"{x:.1}\" y=\"{y:.1}\">{hour}</text>"
        );
    }
    let (x, y) = (LEFT + 12.0 * CELL, TOP + 7.0 * CELL + 33.0);
    let _ = writeln!(
        text,
        "<text class=\"label\" text-anchor=\"middle\" x=\"{x:.1}\" y=\"{y:.1}\">hour of the day, UTC</text>"
    );
    text + "</svg>\n"
}
