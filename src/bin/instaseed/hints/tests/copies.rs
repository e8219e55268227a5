//! The hints after a copy or a restore that was cut off: they name its own verb.

use super::{of_loads, of_sinks};
use instaseed::{Hint, sink};

#[test]
fn a_copy_that_was_cut_off_is_continued_by_the_same_command() {
    for (name, hint) in of_sinks() {
        let Hint::Sink(hint) = hint else { panic!("{name} is not of a sink") };
        let words = crate::hints::sink::of_copy(&hint);
        assert!(!words.contains("seed --"), "{name}: {words}");
    }
    for (name, hint) in of_loads() {
        let Hint::Load(hint) = hint else { panic!("{name} is not of a load") };
        let words = crate::hints::load::of_copy(&hint);
        assert!(!words.contains("instaseed seed"), "{name}: {words}");
    }
    let full = crate::hints::sink::of_copy(&sink::Hint::FreeSpaceForDatabase);
    assert!(full.contains("run the same command again"), "{full}");
}
