//! One row's numbers as a generator: what `rand`, `rand_distr` and `fake` can draw from.
//!
//! A stream is a key and a counter. Take a new one for every row; how many numbers one row consumes then never
//! shifts another row.

use super::hash::{h1, h2};
use rand::rand_core::TryRng;
use std::convert::Infallible;

/// A cheap, copyable generator over `h1(key, 0), h1(key, 1), ...`.
#[derive(Clone, Debug)]
pub struct Stream {
    key: u64,
    counter: u64,
}

impl Stream {
    /// The numbers under a key.
    pub fn new(key: u64) -> Stream {
        Stream { key, counter: 0 }
    }

    /// The numbers of one row of a stream.
    pub fn of_row(key: u64, row: u64) -> Stream {
        Stream::new(h1(key, row))
    }

    /// The numbers of a row that has two ids.
    pub fn of_pair(key: u64, a: u64, b: u64) -> Stream {
        Stream::new(h2(key, a, b))
    }

    /// The next number; what `rand`'s `next_u64` gives, without the trait.
    #[inline(always)]
    pub fn draw(&mut self) -> u64 {
        let hash = h1(self.key, self.counter);
        self.counter += 1;
        hash
    }
}

impl TryRng for Stream {
    type Error = Infallible;

    #[inline(always)]
    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.draw() >> 32) as u32)
    }

    #[inline(always)]
    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.draw())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&self.draw().to_le_bytes()[..part.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fake::{Fake, faker::name::en::FirstName};
    use rand::RngExt;
    use rand_distr::{Distribution, Poisson};

    #[test]
    fn rand_and_its_distributions_draw_from_a_stream() {
        let mut stream = Stream::of_row(1, 2);
        let mean = (0..20_000).map(|_| stream.random_range(0..100)).sum::<i32>() as f64 / 20_000.0;
        assert!((mean - 49.5).abs() < 1.0, "{mean}");
        let poisson = Poisson::new(3.0).expect("3 is a mean");
        let mean = (0..20_000).map(|_| poisson.sample(&mut stream)).sum::<f64>() / 20_000.0;
        assert!((mean - 3.0).abs() < 0.1, "{mean}");
    }

    #[test]
    fn fake_says_the_same_name_for_the_same_row() {
        let name = |row| FirstName().fake_with_rng::<String, _>(&mut Stream::of_row(5, row));
        assert_eq!(name(1), name(1));
        assert!((0..20).any(|row| name(row) != name(row + 1)));
    }

    #[test]
    fn bytes_are_filled_to_any_length() {
        let mut bytes = [0; 11];
        Stream::of_pair(1, 2, 3).try_fill_bytes(&mut bytes).expect("infallible");
        assert!(bytes.iter().any(|&b| b != 0));
    }
}
