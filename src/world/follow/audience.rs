//! The graph from the other side: who follows a user, how many to expect, and one of them in constant time.
//!
//! A place in a pool has a range of in-stubs; the matching leads each back to an out-stub, and the cumulative degrees
//! to the position that holds it. So followers are computed as locally as followees, and agree with them exactly.

use super::block::{Block, Side};
use super::{FollowScratch, Follows, Stubs, TopicPool};
use crate::random::hash::scale64;
use crate::world::id::UserId;
use crate::world::user::Users;

/// Whoever may follow a user, by places: see [`Follows::follower_at`].
#[derive(Clone, Debug)]
pub(crate) struct Audience {
    user: UserId,
    rank: u64,
    topic: usize,
    block: Block,
    from_topic: Stubs,
    from_world: Stubs,
}

impl Audience {
    /// The number of places; some have nobody, and a user may have several.
    pub(crate) fn len(&self) -> u64 {
        self.mates() + (self.from_topic.1 - self.from_topic.0) + (self.from_world.1 - self.from_world.0)
    }

    fn mates(&self) -> u64 {
        self.block.size.saturating_sub(1)
    }
}

impl Follows {
    /// Who follows a user: ascending, each once; the transposed [`Follows::followees`].
    pub(crate) fn followers<'s>(
        &self,
        users: &Users,
        user: UserId,
        room: &'s mut FollowScratch,
    ) -> &'s [UserId] {
        let audience = self.audience(users, user);
        let (own, world) = (audience.from_topic, audience.from_world);
        room.reserve(audience.block.size as usize + (own.1 - own.0 + world.1 - world.0) as usize);
        let mut found = self.blocks.mates(&audience.block, audience.rank, &mut room.places, Side::IsFollowed);
        for (to, &rank) in room.users.iter_mut().zip(&room.places[..found]) {
            *to = users.ranks.user(rank);
        }
        let stubs = (own.0..own.1).map(|stub| self.topic_source(users, audience.topic, stub));
        for source in stubs.chain((world.0..world.1).map(|stub| self.world_source(users, stub))) {
            room.users[found] = source;
            found += 1;
        }
        room.finish(found, user);
        &room.users[..room.found]
    }

    /// The expected number of followers, in closed form.
    pub(crate) fn expected_followers(&self, users: &Users, user: UserId) -> f64 {
        let rank = users.ranks.rank(user);
        let index = users.ranks.topic_of(rank);
        let topic = &self.topics[index];
        let position = rank - topic.range.first;
        let block = self.blocks.of(index, &topic.range, position, &self.degrees);
        self.blocks.expected_mates(&block)
            + topic.popularity.mean(topic.order.place(position))
            + self.world.mean(self.world_order.forward(user.index()))
    }

    /// Those who may have the most followers: the first of the world's pool, and of each topic's.
    pub(crate) fn candidates(&self, users: &Users, count: u64) -> Vec<UserId> {
        let of_world = 0..count.min(u64::from(users.count));
        let of_world = of_world.map(|place| UserId(self.world_order.inverse(place) as u32));
        let share = count.div_ceil(self.topics.len() as u64);
        let of_topics = self.topics.iter().flat_map(|topic| {
            let places = 0..share.min(topic.popularity.places()).min(topic.range.size);
            places.map(|place| users.ranks.user(topic.range.first + topic.order.position(place)))
        });
        let mut all: Vec<UserId> = of_world.chain(of_topics).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// A user by popularity in the whole world: those whom strangers see.
    #[inline(always)]
    pub(crate) fn popular(&self, hash: u64) -> UserId {
        UserId(self.world_order.inverse(self.world.find(scale64(hash, self.world.stubs()))) as u32)
    }

    /// What [`Follows::follower_at`] needs of a user.
    pub(crate) fn audience(&self, users: &Users, user: UserId) -> Audience {
        let rank = users.ranks.rank(user);
        let index = users.ranks.topic_of(rank);
        let topic = &self.topics[index];
        let position = rank - topic.range.first;
        let place = topic.order.place(position);
        let world_place = self.world_order.forward(user.index());
        Audience {
            user,
            rank,
            topic: index,
            block: self.blocks.of(index, &topic.range, position, &self.degrees),
            from_topic: (topic.popularity.first(place), topic.popularity.first(place + 1)),
            from_world: (self.world.first(world_place), self.world.first(world_place + 1)),
        }
    }

    /// Who follows a user at one of the places of its audience, in constant time; `None` where there is nobody.
    #[inline]
    pub(crate) fn follower_at(&self, users: &Users, of: &Audience, place: u64) -> Option<UserId> {
        let (mates, own) = (of.mates(), of.from_topic.1 - of.from_topic.0);
        let source = if place < mates {
            let rank = of.block.first + place;
            let rank = rank + u64::from(rank >= of.rank);
            self.blocks.is_mate(&of.block, of.rank, rank, Side::IsFollowed).then(|| users.ranks.user(rank))?
        } else if place < mates + own {
            self.topic_source(users, of.topic, of.from_topic.0 + place - mates)
        } else if place < of.len() {
            self.world_source(users, of.from_world.0 + place - mates - own)
        } else {
            return None;
        };
        (source != of.user).then_some(source)
    }

    /// Whose out-stub meets an in-stub of a topic's pool.
    fn topic_source(&self, users: &Users, topic: usize, in_stub: u64) -> UserId {
        let topic = &self.topics[topic];
        let stub = topic.matching.inverse(in_stub);
        let position = self.source_position(topic, stub, topic.stubs, |own, _| own);
        users.ranks.user(topic.range.first + position)
    }

    /// Whose out-stub meets an in-stub of the world's pool.
    fn world_source(&self, users: &Users, in_stub: u64) -> UserId {
        let stub = self.world_matching.inverse(in_stub);
        let topic = &self.topics[self.topics.partition_point(|t| t.world_first <= stub) - 1];
        let position = self.source_position(topic, stub, topic.world_stubs, |_, world| world);
        users.ranks.user(topic.range.first + position)
    }

    /// The position whose range of out-stubs holds a stub: about right by the inverse curve, then step by step.
    fn source_position(
        &self,
        topic: &TopicPool,
        stub: u64,
        stubs: u64,
        which: fn(Stubs, Stubs) -> Stubs,
    ) -> u64 {
        let first = which((0, 0), (topic.world_first, 0)).0;
        let mut position = self.degrees.guess_position(&topic.range, (stub - first) as f64 + 0.5, stubs);
        loop {
            let (own, world) = self.out_stubs(topic, position);
            let (a, b) = which(own, world);
            if stub < a {
                position -= 1;
            } else if stub >= b {
                position += 1;
            } else {
                return position;
            }
        }
    }
}
