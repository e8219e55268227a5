//! The files that the binary carries: lists written by `build.rs`, read by the rooms that own their meaning.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
