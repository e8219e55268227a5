//! Charts as SVG: axes that are linear or logarithmic, lines, dots, bars and rules. What tells two series apart is their
//! shape as well as their colour, and every chart has a title and a description.

mod axis;
mod heat;

use std::fmt::Write;

use super::html::escape;
use super::measure::Point;
pub use axis::Axis;
pub use heat::{DAYS, heat_map};

const WIDTH: f64 = 460.0;
const HEIGHT: f64 = 296.0;
const LEFT: f64 = 54.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 46.0;

/// Which of two series a mark belongs to; the second is drawn in dashes, hollow or hatched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Series {
    First,
    Second,
    Third,
}

impl Series {
    fn class(self) -> &'static str {
        match self {
            Series::First => "one",
            Series::Second => "two",
            Series::Third => "three",
        }
    }
}

/// A chart, mark by mark.
pub struct Chart {
    id: &'static str,
    title: String,
    description: String,
    x: Axis,
    y: Axis,
    marks: String,
    legend: Vec<(Series, bool, String)>,
}

impl Chart {
    pub fn new(id: &'static str, title: &str, description: &str, x: Axis, y: Axis) -> Chart {
        let (title, description) = (title.to_owned(), description.to_owned());
        Chart { id, title, description, x, y, marks: String::new(), legend: Vec::new() }
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + self.x.place(value) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - self.y.place(value) * (HEIGHT - TOP - BOTTOM)
    }

    /// A line through points, with a dot at each if they are few.
    pub fn line(mut self, points: &[Point], series: Series, name: &str) -> Chart {
        let shown: Vec<&Point> = points.iter().filter(|point| self.holds(point)).collect();
        let mut way = String::new();
        for (at, point) in shown.iter().enumerate() {
            let _ = write!(
                way,
                "{}{:.1} {:.1}",
                if at == 0 { 'M' } else { 'L' },
                self.x(point.x),
                self.y(point.y)
            );
        }
        let _ = writeln!(self.marks, "<path class=\"line {}\" d=\"{way}\"/>", series.class());
        self.legend.push((series, true, name.to_owned()));
        self
    }

    /// A dot at each point: filled, hollow, or a cross.
    pub fn dots(mut self, points: &[Point], series: Series, name: &str) -> Chart {
        let mut marks = String::new();
        for point in points.iter().filter(|point| self.holds(point)) {
            marks += &dot(self.x(point.x), self.y(point.y), series);
        }
        self.marks += &marks;
        self.legend.push((series, false, name.to_owned()));
        self
    }

    /// Bars from the bottom: where each begins and ends, and how high it is.
    pub fn bars(mut self, bars: &[(f64, f64, f64)], series: Series) -> Chart {
        for (from, to, height) in bars {
            let (left, right, top) = (self.x(*from), self.x(*to), self.y(*height));
            let tall = HEIGHT - BOTTOM - top;
            let wide = (right - left - 1.5).max(0.8);
            let class = series.class();
            let left = left + 0.75;
            let _ = writeln!(
                self.marks,
                "<rect class=\"bar {class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{tall:.1}\"/>"
            );
        }
        self
    }

    /// A published value as an upright line with its name, at the right of its lower end or at the left of its upper one.
    pub fn rule(mut self, at: f64, name: &str, is_low: bool) -> Chart {
        if !self.x.holds(at) {
            return self;
        }
        let x = self.x(at);
        let (anchor, beside, y) = match is_low {
            true => ("start", x + 4.0, HEIGHT - BOTTOM - 6.0),
            false => ("end", x - 4.0, TOP + 10.0),
        };
        let _ = writeln!(
            self.marks,
            "<path class=\"rule\" d=\"M{x:.1} {TOP}V{:.1}\"/>\
             <text class=\"note\" text-anchor=\"{anchor}\" x=\"{beside:.1}\" y=\"{y:.1}\">{}</text>",
            HEIGHT - BOTTOM,
            escape(name)
        );
        self
    }

    /// A published range of the upright axis as a band across the chart.
    pub fn band(mut self, from: f64, to: f64, name: &str) -> Chart {
        let (top, bottom) = (self.y(to.min(self.y.to)), self.y(from.max(self.y.from)));
        let (left, wide, tall) = (LEFT, WIDTH - LEFT - RIGHT, bottom - top);
        let text = format!(
            "<rect class=\"band\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{tall:.1}\"/>\
             <text class=\"note\" text-anchor=\"end\" x=\"{:.1}\" y=\"{:.1}\">{}</text>\n",
            WIDTH - RIGHT - 4.0,
            top + 11.0,
            escape(name)
        );
        // Behind everything else.
        self.marks.insert_str(0, &text);
        self
    }

    fn holds(&self, point: &Point) -> bool {
        self.x.holds(point.x) && self.y.holds(point.y)
    }

    pub fn draw(&self) -> String {
        let Chart { id, title, description, .. } = self;
        let mut text = opening(id, title, description, (WIDTH, HEIGHT + self.legend_height()));
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        for (value, label) in self.y.ticks() {
            let y = self.y(value);
            let _ = writeln!(
                text,
                "<path class=\"grid\" d=\"M{LEFT} {y:.1}H{right}\"/>\
                 <text class=\"tick\" text-anchor=\"end\" x=\"{}\" y=\"{:.1}\">{label}</text>",
                LEFT - 6.0,
                y + 4.0
            );
        }
        for (value, label) in self.x.ticks() {
            let x = self.x(value);
            let _ = writeln!(
                text,
                "<path class=\"grid\" d=\"M{x:.1} {TOP}V{}\"/>\
                 <text class=\"tick\" text-anchor=\"middle\" x=\"{x:.1}\" y=\"{}\">{}</text>",
                bottom + 4.0,
                bottom + 17.0,
                escape(&label)
            );
        }
        let _ = writeln!(text, "<path class=\"axis\" d=\"M{LEFT} {TOP}V{bottom}H{right}\"/>");
        text += &self.marks;
        let _ = writeln!(
            text,
            "<text class=\"label\" text-anchor=\"middle\" x=\"{:.0}\" y=\"{:.0}\">{}</text>\
             <text class=\"label\" x=\"4\" y=\"13\">{}</text>",
            (LEFT + right) / 2.0,
            HEIGHT - 9.0,
            escape(&self.x.label),
            escape(&self.y.label),
        );
        self.write_legend(&mut text);
        text + "</svg>\n"
    }

    fn legend_height(&self) -> f64 {
        if self.legend.len() < 2 { 0.0 } else { 20.0 * self.legend.len().div_ceil(2) as f64 }
    }

    /// Two names a line, below the chart.
    fn write_legend(&self, text: &mut String) {
        if self.legend.len() < 2 {
            return;
        }
        for (at, (series, is_line, name)) in self.legend.iter().enumerate() {
            let x = LEFT + if at % 2 == 0 { 0.0 } else { (WIDTH - LEFT) / 2.0 };
            let y = HEIGHT + 8.0 + 20.0 * (at / 2) as f64;
            *text += &match is_line {
                true => format!("<path class=\"line {}\" d=\"M{x:.0} {y:.0}h22\"/>", series.class()),
                false => dot(x + 11.0, y, *series),
            };
            let _ = writeln!(
                text,
                "<text class=\"tick\" x=\"{:.0}\" y=\"{:.0}\">{}</text>",
                x + 28.0,
                y + 4.0,
                escape(name)
            );
        }
    }
}

fn dot(x: f64, y: f64, series: Series) -> String {
    match series {
        Series::First => format!("<circle class=\"dot one\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.2\"/>\n"),
        Series::Second => {
            format!(
                "<rect class=\"dot two\" x=\"{:.1}\" y=\"{:.1}\" width=\"6\" height=\"6\"/>\n",
                x - 3.0,
                y - 3.0
            )
        }
        Series::Third => {
            let (left, top) = (x - 3.5, y - 3.5);
            format!("<path class=\"dot three\" d=\"M{left:.1} {top:.1}l7 7m-7 0l7 -7\"/>\n")
        }
    }
}

/// The opening of a drawing that is read aloud by its title and its description.
fn opening(id: &str, title: &str, description: &str, (width, height): (f64, f64)) -> String {
    format!(
        "<svg class=\"chart\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\" viewBox=\"0 0 {width} {height}\">\n\
         <title id=\"{id}-title\">{}</title>\n<desc id=\"{id}-desc\">{}</desc>\n",
        escape(title),
        escape(description)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_outside_of_the_axes_are_not_drawn() {
        let (x, y) = (Axis::log("x", 1.0, 100.0), Axis::log("y", 0.001, 1.0));
        let points = [(1.0, 1.0), (10.0, 0.1), (100.0, 0.0), (1000.0, 0.01)].map(|(x, y)| Point { x, y });
        let svg = Chart::new("c", "A title", "1 < 2", x, y).dots(&points, Series::First, "one").draw();
        assert_eq!(svg.matches("<circle").count(), 2);
        assert!(svg.contains("<title id=\"c-title\">A title</title>"));
        assert!(svg.contains("1 &lt; 2") && !svg.contains("NaN") && !svg.contains("inf"));
    }

    #[test]
    fn two_series_have_a_legend() {
        let axes = || (Axis::linear("x", 0.0, 10.0), Axis::linear("y", 0.0, 1.0));
        let points = [Point { x: 1.0, y: 0.5 }];
        let (x, y) = axes();
        let svg = Chart::new("c", "t", "d", x, y).line(&points, Series::First, "first").draw();
        assert!(!svg.contains("first"));
        let (x, y) = axes();
        let chart = Chart::new("c", "t", "d", x, y).line(&points, Series::First, "first");
        let svg = chart.dots(&points, Series::Second, "second").draw();
        assert!(svg.contains(">first<") && svg.contains(">second<"));
    }
}
