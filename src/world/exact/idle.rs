//! One user of whom there is no row but the account: nothing posted, liked or said, no follow in either direction.

use crate::profile::ExactCounts;
use crate::world::follow::Follows;
use crate::world::id::UserId;
use crate::world::user::Users;

/// Fewer users are all needed.
const MIN_USERS: u64 = 5;

/// The least active person, if the counts can be met without one user.
pub(super) fn idle(users: &Users, base: &Follows, counts: &ExactCounts) -> Option<UserId> {
    let (n, photos) = (u64::from(users.count), u64::from(counts.photos));
    let posters = n - u64::from(counts.users_without_photo);
    let can_spare = n >= MIN_USERS
        && (2..n).contains(&posters)
        && u64::from(counts.users_who_like_all) < n - posters
        && u64::from(counts.follows) <= (n - 1) * (n - 2)
        // Half of what is possible leaves room for every rule of the others.
        && u64::from(counts.likes) <= n * photos / 2
        && counts.course.is_none_or(|course| course.users_who_do_nothing > 0);
    let people = (0..users.count).map(UserId).filter(|&user| !base.is_bot(users, user));
    let least = people.min_by(|&a, &b| base.tried(users, a).total_cmp(&base.tried(users, b)));
    least.filter(|_| can_spare)
}
