//! Randomness keyed by position: no generator is advanced, every number is a function of (seed, stream, row).
//!
//! Streams have names, constant strings hashed while the crate compiles, so that a new stream never shifts another.
//! Nothing here knows a table of ours. Floating point is met only while tables are built, through `libm`, and is
//! rounded to integers there: the same seed gives the same numbers on every machine.
//!
//! * [`hash`]: the counter hash, keys, scaling to a range
//! * [`permutation`]: a bijection of `0..n` and its inverse, without memory
//! * [`table`]: a function tabulated once as integers, dense where it bends
//! * [`weights`]: a choice by weight, and spans of a range cut by weights
//! * [`distribution`]: lognormal, Weibull, exponential and Zipf-Mandelbrot draws from such tables
//! * `stream`: a generator over one row's numbers for the tests, which draw with `rand` and `rand_distr`

#![cfg_attr(not(test), deny(clippy::disallowed_methods))]

pub mod distribution;
pub mod hash;
pub mod permutation;
#[cfg(test)]
pub mod stream;
pub mod table;
pub mod weights;
