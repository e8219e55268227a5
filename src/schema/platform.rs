//! The platform edition: people with accounts, posts with up to ten media.
//!
//! `media_order` is an Integer although MySQL stores a TINYINT, and `media_type` is text although MySQL stores an
//! ENUM: both load on every engine, and the database keeps 1 to 10 and IMAGE or VIDEO by itself.

diesel::table! {
    users (user_id) {
        user_id -> Integer,
        #[max_length = 50]
        username -> VarChar,
        #[max_length = 100]
        email -> VarChar,
        #[max_length = 255]
        password_hash -> VarChar,
        #[max_length = 100]
        full_name -> Nullable<VarChar>,
        #[max_length = 255]
        profile_image_url -> Nullable<VarChar>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    posts (post_id) {
        post_id -> Integer,
        user_id -> Integer,
        content -> Nullable<Text>,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    media (media_id) {
        media_id -> Integer,
        post_id -> Integer,
        #[max_length = 255]
        media_url -> VarChar,
        #[max_length = 5]
        media_type -> VarChar,
        media_order -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    comments (comment_id) {
        comment_id -> Integer,
        post_id -> Integer,
        user_id -> Integer,
        #[max_length = 500]
        content -> VarChar,
        created_at -> Timestamp,
        updated_at -> Timestamp,
    }
}

diesel::table! {
    likes (like_id) {
        like_id -> Integer,
        post_id -> Integer,
        user_id -> Integer,
        created_at -> Timestamp,
    }
}

diesel::table! {
    follows (follower_id, followee_id) {
        follower_id -> Integer,
        followee_id -> Integer,
        created_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    tags (id) {
        id -> Integer,
        #[max_length = 255]
        tag_name -> Nullable<VarChar>,
        created_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    post_tags (post_id, tag_id) {
        post_id -> Integer,
        tag_id -> Integer,
    }
}

diesel::joinable!(posts -> users (user_id));
diesel::joinable!(media -> posts (post_id));
diesel::joinable!(comments -> posts (post_id));
diesel::joinable!(comments -> users (user_id));
diesel::joinable!(likes -> posts (post_id));
diesel::joinable!(likes -> users (user_id));
diesel::joinable!(post_tags -> posts (post_id));
diesel::joinable!(post_tags -> tags (tag_id));
// follows has no joinable!: it points at users twice, so a query must say `.on(...)` which one it means.

diesel::allow_tables_to_appear_in_same_query!(users, posts, media, comments, likes, follows, tags, post_tags);
