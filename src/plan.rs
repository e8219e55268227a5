//! The work as a pure value: an ordered list of chunks; it knows no thread, engine or path.
