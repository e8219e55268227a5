//! The rooms that activity is drawn in, borrowed together: who, when, whom they follow, what was posted.

use super::clock::Clock;
use super::follow::Follows;
use super::id::UserId;
use super::photo::Photos;
use super::user::Users;
use crate::time::Time;

/// The stage for likes and comments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'w> {
    pub clock: &'w Clock,
    pub users: &'w Users,
    pub follows: &'w Follows,
    pub photos: &'w Photos,
    /// Does nothing at all.
    pub idle: Option<UserId>,
}

impl Scene<'_> {
    /// When a user signed up.
    #[inline(always)]
    pub(crate) fn signed_up(&self, user: UserId) -> Time {
        self.users.signed_up(self.clock, user)
    }

    /// The seconds that are left of the world after a moment.
    #[inline(always)]
    pub(crate) fn room_after(&self, time: Time) -> u32 {
        self.clock.end().0 - 1 - time.0
    }

    /// Since when `follower`, who signed up at `signed_up`, follows `followee`.
    #[inline(always)]
    pub(crate) fn follow_time(&self, follower: UserId, signed_up: Time, followee: UserId) -> Time {
        self.follows.since(self.clock, self.users, follower, signed_up, followee)
    }
}
