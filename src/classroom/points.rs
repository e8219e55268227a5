//! Points in hundredths, so sums are exact in any order.

use serde::{Serialize, Serializer};

/// A number of points with at most two decimals.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Points(u64);

impl Points {
    pub fn whole(points: u32) -> Points {
        Points(u64::from(points) * 100)
    }

    /// The nearest number of hundredths; `None` if it is negative or not a number of points.
    pub fn of(points: f64) -> Option<Points> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was compared")]
        (0.0..=1e9).contains(&points).then(|| Points((points * 100.0).round() as u64))
    }

    /// This share of the points, between none and all.
    pub fn part(self, share: f64) -> Points {
        #[expect(clippy::cast_precision_loss, reason = "points are far below 2^53")]
        Points::of(self.0 as f64 / 100.0 * share.clamp(0.0, 1.0)).unwrap_or_default()
    }

    pub fn hundredths(self) -> u64 {
        self.0
    }

    pub fn is_whole(self) -> bool {
        self.0.is_multiple_of(100)
    }

    /// From 0 to 1; 1 if there are no points to get.
    pub fn share_of(self, most: Points) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "points are far below 2^53")]
        if most.0 == 0 { 1.0 } else { self.0 as f64 / most.0 as f64 }
    }
}

impl std::iter::Sum for Points {
    fn sum<I: Iterator<Item = Points>>(points: I) -> Points {
        Points(points.map(|one| one.0).sum())
    }
}

impl std::fmt::Display for Points {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, rest) = (self.0 / 100, self.0 % 100);
        match (rest, rest.is_multiple_of(10)) {
            (0, _) => write!(f, "{whole}"),
            (_, true) => write!(f, "{whole}.{}", rest / 10),
            (_, false) => write!(f, "{whole}.{rest:02}"),
        }
    }
}

impl Serialize for Points {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_precision_loss, reason = "points are far below 2^53")]
        match self.is_whole() {
            true => serializer.serialize_u64(self.0 / 100),
            false => serializer.serialize_f64(self.0 as f64 / 100.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Points;

    #[test]
    fn points_are_written_without_needless_zeros() {
        let texts =
            [0.0, 10.0, 2.5, 3.33, 0.05].map(|points| Points::of(points).expect("points").to_string());
        assert_eq!(texts, ["0", "10", "2.5", "3.33", "0.05"]);
        let json = serde_json::to_string(&[Points::whole(10), Points(250), Points(333)]).expect("json");
        assert_eq!(json, "[10,2.5,3.33]");
        assert_eq!(Points::of(-1.0), None);
        assert_eq!(Points::of(f64::NAN), None);
    }

    #[test]
    fn parts_add_up_to_no_more_than_the_whole() {
        assert_eq!(Points::whole(10).part(0.6), Points(600));
        assert_eq!(Points::whole(10).part(1.0), Points::whole(10));
        assert_eq!(Points::whole(10).part(7.0), Points::whole(10));
        assert_eq!([Points::whole(1), Points(50)].into_iter().sum::<Points>(), Points(150));
        assert!((Points(150).share_of(Points(300)) - 0.5).abs() < 1e-12);
    }
}
