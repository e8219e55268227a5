//! Calibration: users try to follow a little more than asked, since doubles and crowded pools take some away.
//!
//! The degree is a function of the rank, so evenly spaced ranks are a stratified sample; a few steps towards the asked
//! mean bring the total within a percent. Everything runs in a fixed order on one thread: it is part of the data.

use super::{FollowScratch, Follows};
use crate::profile::Profile;
use crate::world::error::WorldError;
use crate::world::user::Users;

/// Sampled ranks: many, unless each has thousands of follows.
const SAMPLE: std::ops::RangeInclusive<u64> = 512..=4096;
const SAMPLED_FOLLOWS: f64 = 1_500_000.0;
const STEPS: usize = 6;
/// Good enough to stop.
const CLOSE: f64 = 0.0005;
/// Not good enough to be given.
const FAR: f64 = 0.008;
/// Tries beyond this many times the asked mean find only doubles.
const MOST_TRIED: f64 = 64.0;

pub(super) fn calibrate(profile: &Profile, users: &Users) -> Result<Follows, WorldError> {
    let wanted = profile.follows_per_user;
    let mut tried = wanted;
    let mut follows = Follows::with_mean(profile, users, tried);
    if wanted == 0.0 {
        return Ok(follows);
    }
    let mut real = mean(&follows, users, wanted);
    for _ in 0..STEPS {
        if (real / wanted - 1.0).abs() < CLOSE || tried >= wanted * MOST_TRIED {
            break;
        }
        tried = (tried * wanted / real.max(wanted / MOST_TRIED)).min(wanted * MOST_TRIED);
        follows = Follows::with_mean(profile, users, tried);
        real = mean(&follows, users, wanted);
    }
    if wanted - real > FAR * wanted && (wanted - real) * users.count as f64 > 1.0 {
        let most = mean(&Follows::with_mean(profile, users, wanted * MOST_TRIED), users, wanted);
        if wanted > most {
            return Err(WorldError::TooMuch {
                key: "follows_per_user",
                asked: wanted.to_string(),
                most: format!("{most:.1}"),
                users: users.count,
            });
        }
    }
    Ok(follows)
}

/// The mean number of follows over evenly spaced ranks.
fn mean(follows: &Follows, users: &Users, wanted: f64) -> f64 {
    let n = users.count as u64;
    let sample = ((SAMPLED_FOLLOWS / wanted) as u64).clamp(*SAMPLE.start(), *SAMPLE.end()).min(n);
    let mut room = FollowScratch::new();
    let ranks = (0..sample).map(|i| (2 * i + 1) * n / (2 * sample));
    ranks.map(|rank| follows.followees(users, users.ranks.user(rank), &mut room).len() as u64).sum::<u64>()
        as f64
        / sample as f64
}
