//! The rows of the platform edition.

use crate::time::Time;

rows! { Platform:
    /// The password of every account is that of the profile; this is its Argon2id hash.
    User of User {
        user_id: i64,
        username: String,
        email: String,
        password_hash: String,
        full_name: Option<String>,
        profile_image_url: Option<String>,
        created_at: Time,
        updated_at: Time,
    }
    Post of Photo {
        post_id: i64,
        user_id: i64,
        content: Option<String>,
        created_at: Time,
        updated_at: Time,
    }
    /// One of the images and videos of a post.
    Medium of Media {
        media_id: i64,
        post_id: i64,
        media_url: String,
        media_type: String,
        media_order: i64,
        created_at: Time,
    }
    Comment of Comment {
        comment_id: i64,
        post_id: i64,
        user_id: i64,
        content: String,
        created_at: Time,
        updated_at: Time,
    }
    Like of Like { like_id: i64, post_id: i64, user_id: i64, created_at: Time, }
    Follow of Follow { follower_id: i64, followee_id: i64, created_at: Time, }
    Tag of Tag { id: i64, tag_name: String, created_at: Time, }
    PostTag of PhotoTag { post_id: i64, tag_id: i64, }
}
