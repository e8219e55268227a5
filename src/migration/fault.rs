//! A test aid: kills or delays the process between two statements of a migration.
//!
//! `INSTASEED_FAULT=migrate:after-statement:3` aborts after the third statement has run but before it is
//! recorded; `migrate:after-record:3` aborts right after the record; `migrate:pause:50` sleeps 50 ms
//! after each statement, so that a test can kill a running migration. `@VERSION` after the number limits
//! it to one migration. Without the variable nothing happens; with it, nothing worse than a power cut.

use std::time::Duration;

const VARIABLE: &str = "INSTASEED_FAULT";

/// Where a run must break.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Fault {
    point: Option<Point>,
    version: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Point {
    AfterStatement(usize),
    AfterRecord(usize),
    Pause(Duration),
}

impl Fault {
    pub(crate) fn from_environment() -> Self {
        std::env::var(VARIABLE).ok().and_then(|value| Self::parse(&value)).unwrap_or_default()
    }

    fn parse(value: &str) -> Option<Self> {
        let rest = value.strip_prefix("migrate:")?;
        let (rest, version) = match rest.split_once('@') {
            Some((rest, version)) => (rest, Some(version.to_owned())),
            None => (rest, None),
        };
        let (kind, number) = rest.split_once(':')?;
        let number: usize = number.parse().ok()?;
        let point = match kind {
            "after-statement" => Point::AfterStatement(number),
            "after-record" => Point::AfterRecord(number),
            "pause" => Point::Pause(Duration::from_millis(number as u64)),
            _ => return None,
        };
        Some(Self { point: Some(point), version })
    }

    fn concerns(&self, version: &str) -> bool {
        self.version.as_deref().is_none_or(|wanted| wanted == version)
    }

    /// Call with the number of a statement (from 1) that has just run.
    pub(crate) fn after_statement(&self, version: &str, number: usize) {
        match self.point {
            Some(Point::AfterStatement(wanted)) if wanted == number && self.concerns(version) => {
                std::process::abort()
            }
            Some(Point::Pause(pause)) if self.concerns(version) => std::thread::sleep(pause),
            _ => {}
        }
    }

    /// Call with the number of a statement that has just been recorded.
    pub(crate) fn after_record(&self, version: &str, number: usize) {
        if self.point == Some(Point::AfterRecord(number)) && self.concerns(version) {
            std::process::abort();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_its_point_and_its_version() {
        let fault = Fault::parse("migrate:after-record:3@2026").expect("parses");
        assert_eq!(fault.point, Some(Point::AfterRecord(3)));
        assert!(fault.concerns("2026") && !fault.concerns("2027"));
        assert_eq!(Fault::parse("migrate:whenever:3"), None);
        assert_eq!(Fault::parse("seed:after-record:3"), None);
    }
}
