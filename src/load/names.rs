//! Usernames of a second world get a suffix that no name in the database has, so none can clash,
//! whoever created the existing names.

use crate::database::Db;
use crate::edition::{Edition, Entity};
use crate::load::Result;

/// A suffix that no username and no e-mail address has yet: `_w2`, `_w3` ...
pub fn free_suffix(db: &mut Db, edition: Edition) -> Result<String> {
    let tables = edition.tables().iter();
    let users =
        tables.filter(|table| table.entity == Entity::User).map(|table| table.name).next().unwrap_or("users");
    let has_email = edition.table(users)?.column("email").is_some();
    for number in 2.. {
        // In LIKE the underscore matches any character, so this finds more than it has to, which is safe.
        let mut taken = format!("lower(username) LIKE '%_w{number}'");
        if has_email {
            taken = format!("{taken} OR lower(email) LIKE '%_w{number}@%'");
        }
        if db.number(&format!("SELECT count(*) AS number FROM {users} WHERE {taken}"))? == 0 {
            return Ok(format!("_w{number}"));
        }
    }
    unreachable!("a database holds fewer worlds than there are numbers")
}
