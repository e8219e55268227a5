//! A test suite on PostgreSQL, eight threads at once: each has a database of its own, cloned from one template.
//!
//! Run it with the URL of any database of a server on which you may create databases:
//! `DATABASE_URL=postgres://me@127.0.0.1/postgres cargo test --example diesel_postgres`.

use diesel::prelude::*;
use instaseed::database::PgConnection;
use instaseed::fixture::{Fixture, FixtureDb};
use instaseed::schema::platform::{likes, posts};

/// The application: a user likes a post, once.
fn like(connection: &mut PgConnection, user: i32, post: i32) -> QueryResult<bool> {
    let row = (likes::user_id.eq(user), likes::post_id.eq(post), likes::created_at.eq(diesel::dsl::now));
    let inserted =
        diesel::insert_into(likes::table).values(row).on_conflict_do_nothing().execute(connection)?;
    Ok(inserted == 1)
}

/// A database for one test.
fn database() -> instaseed::Result<FixtureDb<PgConnection>> {
    let url = std::env::var("DATABASE_URL").unwrap_or_else(|_| "postgres://127.0.0.1/postgres".to_owned());
    Ok(Fixture::profile("tiny").edition(instaseed::edition::Edition::Platform).postgres(&url)?)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let db = database()?;
    let mut connection = db.connect()?;
    let first: i32 = posts::table.select(posts::post_id).order(posts::post_id).first(&mut connection)?;
    let liked = like(&mut connection, 1, first)?;
    println!("{} likes the first post", if liked { "now user 1" } else { "user 1 already" });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    #[test]
    fn a_post_is_liked_once_by_a_user_in_each_of_eight_databases() {
        let work = || {
            let db = database().expect("a server that lets us create databases");
            let mut connection = db.connect().expect("a connection");
            let before: i64 = likes::table.count().get_result(&mut connection).expect("a count");
            diesel::delete(likes::table.filter(likes::user_id.eq(1)))
                .execute(&mut connection)
                .expect("deleted");
            assert!(like(&mut connection, 1, 1).expect("liked"));
            assert!(!like(&mut connection, 1, 1).expect("liked twice"));
            before
        };
        let threads: Vec<_> = (0..8).map(|_| thread::spawn(work)).collect();
        let before: Vec<i64> =
            threads.into_iter().map(|thread| thread.join().expect("it ended well")).collect();
        assert!(
            before.iter().all(|likes| *likes == before[0]),
            "nobody sees the rows of another: {before:?}"
        );
    }
}
