//! Users with a role go by its name, and so do those whose name is planted. Whoever would have that name by chance gets the one that is left over: no two users
//! share a name, and nobody else is renamed.

use crate::edition::Edition;
use crate::world::id::UserId;
use crate::world::name::Names;
use crate::world::named::Role;
use crate::world::{Called, World};

/// Who goes by which name, and by which name else.
pub(super) struct Roles {
    holders: Vec<Holder>,
    /// A bit for each remainder of the ids by 64, and one for each length of a name: most users and names are told apart
    /// from the named ones by these.
    users: u64,
    lengths: u64,
}

struct Holder {
    role: Option<Role>,
    name: String,
    user: UserId,
    /// The name that the user would have otherwise.
    left_over: String,
}

impl Roles {
    pub(super) fn new(world: &World, names: &Names, edition: Edition) -> Roles {
        let otherwise = |user: UserId| {
            let mut name = String::new();
            names.username(user.0, world.speaks(user), world.interest(user), &mut name);
            name
        };
        let with_role = |&(role, user): &(Role, UserId)| Holder {
            role: Some(role),
            name: role.name().to_owned(),
            user,
            left_over: otherwise(user),
        };
        let planted = |&(user, called): &(UserId, Called)| {
            let left_over = otherwise(user);
            let name = match called {
                Called::Just(name) => name.to_owned(),
                Called::After(before) => format!("{before}{left_over}"),
                Called::Before(behind) => format!("{left_over}{behind}"),
            };
            Holder { role: None, name, user, left_over }
        };
        let mut holders: Vec<Holder> = world.named().users.iter().map(with_role).collect();
        holders
            .extend(world.planted_names().iter().map(planted).filter(|holder| fits(edition, &holder.name)));
        let users = holders.iter().fold(0, |bits, holder| bits | 1 << (holder.user.0 % 64));
        let lengths = holders.iter().fold(0, |bits, holder| bits | 1 << (holder.name.len() % 64));
        Roles { holders, users, lengths }
    }

    pub(super) fn of(&self, user: UserId) -> Option<Role> {
        if self.users >> (user.0 % 64) & 1 == 0 {
            return None;
        }
        self.holder(user).and_then(|holder| holder.role)
    }

    fn holder(&self, user: UserId) -> Option<&Holder> {
        self.holders.iter().find(|holder| holder.user == user)
    }

    /// Changes the name of a user, which begins at `start`, where a role asks for it.
    #[inline(always)]
    pub(super) fn rename(&self, user: UserId, start: usize, out: &mut String) {
        let by_user = self.users >> (user.0 % 64) & 1 == 1;
        let by_name = self.lengths >> ((out.len() - start) % 64) & 1 == 1;
        if by_user || by_name {
            self.rename_one(user, start, out);
        }
    }

    fn rename_one(&self, user: UserId, start: usize, out: &mut String) {
        if let Some(holder) = self.holder(user) {
            out.truncate(start);
            out.push_str(&holder.name);
            return;
        }
        // What is left over may be the name of another role.
        while let Some(taken) = self.holders.iter().find(|holder| holder.name == out[start..]) {
            out.truncate(start);
            out.push_str(&taken.left_over);
        }
    }
}

/// Whether users of an edition may have such a name: those of the platform have letters, digits and underscores.
fn fits(edition: Edition, name: &str) -> bool {
    edition == Edition::Course || name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(holders: &[(Role, u32, &str)]) -> Roles {
        let holders = holders.iter().map(|&(role, user, left_over)| Holder {
            role: Some(role),
            name: role.name().to_owned(),
            user: UserId(user),
            left_over: left_over.to_owned(),
        });
        Roles { holders: holders.collect(), users: u64::MAX, lengths: u64::MAX }
    }

    fn named(roles: &Roles, user: u32, name: &str) -> String {
        let mut out = format!("@{name}");
        roles.rename(UserId(user), 1, &mut out);
        out
    }

    #[test]
    fn names_are_swapped_and_stay_different() {
        let roles = roles(&[(Role::Alice, 3, "kim"), (Role::Bob, 5, "alice")]);
        assert_eq!(named(&roles, 3, "kim"), "@alice");
        assert_eq!(named(&roles, 5, "alice"), "@bob");
        assert_eq!(named(&roles, 9, "bob"), "@kim");
        assert_eq!(named(&roles, 1, "bobby"), "@bobby");
    }
}
