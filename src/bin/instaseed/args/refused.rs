//! Refusals of a world in the words that were typed: the library names a key, the person typed an option.

use super::WorldArgs;
use crate::failure::Failure;
use crate::output::{counted, quoted};
use instaseed::Error;
use instaseed::deployment::DeploymentError;
use instaseed::profile::{Origin, ProfileError};
use instaseed::world::WorldError;

/// What is wrong with the value of a key, as the end of a sentence that begins with the option.
struct Refusal {
    key: &'static str,
    why: String,
}

impl WorldArgs {
    /// The failure, with the option and its value as they were typed, if it is about one that was typed.
    pub fn refused(&self, failure: Failure) -> Failure {
        let refusal = match &failure {
            Failure::Library(Error::Profile(error)) => of_profile(error),
            Failure::Library(Error::World(error) | Error::Deployment(DeploymentError::World(error))) => {
                of_world(error)
            }
            _ => None,
        };
        let said = refusal.and_then(|refusal| Some((self.typed(refusal.key)?, refusal.why)));
        match (said, failure) {
            (Some((said, why)), Failure::Library(error)) => {
                Failure::Refused { said, why, error: Box::new(error) }
            }
            (_, failure) => failure,
        }
    }

    /// The option of a key with its value: `--likes-per-photo 99`.
    fn typed(&self, key: &str) -> Option<String> {
        let option = key.replace('_', "-");
        let (flag, value) = self.said().into_iter().find(|(flag, _)| *flag == option)?;
        Some(format!("--{flag} {}", quoted(&value)))
    }
}

fn of_profile(error: &ProfileError) -> Option<Refusal> {
    let (key, why) = match error {
        ProfileError::OutOfRange { key, allowed, origin: Origin::Override, .. } => {
            (*key, format!("is not possible: {allowed}"))
        }
        ProfileError::TooFewUsers { users, max, origin: Origin::Override, .. } => (
            "follows_per_user",
            format!("is not possible: {} can follow {max} others each at most", people(*users)),
        ),
        ProfileError::FixedCounts { profile, users, key: "users", .. } => {
            ("users", format!("is not possible: profile {profile} has exactly {}", people(*users)))
        }
        ProfileError::FixedCounts { profile, users, key, .. } => {
            (*key, format!("is not possible: profile {profile} states the counts of its {}", people(*users)))
        }
        ProfileError::FixedFacts { profile, key, origin: Origin::Override, .. } => {
            (*key, format!("is not possible: the planted facts of profile {profile} fix it"))
        }
        ProfileError::EndsBeforeStart { start, origin: Origin::Override, .. } => {
            ("as_of", format!("is not after the start {start}"))
        }
        _ => return None,
    };
    Some(Refusal { key, why })
}

fn of_world(error: &WorldError) -> Option<Refusal> {
    match error {
        WorldError::TooMuch { key, max, users, .. } => Some(Refusal {
            key,
            why: format!("cannot be reached with {}: at most {max} is possible", people(i64::from(*users))),
        }),
        _ => None,
    }
}

fn people(users: i64) -> String {
    counted(users.unsigned_abs(), "user", "users")
}
