//! A test of an HTTP handler that reads the database: the router is asked directly, without a port. Run it with
//! `cargo test --example axum_handler`.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use diesel::prelude::*;
use instaseed::schema::course::{photos, users};

/// The profile of a user: how many photos there are.
async fn profile(State(url): State<String>, Path(username): Path<String>) -> Result<Json<i64>, StatusCode> {
    let query = move || {
        let mut connection =
            SqliteConnection::establish(&url).map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
        let user = users::table.filter(users::username.eq(username)).select(users::id);
        let user: Option<i32> =
            user.first(&mut connection).optional().map_err(|_| StatusCode::BAD_GATEWAY)?;
        let photos = photos::table.filter(photos::user_id.eq(user.ok_or(StatusCode::NOT_FOUND)?));
        photos.count().get_result(&mut connection).map_err(|_| StatusCode::BAD_GATEWAY)
    };
    // Diesel blocks: not on a thread of the runtime.
    let answer = tokio::task::spawn_blocking(query).await;
    answer.unwrap_or(Err(StatusCode::INTERNAL_SERVER_ERROR)).map(Json)
}

/// The application on a database.
fn router(url: &str) -> Router {
    Router::new().route("/users/{username}/photos", get(profile)).with_state(url.to_owned())
}

fn main() {
    let _ = router("app.db");
    println!("Run the tests: cargo test --example axum_handler");
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use instaseed::fixture::Fixture;
    use instaseed::profile::Profile;
    use instaseed::rows::Course;
    use instaseed::world::World;
    use instaseed::world::named::Role;
    use tower::ServiceExt;

    async fn ask(url: &str, username: &str) -> (StatusCode, String) {
        let request =
            Request::get(format!("/users/{username}/photos")).body(Body::empty()).expect("a request");
        let answer = router(url).oneshot(request).await.expect("a router always answers");
        let status = answer.status();
        let body = to_bytes(answer.into_body(), 1 << 10).await.expect("a short body");
        (status, String::from_utf8(body.to_vec()).expect("text"))
    }

    #[test]
    fn photos_are_counted() {
        let db = Fixture::profile("tiny").sqlite().expect("a clone");
        // What the fixture holds is known without asking it.
        let world = World::new(&Profile::of("tiny").expect("a profile")).expect("a world");
        let course = Course::of(&world).expect("its rows");
        let alice = course.user(Role::Alice).expect("alice is in every profile");
        let posted = course.photos().iter().filter(|photo| photo.user_id == alice.id).count();

        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            assert_eq!(ask(db.url(), "alice").await, (StatusCode::OK, posted.to_string()));
            assert_eq!(ask(db.url(), "lurker").await, (StatusCode::OK, "0".to_owned()));
            assert_eq!(ask(db.url(), "nobody").await.0, StatusCode::NOT_FOUND);
        });
    }
}
