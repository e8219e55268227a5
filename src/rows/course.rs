//! The rows of the course edition.

use crate::time::Time;

rows! { Course:
    User of User { id: i64, username: String, created_at: Time, }
    Photo of Photo { id: i64, image_url: String, user_id: i64, created_at: Time, }
    Comment of Comment { id: i64, comment_text: String, photo_id: i64, user_id: i64, created_at: Time, }
    Like of Like { user_id: i64, photo_id: i64, created_at: Time, }
    Follow of Follow { follower_id: i64, followee_id: i64, created_at: Time, }
    Tag of Tag { id: i64, tag_name: String, created_at: Time, }
    PhotoTag of PhotoTag { photo_id: i64, tag_id: i64, }
}
