//! The course edition: the seven tables of the course, in its own names.
//!
//! `created_at` may be NULL everywhere, as the course has it, and so may `tags.tag_name`.

diesel::table! {
    users (id) {
        id -> Integer,
        #[max_length = 255]
        username -> VarChar,
        created_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    photos (id) {
        id -> Integer,
        #[max_length = 255]
        image_url -> VarChar,
        user_id -> Integer,
        created_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    comments (id) {
        id -> Integer,
        #[max_length = 255]
        comment_text -> VarChar,
        photo_id -> Integer,
        user_id -> Integer,
        created_at -> Nullable<Timestamp>,
    }
}

diesel::table! {
    likes (user_id, photo_id) {
        user_id -> Integer,
        photo_id -> Integer,
        created_at -> Nullable<Timestamp>,
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
    photo_tags (photo_id, tag_id) {
        photo_id -> Integer,
        tag_id -> Integer,
    }
}

diesel::joinable!(photos -> users (user_id));
diesel::joinable!(comments -> photos (photo_id));
diesel::joinable!(comments -> users (user_id));
diesel::joinable!(likes -> photos (photo_id));
diesel::joinable!(likes -> users (user_id));
diesel::joinable!(photo_tags -> photos (photo_id));
diesel::joinable!(photo_tags -> tags (tag_id));
// follows has no joinable!: it points at users twice, so a query must say `.on(...)` which one it means.

diesel::allow_tables_to_appear_in_same_query!(users, photos, comments, likes, follows, tags, photo_tags);
