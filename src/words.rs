//! The embedded word lists, parsed and validated once, immutable afterwards.
