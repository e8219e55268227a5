use super::*;
use crate::profile::Growth;

/// Sign-ups that grow exponentially.
struct Growing {
    clock: Clock,
    at: Vec<Time>,
}

impl Growing {
    fn new(users: u64) -> Growing {
        let day = |year, month, day| Time::of_day(year, month, day).expect("a day");
        let clock = Clock::new(day(2014, 1, 1), day(2022, 1, 1), Growth::Exponential);
        let at = (0..users).map(|u| clock.grown_to((((2 * u + 1) << 31) / users) as u32)).collect();
        Growing { clock, at }
    }

    fn photos(&self, seed: u64, count: u64) -> Result<Photos, WorldError> {
        Photos::new(&self.clock, self, seed, count, SHAPE)
    }
}

impl Signups for Growing {
    fn users(&self) -> u64 {
        self.at.len() as u64
    }
    fn before(&self, time: Time) -> u64 {
        self.at.partition_point(|&s| s < time) as u64
    }
}

const SHAPE: PostingShape = PostingShape { sigma: 1.3, silent_share: 0.25 };

fn gini(counts: &mut [u32]) -> f64 {
    counts.sort_unstable();
    let n = counts.len() as f64;
    let sum: f64 = counts.iter().map(|&c| c as f64).sum();
    let weighted: f64 = counts.iter().enumerate().map(|(i, &c)| (i + 1) as f64 * c as f64).sum();
    2.0 * weighted / (n * sum) - (n + 1.0) / n
}

#[test]
fn the_slot_map_is_a_bijection_in_time_order_after_every_sign_up() {
    for users in [1, 2, 7, 100, 1000, 3000, 20_000] {
        let growing = Growing::new(users);
        let photos = growing.photos(users, users * 25).unwrap();
        assert_eq!(photos.count(), users * 25, "{users} users");
        let (mut posted, mut last) = (vec![0u32; users as usize], Time(0));
        for photo in 0..photos.count() {
            let (user, ordinal) = photos.owner_of(photo);
            assert_eq!(photos.photo_of(user, ordinal), photo, "{users} users");
            assert!(ordinal < photos.slots_of(user).count);
            let time = photos.time_of(photo);
            assert!(time >= last && time < growing.clock.end() && time > growing.at[user as usize]);
            last = time;
            posted[user as usize] += 1;
        }
        for user in 0..users as u32 {
            assert_eq!(photos.slots_of(user).count, posted[user as usize]);
        }
        let silent = posted.iter().filter(|&&p| p == 0).count() as f64 / users as f64;
        let gini = gini(&mut posted);
        println!("{users} users: {silent:.3} without a photo, Gini {gini:.3}, most {}", posted.last().unwrap());
        if users >= 100 {
            assert!((0.25..0.37).contains(&silent) && (0.7..0.85).contains(&gini), "{users}: {silent} {gini}");
        }
    }
}

#[test]
fn a_world_without_photos_is_empty() {
    let photos = Growing::new(10).photos(1, 0).unwrap();
    assert_eq!((photos.count(), photos.slots_of(3).count), (0, 0));
}

#[test]
fn more_photos_than_can_be_numbered_are_refused() {
    let wanted = Growing::new(10).photos(1, 1 << 40);
    assert!(matches!(wanted, Err(WorldError::TooManyPhotos { .. })));
}

#[test]
fn evenings_are_four_times_as_busy_as_mornings() {
    let photos = Growing::new(5000).photos(3, 125_000).unwrap();
    let mut hours = [0f64; 24];
    for photo in 0..photos.count() {
        hours[(photos.time_of(photo).0 / 3600 % 24) as usize] += 1.0;
    }
    assert!((3.3..4.8).contains(&(hours[20] / hours[8])), "{hours:?}");
}
