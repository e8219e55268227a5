//! How many comments an average photo of an owner gets, against others: as many followers as there are, times how
//! readily these like. Kept in a world that is not too large, computed each time in others.

use crate::world::id::UserId;
use crate::world::like::Likes;
use crate::world::scene::Scene;

/// Four bytes a user up to here.
const MAX_STORED: u32 = 1 << 22;
/// In larger worlds the mean is known from this many.
const SAMPLED: u64 = 1 << 16;
/// Nobody weighs less: photos that no follower sees are commented on where there are no others.
const MIN_WEIGHT: f32 = 1.0;

/// The weights of all owners.
#[derive(Debug)]
pub(super) struct Weights {
    /// By cohort and posting rank.
    stored: Option<Vec<f32>>,
    /// The sum over the photos of each cohort.
    pub(super) of_cohorts: Vec<f64>,
}

impl Weights {
    pub(super) fn new(scene: Scene, likes: &Likes) -> Weights {
        match scene.users.count <= MAX_STORED {
            true => Weights::stored(scene, likes),
            false => Weights::sampled(scene, likes),
        }
    }

    fn stored(scene: Scene, likes: &Likes) -> Weights {
        let (mut stored, mut of_cohorts) = (vec![], vec![]);
        for cohort in 0..scene.photos.epoch_count() {
            stored.resize(scene.photos.signed_up()[cohort] as usize, 0.0);
            let mut sum = 0.0;
            for poster in scene.photos.posters(cohort) {
                let weight = weight(scene, likes, poster.user);
                sum += weight as f64 * poster.photos as f64;
                stored.push(weight);
            }
            of_cohorts.push(sum);
        }
        Weights { stored: Some(stored), of_cohorts }
    }

    fn sampled(scene: Scene, likes: &Likes) -> Weights {
        let (mut sum, mut photos) = (0.0, 0.0);
        for i in 0..SAMPLED {
            let user = UserId((i * scene.users.count as u64 / SAMPLED) as u32);
            let posted = scene.photos.slots_of(user).count as f64;
            if posted > 0.0 {
                sum += weight(scene, likes, user) as f64 * posted;
                photos += posted;
            }
        }
        let mean = if photos > 0.0 { sum / photos } else { MIN_WEIGHT as f64 };
        let of_cohort = |cohort| mean * scene.photos.cohort_photos(cohort) as f64;
        Weights { stored: None, of_cohorts: (0..scene.photos.epoch_count()).map(of_cohort).collect() }
    }

    /// The weight of an owner, by cohort and posting rank.
    #[inline(always)]
    pub(super) fn of(&self, scene: Scene, likes: &Likes, cohort: usize, rank: u64) -> f64 {
        let weight = match &self.stored {
            Some(stored) => stored[scene.photos.signed_up()[cohort] as usize + rank as usize],
            None => weight(scene, likes, scene.photos.member(cohort, rank)),
        };
        weight as f64
    }
}

fn weight(scene: Scene, likes: &Likes, user: UserId) -> f32 {
    let followers = scene.follows.expected_followers(scene.users, user);
    ((followers * likes.rate(user, followers)) as f32).max(MIN_WEIGHT)
}
