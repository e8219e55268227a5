//! A test suite of an application that uses Diesel on SQLite. Run it with `cargo test --example diesel_sqlite`.
//!
//! The application is one query. The tests show the three ways to a database with rows: a clone of a fixture in a file, one in
//! memory, and rows for a connection that the test has already, inside its own transaction.

use diesel::prelude::*;
use instaseed::schema::course::{follows, users};

/// The application: who follows a user, by name.
fn followers(connection: &mut SqliteConnection, username: &str) -> QueryResult<Vec<String>> {
    let user: i32 = users::table.filter(users::username.eq(username)).select(users::id).first(connection)?;
    let who = follows::table.filter(follows::followee_id.eq(user)).select(follows::follower_id);
    users::table.filter(users::id.eq_any(who)).order(users::id).select(users::username).load(connection)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = instaseed::fixture::Fixture::profile("tiny").sqlite()?;
    println!("alice is followed by {}", followers(&mut db.connect()?, "alice")?.join(", "));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use instaseed::edition::Edition;
    use instaseed::fixture::Fixture;
    use instaseed::profile::Profile;
    use instaseed::world::World;

    type Result = std::result::Result<(), Box<dyn std::error::Error>>;

    #[test]
    fn a_friend_of_alice_is_among_her_followers() -> Result {
        let db = Fixture::profile("tiny").sqlite()?;
        assert!(followers(&mut db.connect()?, "alice")?.contains(&"bob".to_owned()));
        Ok(())
    }

    #[test]
    fn a_test_may_change_its_clone() -> Result {
        let db = Fixture::profile("tiny").memory()?;
        diesel::delete(follows::table).execute(&mut db.connect()?)?;
        // Another connection to the same database in memory.
        assert!(followers(&mut db.connect()?, "celebrity")?.is_empty());
        Ok(())
    }

    #[test]
    fn nobody_follows_an_empty_user() -> Result {
        let db = Fixture::profile("app").sqlite()?;
        let mut connection = db.connect()?;
        assert!(followers(&mut connection, "empty_user")?.is_empty());
        let most: i64 = follows::table
            .group_by(follows::followee_id)
            .select(diesel::dsl::count_star())
            .order(diesel::dsl::count_star().desc())
            .first(&mut connection)?;
        assert_eq!(followers(&mut connection, "celebrity")?.len() as i64, most);
        Ok(())
    }

    #[test]
    fn a_connection_of_the_test_gets_rows_inside_its_transaction() -> Result {
        let mut connection = SqliteConnection::establish(":memory:")?;
        connection.begin_test_transaction()?;
        instaseed::borrowed::migrate_to(&mut connection, Edition::Course)?;
        let world = World::new(&Profile::of("tiny")?)?;
        instaseed::borrowed::seed(&mut connection, Edition::Course, &world)?;
        assert!(!followers(&mut connection, "celebrity")?.is_empty());
        Ok(())
    }
}
