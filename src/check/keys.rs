//! Maps stored keys to places in an array, and finds values that occur more than once.

/// The keys of a table. Keys without gaps, as they are generated, take no memory.
#[derive(Debug, Default)]
pub(crate) struct Keys {
    first: i64,
    count: usize,
    /// Keys and their places, once there was a gap; sorted by [`Keys::seal`].
    scattered: Option<Vec<(i64, u32)>>,
}

impl Keys {
    /// The place of the next key: places count from 0 in the order of reading.
    pub fn push(&mut self, key: i64) {
        if self.count == 0 {
            self.first = key;
        }
        let place = self.count as u32;
        if self.scattered.is_none() && key != self.first + self.count as i64 {
            self.scattered = Some((0..place).map(|i| (self.first + i64::from(i), i)).collect());
        }
        if let Some(scattered) = &mut self.scattered {
            scattered.push((key, place));
        }
        self.count += 1;
    }

    /// Call when all keys have been added. Returns those that occur more than once.
    pub fn seal(&mut self) -> Vec<i64> {
        let Some(scattered) = &mut self.scattered else { return Vec::new() };
        scattered.sort_unstable();
        scattered.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[0].0).collect()
    }

    #[inline]
    pub fn place(&self, key: i64) -> Option<usize> {
        match &self.scattered {
            None => {
                let place = key.wrapping_sub(self.first);
                (place >= 0 && (place as usize) < self.count).then_some(place as usize)
            }
            Some(scattered) => {
                let at = scattered.binary_search_by_key(&key, |&(key, _)| key).ok()?;
                Some(scattered[at].1 as usize)
            }
        }
    }

    pub fn len(&self) -> usize {
        self.count
    }
}

/// Finds repeated texts by their 64-bit hashes: eight bytes per text, whatever its length. With a
/// hundred million texts, the chance that two different ones share a hash is one in several thousand.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    hashes: Vec<u64>,
}

impl Texts {
    pub fn push(&mut self, text: &str) {
        self.hashes.push(hash(text.bytes()));
    }

    /// Adds a text, ignoring case.
    pub fn push_ignoring_case(&mut self, text: &str) {
        if text.is_ascii() {
            self.hashes.push(hash(text.bytes().map(|b| b.to_ascii_lowercase())));
        } else {
            self.hashes.push(hash(text.to_lowercase().bytes()));
        }
    }

    /// How many texts had occurred before.
    pub fn repeated(mut self) -> u64 {
        self.hashes.sort_unstable();
        self.hashes.windows(2).filter(|pair| pair[0] == pair[1]).count() as u64
    }

    pub fn len(&self) -> usize {
        self.hashes.len()
    }
}

/// Hashes a text: FNV-1a, finished by a multiplication that reaches the low bits.
pub(crate) fn hash(bytes: impl Iterator<Item = u8>) -> u64 {
    let hash = bytes
        .fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01B3));
    let product = u128::from(hash ^ 0x9E37_79B9_7F4A_7C15) * 0xD6E8_FEB8_6659_FD93;
    product as u64 ^ (product >> 64) as u64
}

/// Counts repeated pairs as long as pairs ascend, as they are generated and as an index gives them.
#[derive(Debug)]
pub(crate) struct Pairs {
    last: Option<(i64, i64)>,
    repeated: u64,
    ascending: bool,
}

impl Default for Pairs {
    fn default() -> Self {
        Pairs { last: None, repeated: 0, ascending: true }
    }
}

impl Pairs {
    #[inline]
    pub fn push(&mut self, pair: (i64, i64)) {
        if let Some(last) = self.last {
            self.repeated += u64::from(last == pair);
            self.ascending &= last <= pair;
        }
        self.last = Some(pair);
    }

    /// How many pairs had occurred before; `None` if their order does not show it.
    pub fn repeated(&self) -> Option<u64> {
        self.ascending.then_some(self.repeated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_found_with_and_without_gaps() {
        for keys in [vec![5, 6, 7], vec![5, 7, 9], vec![9, 5, 7], vec![]] {
            let mut places = Keys::default();
            keys.iter().for_each(|&key| places.push(key));
            assert!(places.seal().is_empty());
            for key in 0..12 {
                assert_eq!(places.place(key), keys.iter().position(|&k| k == key), "{key} of {keys:?}");
            }
        }
    }

    #[test]
    fn a_key_that_stands_twice_is_told() {
        let mut keys = Keys::default();
        [1, 2, 3, 2, 4].into_iter().for_each(|key| keys.push(key));
        assert_eq!(keys.seal(), [2]);
    }

    #[test]
    fn names_in_another_case_are_the_same() {
        let mut texts = Texts::default();
        ["Anna", "anna", "ANNA", "Ärger", "ärger", "other"]
            .into_iter()
            .for_each(|t| texts.push_ignoring_case(t));
        assert_eq!(texts.repeated(), 3);
    }

    #[test]
    fn pairs_tell_whether_they_ascend() {
        let mut pairs = Pairs::default();
        [(1, 1), (1, 2), (1, 2), (2, 1)].into_iter().for_each(|pair| pairs.push(pair));
        assert_eq!(pairs.repeated(), Some(1));
        pairs.push((1, 5));
        assert_eq!(pairs.repeated(), None);
    }
}
