//! Pools: follows handed to the popular, by a curve that falls as a power of the place in the order of popularity.
//!
//! A pool with `m` out-stubs has as many in-stubs; a permutation matches them. The number of in-stubs of place `p` is
//! proportional to `(p + shift)^-5/4`, for the popular part of the users only. That exponent makes both directions of
//! the cumulative curve square roots and divisions, which IEEE 754 rounds the same everywhere, so no table is needed.

/// The part of the users who have in-stubs in a pool.
pub(super) const POPULAR_SHARE: f64 = 0.35;
/// The most popular has at most this part of all users as followers.
const TOP_SHARE: f64 = 0.35;
const GOLDEN_SECTION: f64 = 0.618_033_988_749_894_9;

/// In-stubs by place of popularity.
#[derive(Clone, Debug)]
pub(super) struct Popularity {
    stubs: u64,
    places: u64,
    shift: f64,
    start: f64,
    step: f64,
}

fn fourth_root(x: f64) -> f64 {
    1.0 / x.sqrt().sqrt()
}

impl Popularity {
    /// The curve of `stubs` in-stubs over a part of `users`.
    pub(super) fn new(stubs: u64, users: u64) -> Popularity {
        let places = ((POPULAR_SHARE * users as f64) as u64).max(2).min(users.max(1));
        let stubs_of_first = |shift: f64| {
            let whole = fourth_root(shift) - fourth_root(shift + places as f64);
            stubs as f64 * (fourth_root(shift) - fourth_root(shift + 1.0)) / whole
        };
        let cap = TOP_SHARE * users as f64;
        let (mut low, mut shift) = (1.0, 1.0);
        if stubs_of_first(1.0) > cap && stubs as f64 / places as f64 <= cap {
            while stubs_of_first(shift) > cap && shift < 1e12 {
                shift *= 2.0;
            }
            for _ in 0..60 {
                let middle = (low + shift) / 2.0;
                if stubs_of_first(middle) > cap {
                    low = middle;
                } else {
                    shift = middle;
                }
            }
        }
        let (start, end) = (fourth_root(shift), fourth_root(shift + places as f64));
        Popularity { stubs, places, shift, start, step: (start - end) / stubs.max(1) as f64 }
    }

    /// The number of in-stubs.
    pub(super) fn stubs(&self) -> u64 {
        self.stubs
    }

    /// The number of places that have in-stubs.
    pub(super) fn places(&self) -> u64 {
        self.places
    }

    /// Whether a place has in-stubs at all.
    pub(super) fn holds(&self, place: u64) -> bool {
        place < self.places
    }

    /// The place that holds an in-stub; never falls, since every operation rounds correctly.
    #[inline(always)]
    pub(super) fn find(&self, stub: u64) -> u64 {
        let y = self.start - (stub as i64 as f64 + 0.5) * self.step;
        let square = y * y;
        ((1.0 / (square * square) - self.shift).max(0.0) as i64 as u64).min(self.places - 1)
    }

    /// The first in-stub of a place: the exact inverse of [`Popularity::find`], found from a good guess.
    pub(super) fn first(&self, place: u64) -> u64 {
        if place == 0 {
            return 0;
        }
        if place >= self.places {
            return self.stubs;
        }
        let guess = (self.start - fourth_root(place as f64 + self.shift)) / self.step - 0.5;
        let mut stub = (guess.max(0.0) as u64).min(self.stubs);
        while stub > 0 && self.find(stub - 1) >= place {
            stub -= 1;
        }
        while stub < self.stubs && self.find(stub) < place {
            stub += 1;
        }
        stub
    }

    /// The expected number of in-stubs of a place, smooth.
    pub(super) fn mean(&self, place: u64) -> f64 {
        if place >= self.places {
            return 0.0;
        }
        let p = place as f64 + self.shift;
        (fourth_root(p) - fourth_root(p + 1.0)) / self.step
    }
}

/// The order of popularity inside a topic: steps of about the golden section, so that no activity is preferred. The
/// positions behind a first part of them come last.
#[derive(Clone, Debug)]
pub(super) struct TopicOrder {
    /// The length of that part.
    size: u64,
    stride: u64,
    inverse: u64,
}

impl TopicOrder {
    pub(super) fn new(size: u64) -> TopicOrder {
        let mut stride = ((size as f64 * GOLDEN_SECTION) as u64).max(1);
        while gcd(stride, size) != 1 {
            stride += 1;
        }
        TopicOrder { size, stride, inverse: inverse(stride, size) }
    }

    /// The position of a place of popularity in the part.
    #[inline(always)]
    pub(super) fn position(&self, place: u64) -> u64 {
        place * self.stride % self.size
    }

    /// The place of popularity of a position.
    #[inline(always)]
    pub(super) fn place(&self, position: u64) -> u64 {
        match position < self.size {
            true => position * self.inverse % self.size,
            false => position,
        }
    }
}

fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The number that undoes a multiplication by `a`, modulo `m`; the two have no common divisor.
fn inverse(a: u64, m: u64) -> u64 {
    let (mut t, mut next_t, mut r, mut next_r) = (0i64, 1i64, m as i64, a as i64);
    while next_r != 0 {
        let quotient = r / next_r;
        (t, next_t) = (next_t, t - quotient * next_t);
        (r, next_r) = (next_r, r - quotient * next_r);
    }
    t.rem_euclid(m as i64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_is_the_exact_inverse_of_find() {
        for (stubs, users) in [(10, 7), (5000, 300), (700_000, 20_000)] {
            let curve = Popularity::new(stubs, users);
            for place in 0..curve.places {
                let (a, b) = (curve.first(place), curve.first(place + 1));
                assert!((a..b).all(|stub| curve.find(stub) == place), "place {place} of {users}");
            }
            assert_eq!(curve.first(curve.places), stubs);
        }
    }

    #[test]
    fn the_most_popular_is_capped() {
        for users in [1000u64, 100_000] {
            let curve = Popularity::new(users * 40, users);
            assert!(curve.first(1) as f64 <= 0.3501 * users as f64);
            assert!((curve.mean(0) - curve.first(1) as f64).abs() < 2.0);
        }
    }

    #[test]
    fn orders_inside_a_topic_come_back() {
        for size in [1, 2, 3, 97, 1500, 1 << 20] {
            let order = TopicOrder::new(size);
            assert!((0..size).all(|p| order.place(order.position(p)) == p), "{size}");
            assert_eq!(order.place(size + 5), size + 5);
        }
    }
}
