//! Which data set an answer is judged on: the same one for everybody, or one that depends on a secret, the student and the
//! exercise.

use std::fs;
use std::path::Path;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use super::error::{ClassroomError, Result};
use super::hmac::hmac;
use crate::sha256;

/// Seeds have this many bits: every program that reads JSON keeps such a number exactly.
const SEED_BITS: u32 = 48;
/// Anybody who may guess a shorter secret could find out the data sets.
const SHORTEST: usize = 16;

/// What only the instructor knows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// The secret in a file, without white space around it.
    pub fn read(path: &Path) -> Result<Secret> {
        let bytes = fs::read(path)
            .map_err(|source| ClassroomError::UnreadableFile { path: path.to_owned(), source })?;
        let bytes = bytes.trim_ascii();
        match bytes.len() >= SHORTEST {
            true => Ok(Secret(bytes.to_owned())),
            false => Err(ClassroomError::ShortSecret { path: path.to_owned(), least: SHORTEST }),
        }
    }

    fn code(&self, parts: &[&[u8]]) -> [u8; 32] {
        hmac(&self.0, &parts.join(&0))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// How seeds are chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seeds {
    /// Everybody's answers are judged on the same data.
    Same(u64),
    /// Seeds follow from the student and the exercise by HMAC-SHA-256.
    Own {
        secret: Secret,
        /// How many data sets there are; each takes a fraction of a second to build. 0 gives each student a separate data
        /// set for each exercise.
        data_sets: u32,
    },
}

/// The rule as it is recorded with the results. With the same secret, it gives the same seeds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "rule", rename_all = "kebab-case")]
pub enum SeedRule {
    Same {
        seed: u64,
    },
    HmacSha256 {
        data_sets: u32,
        /// The beginning of a code that only this secret gives. It shows later whether the secret is the same.
        secret: String,
    },
}

impl Seeds {
    /// The seed of the data on which a student's answer to an exercise is judged.
    pub fn of(&self, student: &str, exercise: &str) -> u64 {
        match self {
            Seeds::Same(seed) => *seed,
            Seeds::Own { secret, data_sets } => {
                // An archive from another system may encode the same name in other bytes.
                let student: String = student.trim().nfc().collect();
                let own = secret.code(&[b"answer", student.as_bytes(), exercise.as_bytes()]);
                match data_sets {
                    0 => seed_of(own),
                    many => {
                        let number = first(own) % u64::from(*many);
                        seed_of(secret.code(&[b"data set", number.to_string().as_bytes()]))
                    }
                }
            }
        }
    }

    pub fn rule(&self) -> SeedRule {
        match self {
            Seeds::Same(seed) => SeedRule::Same { seed: *seed },
            Seeds::Own { secret, data_sets } => {
                let code = sha256::hex(&secret.code(&[b"which secret"])[..6]);
                SeedRule::HmacSha256 { data_sets: *data_sets, secret: code }
            }
        }
    }
}

fn first(code: [u8; 32]) -> u64 {
    code.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn seed_of(code: [u8; 32]) -> u64 {
    first(code) >> (u64::BITS - SEED_BITS)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Secret, Seeds};

    fn own(secret: &str, data_sets: u32) -> Seeds {
        Seeds::Own { secret: Secret(secret.as_bytes().to_owned()), data_sets }
    }

    fn all(seeds: &Seeds) -> Vec<u64> {
        (0..100).flat_map(|at| ["a", "b"].map(|id| seeds.of(&format!("student {at}"), id))).collect()
    }

    #[test]
    fn seeds_follow_from_secret_student_and_exercise() {
        let seeds = own("a secret of the course", 0);
        let found = all(&seeds);
        assert_eq!(found, all(&seeds));
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 200);
        assert!(found.iter().all(|seed| *seed < 1 << 48));
        let other = all(&own("another secret of the course", 0));
        assert!(found.iter().zip(&other).all(|(one, two)| one != two));
    }

    #[test]
    fn a_name_has_one_seed_however_it_is_spelled() {
        let seeds = own("a secret of the course", 0);
        let seed = seeds.of("Zo\u{eb} Müller", "ghosts");
        assert_eq!(seeds.of("Zoe\u{308} Mu\u{308}ller", "ghosts"), seed);
        assert_eq!(seeds.of("Zo\u{eb} Müller ", "ghosts"), seed);
        assert_ne!(seeds.of("Zoe Muller", "ghosts"), seed);
    }

    #[test]
    fn a_pool_has_as_many_data_sets_as_it_says_and_uses_them_all() {
        let found = all(&own("a secret of the course", 16));
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 16);
        assert_eq!(all(&own("a secret of the course", 1)).iter().collect::<BTreeSet<_>>().len(), 1);
    }

    #[test]
    fn the_rule_names_the_secret_without_saying_it() {
        let rule = serde_json::to_value(own("a secret of the course", 16).rule()).expect("serializable");
        assert_eq!(rule["rule"], "hmac-sha256");
        assert_eq!(rule["secret"].as_str().map(str::len), Some(12));
        assert_ne!(own("a secret of the course", 16).rule(), own("some other secret", 16).rule());
        assert!(!format!("{:?}", own("a secret of the course", 16)).contains("course"));
    }

    #[test]
    fn a_short_secret_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("secret");
        std::fs::write(&path, "  short \n").expect("written");
        let error = Secret::read(&path).expect_err("too short").to_string();
        assert!(error.contains("16"), "{error}");
        std::fs::write(&path, "long enough for a course\n").expect("written");
        assert_eq!(Secret::read(&path).expect("read"), Secret(b"long enough for a course".to_vec()));
    }
}
