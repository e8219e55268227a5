//! The follows of a sample of people, and what a second reading of all follows is asked for.

use super::network::{Links, SOURCES};
use crate::check::keys::hash;

/// About this many people are in the sample.
pub(super) const SAMPLED_USERS: u64 = 4096;

/// The follows of sampled people, in both directions.
#[derive(Debug, Default)]
pub struct Follows {
    users: u64,
    /// (follower, followee), and when.
    out: Vec<(u64, u32)>,
    /// (followee, follower) for followees of the sample.
    back: Vec<u64>,
    /// Follows of the sample, and those of them that go both ways.
    pub edges: u64,
    pub mutual: u64,
    pub likes: u64,
    pub likes_of_followers: u64,
    /// Seconds from the photo to the like, for likers who followed before, on photos with at least a week left.
    pub delays: Vec<u32>,
}

impl Follows {
    /// All people are known now.
    pub fn begin(&mut self, users: usize) {
        self.users = users as u64;
    }

    #[inline]
    pub fn is_sampled(&self, person: usize) -> bool {
        self.users <= SAMPLED_USERS || hash(person.to_le_bytes().into_iter()) % self.users < SAMPLED_USERS
    }

    #[inline]
    pub fn push(&mut self, from: usize, to: usize, time: u32) {
        if self.is_sampled(from) {
            self.out.push((pair(from, to), time));
        }
        if self.is_sampled(to) {
            self.back.push(pair(to, from));
        }
    }

    pub fn seal(&mut self) {
        self.out.sort_unstable();
        self.back.sort_unstable();
        self.edges = self.out.len() as u64;
        let is_mutual = |(pair, _): &&(u64, u32)| self.back.binary_search(pair).is_ok();
        self.mutual = self.out.iter().filter(is_mutual).count() as u64;
    }

    /// When a sampled person began to follow another one.
    pub fn since(&self, from: usize, to: usize) -> Option<u32> {
        let at = self.out.binary_search_by_key(&pair(from, to), |&(pair, _)| pair).ok()?;
        Some(self.out[at].1)
    }

    /// What is to be found out about the neighbours of the sample. The lists themselves are not needed any more.
    pub fn links(&mut self, users: usize) -> Links {
        let share = if self.out.is_empty() { 0.0 } else { self.mutual as f64 / self.out.len() as f64 };
        let mut pairs: Vec<u64> = std::mem::take(&mut self.out).into_iter().map(|(pair, _)| pair).collect();
        pairs.append(&mut self.back);
        pairs.sort_unstable();
        pairs.dedup();
        let mut links = Links::new(users, share);
        let person_of = |of_one: &[u64]| (of_one[0] >> 32) as usize;
        let mut sources: Vec<usize> = pairs.chunk_by(|a, b| a >> 32 == b >> 32).map(person_of).collect();
        sources.sort_by_key(|person| hash((!*person).to_le_bytes().into_iter()));
        sources.truncate(SOURCES);
        for of_one in pairs.chunk_by(|a, b| a >> 32 == b >> 32) {
            let neighbours: Vec<u32> = of_one.iter().map(|pair| *pair as u32).collect();
            let person = person_of(of_one);
            links.person(person, &neighbours, sources.contains(&person));
        }
        let sampled = (0..users).filter(|person| self.is_sampled(*person)).count();
        links.seal(sampled);
        links
    }
}

fn pair(a: usize, b: usize) -> u64 {
    (a as u64) << 32 | b as u64
}
