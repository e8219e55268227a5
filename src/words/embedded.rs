//! The files of seeds/words as the program carries them.

use crate::embedded::EMBEDDED_SEEDS;

/// (path below seeds/words, text), sorted by path.
pub fn files() -> Vec<(&'static str, &'static str)> {
    EMBEDDED_SEEDS.iter().filter_map(|&(path, text)| Some((path.strip_prefix("words/")?, text))).collect()
}
