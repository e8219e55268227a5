//! The follows, and those of a sample of people for the figures about who follows whom.

use super::{Row, Survey, Take};
use crate::check::rules::Rule;
use crate::edition::Table;

/// The platform's own limit.
const MAX_FOLLOWEES: u32 = 7500;

/// What is kept about the follows and likes of sampled people.
#[derive(Debug, Default)]
pub struct Sample {
    /// (follower, followee), and when.
    out: Vec<(u64, u32)>,
    /// (followee, follower) for followees of the sample.
    back: Vec<u64>,
    pub edges: u64,
    pub mutual: u64,
    pub likes: u64,
    pub likes_of_followers: u64,
    /// Seconds from the photo to the like, for likers who followed before, on photos with at least a week left.
    pub delays: Vec<u32>,
}

impl Sample {
    /// When a sampled person began to follow another one.
    pub(super) fn since(&self, from: usize, to: usize) -> Option<u32> {
        let at = self.out.binary_search_by_key(&pair(from, to), |&(pair, _)| pair).ok()?;
        Some(self.out[at].1)
    }
}

pub(super) struct Columns {
    follower: usize,
    followee: usize,
}

impl Columns {
    pub(super) fn new(table: &Table) -> Self {
        Self { follower: table.place("follower_id"), followee: table.place("followee_id") }
    }
}

impl Take for Columns {
    fn take(&self, row: Row<'_>, survey: &mut Survey) {
        let (from, to) = (survey.person(row, self.follower), survey.person(row, self.followee));
        let (Some(from), Some(to)) = (from, to) else { return };
        let (is_from_sampled, is_to_sampled) = (survey.is_sampled(from), survey.is_sampled(to));
        let Survey { people, sample, findings, .. } = survey;
        findings.hold(Rule::SelfFollow, from != to, || row.describe());
        let time = row.created.unwrap_or(u32::MAX);
        let born = people.born[from].max(people.born[to]);
        findings.hold(Rule::FollowTime, time >= born, || row.describe());
        people.followees[from] += 1;
        people.followers[to] += 1;
        findings.hold(Rule::Followees, people.followees[from] <= MAX_FOLLOWEES, || row.describe());
        if is_from_sampled {
            sample.out.push((pair(from, to), time));
        }
        if is_to_sampled {
            sample.back.push(pair(to, from));
        }
    }

    fn end(&self, _table: &'static Table, survey: &mut Survey) {
        let sample = &mut survey.sample;
        sample.out.sort_unstable();
        sample.back.sort_unstable();
        sample.edges = sample.out.len() as u64;
        let is_mutual = |(pair, _): &&(u64, u32)| sample.back.binary_search(pair).is_ok();
        sample.mutual = sample.out.iter().filter(is_mutual).count() as u64;
        sample.back = Vec::new();
    }
}

fn pair(a: usize, b: usize) -> u64 {
    (a as u64) << 32 | b as u64
}
