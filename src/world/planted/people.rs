//! Who plays which part in the facts: users drawn by the seed, so that ids say nothing and every seed has other answers.

use super::Called;
use super::draw::Draw;
use crate::profile::PlantedFacts;
use crate::random::hash::stream;
use crate::time::Time;
use crate::world::id::UserId;
use crate::world::named::Role;

const PARTS: u64 = stream("planted.parts");

/// The parts; nobody has two.
#[derive(Debug)]
pub(super) struct People {
    /// Six who like every photo. The first three post and comment nothing, the others both.
    pub bots: Vec<UserId>,
    /// Two who like every photo but one.
    pub near_bots: Vec<UserId>,
    /// Three whom many follow and who follow hardly anybody; the last follows nobody.
    pub celebrities: Vec<UserId>,
    /// Three to six who do nothing. Three people follow the first, nobody follows the second.
    pub ghosts: Vec<UserId>,
    /// Ten to fourteen who like, and never post or comment.
    pub lurkers: Vec<UserId>,
    /// Two who only follow.
    pub watchers: Vec<UserId>,
    /// Two ordinary people who like every photo of [`People::prolific`]. The second wrote in 2023 only.
    pub fans: Vec<UserId>,
    /// Posts on nine days in a row, and later on four.
    pub streak: UserId,
    /// Has the most liked photo.
    pub winner: UserId,
    /// Posts most.
    pub prolific: UserId,
    /// Writes the same comment twenty times in a minute, and likes nothing.
    pub spammer: UserId,
    /// Begins the chain of follows, and has one best suggestion.
    pub alice: UserId,
    /// Two to four people, each of whom follows the next.
    pub chain: Vec<UserId>,
    /// Posts, follows nobody, and has no followers.
    pub loner: UserId,
    /// Posts, follows one user, and has no followers.
    pub unfollowed: UserId,
    /// Everybody else.
    pub others: Vec<UserId>,
}

/// All users of the course, by id.
pub(super) fn everybody() -> impl DoubleEndedIterator<Item = UserId> {
    (0..PlantedFacts::Course.users()).map(UserId)
}

impl People {
    pub(super) fn new(seed: u64) -> People {
        let mut draw = Draw::of(seed, PARTS);
        let ghosts = 3 + draw.below(4);
        let lurkers = 10 + draw.below(5);
        let chain = 2 + draw.below(3);
        let mut left = draw.shuffled(&everybody().collect::<Vec<_>>());
        let mut take = |count: usize| left.split_off(left.len() - count);
        let (bots, near_bots, celebrities) = (take(6), take(2), take(3));
        let (ghosts, lurkers, watchers, fans) = (take(ghosts), take(lurkers), take(2), take(2));
        let chain = take(chain);
        let [streak, winner, prolific, spammer, alice, loner, unfollowed] =
            std::array::from_fn(|_| take(1)[0]);
        People {
            bots,
            near_bots,
            celebrities,
            ghosts,
            lurkers,
            watchers,
            fans,
            streak,
            winner,
            prolific,
            spammer,
            alice,
            chain,
            loner,
            unfollowed,
            others: left,
        }
    }

    pub(super) fn posts(&self, user: UserId) -> bool {
        let never = [&self.ghosts, &self.watchers, &self.lurkers];
        !never.iter().any(|group| group.contains(&user)) && !self.bots[..3].contains(&user)
    }

    /// Everybody who likes as people do: neither programs nor those who never like.
    pub(super) fn humans(&self) -> Vec<UserId> {
        let others = [&self.ghosts, &self.watchers, &self.bots, &self.near_bots];
        let is_human =
            |user: &UserId| !others.iter().any(|group| group.contains(user)) && *user != self.spammer;
        everybody().filter(is_human).collect()
    }

    /// The last of the chain.
    pub(super) fn zoe(&self) -> UserId {
        self.chain[self.chain.len() - 1]
    }

    pub(super) fn empty_user(&self) -> UserId {
        self.ghosts[1]
    }

    /// Alice's friend: they follow each other, and many others follow this one.
    pub(super) fn bob(&self) -> UserId {
        self.others[0]
    }

    /// The last person to sign up is one of those without a part.
    pub(super) fn roles(&self, sign_ups: &[Time]) -> Vec<(Role, UserId)> {
        let newcomer = everybody().max_by_key(|user| sign_ups[user.0 as usize]).unwrap_or(self.others[1]);
        vec![
            (Role::Alice, self.alice),
            (Role::Bob, self.bob()),
            (Role::Celebrity, self.celebrities[0]),
            (Role::Newcomer, newcomer),
            (Role::Lurker, self.lurkers[1]),
            (Role::EmptyUser, self.empty_user()),
            (Role::Bot1, self.bots[0]),
        ]
    }

    pub(super) fn names(&self) -> Vec<(UserId, Called)> {
        vec![
            (self.prolific, Called::Just("dana")),
            (self.zoe(), Called::Just("zoe")),
            (self.lurkers[0], Called::Just("sale%off")),
            (self.unfollowed, Called::Just("o'neil")),
            (self.loner, Called::Just("chloë")),
            (self.fans[0], Called::Before("%")),
            (self.streak, Called::After("100%")),
        ]
    }
}
