//! The counter hash: a row's numbers depend on (seed, stream, ids) and on nothing else.
//!
//! A room makes its keys once (`key(seed, stream("follow.time"))`) and hashes rows with `h1` and `h2`, two 64 x 64
//! multiplies each. The constants are part of the promise of determinism: to change one is to change every data set.

const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;
const ODD: u64 = 0xD6E8_FEB8_6659_FD93;
const SPREAD: u64 = 0xA076_1D64_78BD_642F;

/// The number of a stream by its name, hashed at compile time when used in a `const`.
pub const fn stream(name: &str) -> u64 {
    let bytes = name.as_bytes();
    let mut hash = 0xCBF2_9CE4_8422_2325u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0000_0100_0000_01B3);
        i += 1;
    }
    mix(hash)
}

/// Scatters one word over all 64 bits; for set-up, where it is met once.
pub const fn mix(x: u64) -> u64 {
    let x = x.wrapping_add(GOLDEN);
    let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

/// The key of a stream under a seed.
pub const fn key(seed: u64, stream: u64) -> u64 {
    mix(mix(seed) ^ stream.wrapping_mul(ODD))
}

/// The key of one member of a family of streams: a topic, a cohort, an epoch.
pub const fn subkey(key: u64, member: u64) -> u64 {
    mix(key ^ mix(member))
}

/// Folded multiply: the high and the low half of a 128-bit product, xored.
#[inline(always)]
pub const fn mum(a: u64, b: u64) -> u64 {
    let product = a as u128 * b as u128;
    product as u64 ^ (product >> 64) as u64
}

/// Multiplies, and folds the two halves of the product by a second multiply: neither is fixed, so no bit leans.
#[inline(always)]
const fn twice(a: u64, b: u64, key: u64) -> u64 {
    let product = a as u128 * b as u128;
    mum(product as u64 ^ SPREAD, (product >> 64) as u64 ^ key ^ GOLDEN)
}

/// Hash of one id.
#[inline(always)]
pub const fn h1(key: u64, a: u64) -> u64 {
    twice(a ^ key, ODD, key)
}

/// Hash of two ids, in this order.
#[inline(always)]
pub const fn h2(key: u64, a: u64, b: u64) -> u64 {
    twice(a ^ key, b.wrapping_add(ODD), key)
}

/// A number in `0..m` from the upper half of a hash; `m` at most 2^32.
#[inline(always)]
pub const fn scale32(hash: u64, m: u64) -> u64 {
    ((hash >> 32) * m) >> 32
}

/// A number in `0..m` from a whole hash, for ranges beyond 2^32.
#[inline(always)]
pub const fn scale64(hash: u64, m: u64) -> u64 {
    ((hash as u128 * m as u128) >> 64) as u64
}

/// Whether an event of probability `threshold` / 2^32 happens, by the upper half of a hash.
#[inline(always)]
pub const fn chance(hash: u64, threshold: u64) -> bool {
    hash >> 32 < threshold
}

/// The threshold for [`chance`] of a probability.
#[inline(always)]
pub const fn threshold(probability: f64) -> u64 {
    (probability.clamp(0.0, 1.0) * 4_294_967_296.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_never_change() {
        assert_eq!(stream(""), 0xC381_7C01_6BA4_FF30);
        assert_eq!(key(1, stream("user.rank")), 0xFAF0_46B3_7014_1A09);
        assert_eq!(h1(key(1, stream("user.rank")), 7), 0x7C33_0AB7_AD78_2014);
        assert_eq!(h2(key(1, stream("user.rank")), 7, 9), 0xF0A5_B099_9AEC_96D4);
    }

    #[test]
    fn every_output_bit_is_set_half_of_the_time() {
        let k = key(3, stream("test"));
        type Hash = fn(u64, u64) -> u64;
        for (name, hash) in [("h1", h1 as Hash), ("h2 a", |k, i| h2(k, i, 5)), ("h2 b", |k, i| h2(k, 5, i))] {
            let mut ones = [0i64; 64];
            for i in 0..40_000u64 {
                let h = hash(k, i);
                for (bit, one) in ones.iter_mut().enumerate() {
                    *one += (h >> bit & 1) as i64;
                }
            }
            for (bit, one) in ones.iter().enumerate() {
                assert!((one - 20_000).abs() < 450, "{name}: bit {bit} is set {one} times of 40,000");
            }
        }
    }

    #[test]
    fn scaled_numbers_fill_their_range_evenly() {
        let k = key(4, stream("test"));
        let mut count = [0f64; 97];
        for i in 0..97_000u64 {
            count[scale32(h2(k, i, 1), 97) as usize] += 1.0;
            assert!(scale64(h1(k, i), 10_000_000_019) < 10_000_000_019);
        }
        let chi: f64 = count.iter().map(|c| (c - 1000.0) * (c - 1000.0) / 1000.0).sum();
        assert!(chi < 150.0, "chi-square {chi} with 96 degrees of freedom");
    }

    #[test]
    fn chance_follows_its_probability() {
        let k = key(5, stream("test"));
        let hits = (0..100_000).filter(|&i| chance(h1(k, i), threshold(0.3))).count();
        assert!((29_400..30_600).contains(&hits), "{hits}");
    }
}
