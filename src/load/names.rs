//! Usernames of a second world: they get an ending that no name in the database has, so that none can clash,
//! whoever made the names that are there.

use crate::database::Db;
use crate::edition::{Edition, Fact};
use crate::load::Result;

/// An ending that no username and no e-mail address has yet: `_w2`, `_w3` ...
pub fn free_suffix(db: &mut Db, edition: Edition) -> Result<String> {
    let tables = edition.tables().iter();
    let users =
        tables.filter(|table| table.fact == Fact::User).map(|table| table.name).next().unwrap_or("users");
    let has_email = edition.table(users)?.column("email").is_some();
    for number in 2.. {
        // LIKE reads the underscore as any letter: it finds more than it must, which is safe.
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
