//! The scale of an axis: where a value is, and which values are named.

use crate::report::html::{short, span};

/// How values are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Units {
    Numbers,
    Shares,
    Seconds,
    Years,
    /// A name for each step of one.
    Names,
}

/// An axis with its label.
#[derive(Clone, Debug)]
pub struct Axis {
    pub label: String,
    pub from: f64,
    pub to: f64,
    is_log: bool,
    units: Units,
    names: Vec<String>,
}

impl Axis {
    pub fn linear(label: &str, from: f64, to: f64) -> Axis {
        let to = if to > from { to } else { from + 1.0 };
        Axis { label: label.to_owned(), from, to, is_log: false, units: Units::Numbers, names: Vec::new() }
    }

    /// From a power of ten to a power of ten.
    pub fn log(label: &str, from: f64, to: f64) -> Axis {
        let from = 10_f64.powf((from.max(1e-12).log10() + 1e-9).floor());
        let to = 10_f64.powf((to.max(from * 2.0).log10() - 1e-9).ceil()).max(from * 10.0);
        Axis { label: label.to_owned(), from, to, is_log: true, units: Units::Numbers, names: Vec::new() }
    }

    /// A logarithmic axis with just these ends.
    pub fn log_within(label: &str, from: f64, to: f64) -> Axis {
        Axis {
            label: label.to_owned(),
            from,
            to: to.max(from * 2.0),
            is_log: true,
            units: Units::Numbers,
            names: Vec::new(),
        }
    }

    /// A place of width one for each name.
    pub fn named(label: &str, names: Vec<&str>) -> Axis {
        let to = names.len().max(1) as f64;
        let names = names.into_iter().map(str::to_owned).collect();
        Axis { units: Units::Names, names, ..Axis::linear(label, 0.0, to) }
    }

    pub fn shares(self) -> Axis {
        Axis { units: Units::Shares, ..self }
    }

    pub fn seconds(self) -> Axis {
        Axis { units: Units::Seconds, ..self }
    }

    pub fn years(self) -> Axis {
        Axis { units: Units::Years, ..self }
    }

    pub fn holds(&self, value: f64) -> bool {
        value.is_finite() && value >= self.from * (1.0 - 1e-9) && value <= self.to * (1.0 + 1e-9)
    }

    /// From 0 to 1.
    pub fn place(&self, value: f64) -> f64 {
        match self.is_log {
            true => (value / self.from).ln() / (self.to / self.from).ln(),
            false => (value - self.from) / (self.to - self.from),
        }
    }

    /// The values that are named, with their names.
    pub fn ticks(&self) -> Vec<(f64, String)> {
        if self.units == Units::Names {
            return self
                .names
                .iter()
                .zip(0_u32..)
                .map(|(name, at)| (f64::from(at) + 0.5, name.clone()))
                .collect();
        }
        let values = match (self.is_log, self.units) {
            (_, Units::Seconds) => {
                [10.0, 60.0, 600.0, 3600.0, 21_600.0, 86_400.0, 604_800.0, 2_592_000.0].to_vec()
            }
            (true, _) => self.powers(),
            (false, Units::Years) => self.multiples(self.step(9.0).max(1.0)),
            (false, _) => self.multiples(self.step(5.0)),
        };
        let name = |value: f64| match self.units {
            Units::Numbers | Units::Names => short_tick(value),
            Units::Shares => round_percent(value),
            Units::Seconds => span(value),
            Units::Years => format!("{value:.0}"),
        };
        values.into_iter().filter(|value| self.holds(*value)).map(|value| (value, name(value))).collect()
    }

    /// Powers of ten; not all of them where they are many.
    fn powers(&self) -> Vec<f64> {
        let (first, last) = (self.from.log10().round() as i32, self.to.log10().ceil() as i32);
        let step = ((last - first) / 6 + 1) as usize;
        (first..=last).step_by(step).map(|power| 10_f64.powi(power)).collect()
    }

    /// 1, 2 or 5 times a power of ten, so that there are about so many ticks.
    fn step(&self, ticks: f64) -> f64 {
        let rough = (self.to - self.from) / ticks;
        let power = 10_f64.powf(rough.log10().floor());
        match rough / power {
            ..1.5 => power,
            1.5..3.5 => 2.0 * power,
            3.5..7.5 => 5.0 * power,
            _ => 10.0 * power,
        }
    }

    fn multiples(&self, step: f64) -> Vec<f64> {
        let first = (self.from / step - 1e-9).ceil();
        let count = ((self.to - first * step) / step + 1e-9).floor().clamp(0.0, 50.0) as usize;
        (0..=count).map(|at| (first + at as f64) * step).collect()
    }
}

/// A round share: `20 %`, `0.01 %`.
fn round_percent(share: f64) -> String {
    let text = format!("{:.10}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}

/// `1M` for a million: ticks have little room.
fn short_tick(value: f64) -> String {
    match value {
        1e9.. => format!("{} G", short(value / 1e9)),
        1e6.. => format!("{} M", short(value / 1e6)),
        1e4.. => format!("{} k", short(value / 1e3)),
        _ => short(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_within_the_axis() {
        let names = |axis: Axis| axis.ticks().into_iter().map(|(_, name)| name).collect::<Vec<_>>();
        assert_eq!(names(Axis::log("", 1.0, 5000.0)), ["1", "10", "100", "1,000", "10 k"]);
        assert_eq!(
            names(Axis::linear("", 0.0, 1.0).shares()),
            ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]
        );
        assert_eq!(names(Axis::linear("", 0.0, 42.0)), ["0", "10", "20", "30", "40"]);
        assert_eq!(names(Axis::linear("", 2010.5, 2014.0).years()), ["2011", "2012", "2013", "2014"]);
        assert_eq!(names(Axis::log("", 0.0003, 1.0).shares()), ["0.01 %", "0.1 %", "1 %", "10 %", "100 %"]);
        let seconds = Axis::log_within("", 10.0, 700_000.0).seconds();
        assert_eq!(names(seconds), ["10 s", "1 min", "10 min", "1 h", "6 h", "1 d", "7 d"]);
    }

    #[test]
    fn an_axis_of_nothing_has_a_length() {
        for axis in [Axis::linear("", 0.0, 0.0), Axis::log("", 1.0, 1.0), Axis::log("", 0.0, 0.0)] {
            assert!(axis.to > axis.from && axis.place(axis.to).is_finite());
        }
    }
}
