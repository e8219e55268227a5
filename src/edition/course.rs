//! The course edition: seven tables with the names and the order of columns of the course's own schema.

use super::ids::IdRanges;
use super::{Cells, Column, Entity, Table};
use crate::world::comment::Comment;
use crate::world::photo::Photo;
use crate::world::user::User;

/// Parents before children.
pub static TABLES: [Table; 7] = [
    Table {
        name: "users",
        entity: Entity::User,
        columns: &[
            Column::integer("id"),
            Column::text("username", 255),
            Column::time("created_at").or_null(),
        ],
        key_columns: 1,
    },
    Table {
        name: "photos",
        entity: Entity::Photo,
        columns: &[
            Column::integer("id"),
            Column::text("image_url", 255),
            Column::to("user_id", "users"),
            Column::time("created_at").or_null(),
        ],
        key_columns: 1,
    },
    Table {
        name: "comments",
        entity: Entity::Comment,
        columns: &[
            Column::integer("id"),
            Column::text("comment_text", 255),
            Column::to("photo_id", "photos"),
            Column::to("user_id", "users"),
            Column::time("created_at").or_null(),
        ],
        key_columns: 1,
    },
    Table {
        name: "likes",
        entity: Entity::Like,
        columns: &[
            Column::to("user_id", "users"),
            Column::to("photo_id", "photos"),
            Column::time("created_at").or_null(),
        ],
        key_columns: 2,
    },
    Table {
        name: "follows",
        entity: Entity::Follow,
        columns: &[
            Column::to("follower_id", "users"),
            Column::to("followee_id", "users"),
            Column::time("created_at").or_null(),
        ],
        key_columns: 2,
    },
    Table {
        name: "tags",
        entity: Entity::Tag,
        columns: &[
            Column::integer("id"),
            Column::text("tag_name", 255).or_null(),
            Column::time("created_at").or_null(),
        ],
        key_columns: 1,
    },
    Table {
        name: "photo_tags",
        entity: Entity::PhotoTag,
        columns: &[Column::to("photo_id", "photos"), Column::to("tag_id", "tags")],
        key_columns: 2,
    },
];

pub(super) fn user(ids: &IdRanges, user: &User, name: &str, cells: &mut impl Cells) {
    cells.integer(ids.user(user.id));
    cells.text(name);
    cells.time(user.created_at);
}

pub(super) fn photo(ids: &IdRanges, photo: &Photo, url: &str, cells: &mut impl Cells) {
    cells.integer(ids.photo(photo.id));
    cells.text(url);
    cells.integer(ids.user(photo.owner));
    cells.time(photo.created_at);
}

pub(super) fn comment(ids: &IdRanges, id: i64, comment: &Comment, text: &str, cells: &mut impl Cells) {
    cells.integer(id);
    cells.text(text);
    cells.integer(ids.photo(comment.photo));
    cells.integer(ids.user(comment.author));
    cells.time(comment.created_at);
}
