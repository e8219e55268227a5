//! Which loads begin, which are resumed, and which are refused.

use super::*;
use crate::edition::Edition;
use crate::load::DataSet;

const MODES: [Mode; 4] = [Mode::Fresh, Mode::Replace, Mode::Append, Mode::Resume];

fn interrupted(phase: Phase, generator_version: u32) -> Interrupted {
    Interrupted {
        data: DataSet { edition: Edition::Course, generator_version, profile: String::new(), origin: None },
        phase,
        portions: 9,
        done: 4,
        rows: BTreeMap::new(),
        offsets: None,
        ours: Ours::default(),
        pointing: Vec::new(),
        whole_chunks: 3,
    }
}

#[test]
fn without_a_record_every_load_begins_but_none_is_resumed() {
    for mode in MODES {
        match (mode, begin(mode, None, 512)) {
            (Mode::Resume, started) => assert!(matches!(started, Err(LoadError::NothingToResume))),
            (mode, started) => {
                let Start { found, whole_chunks } = started.expect("it begins");
                assert!(found.is_none());
                // Tables that already hold rows are never loaded in one portion.
                assert_eq!(whole_chunks, if mode == Mode::Append { 0 } else { 512 });
            }
        }
    }
}

#[test]
fn an_interrupted_load_is_resumed_as_it_began_and_keeps_others_away() {
    for mode in MODES {
        let started = begin(mode, Some(interrupted(Phase::Loading, GENERATOR_VERSION)), 512);
        match (mode, started) {
            (Mode::Resume, started) => {
                let Start { found, whole_chunks } = started.expect("it is resumed");
                assert_eq!((found.expect("it was found").done, whole_chunks), (4, 3));
            }
            (_, started) => {
                assert!(matches!(started, Err(LoadError::Unfinished { done: 4, portions: 9, .. })));
            }
        }
    }
}

#[test]
fn what_another_version_began_or_what_is_being_undone_is_not_resumed() {
    let other = begin(Mode::Resume, Some(interrupted(Phase::Loading, GENERATOR_VERSION + 1)), 0);
    assert!(matches!(other, Err(LoadError::OtherGenerator { ours: GENERATOR_VERSION, .. })));
    let undone = begin(Mode::Resume, Some(interrupted(Phase::Discarding, GENERATOR_VERSION + 1)), 0);
    assert!(matches!(undone, Err(LoadError::Unfinished { phase: Phase::Discarding, .. })));
}
