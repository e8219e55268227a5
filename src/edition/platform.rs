//! The platform edition: accounts that can log in, posts with one to ten media, and a key for each like.

use super::ids::IdRanges;
use super::wording::Wording;
use super::{Cells, Column, EditionError, Entity, Table};
use crate::profile::Profile;
use crate::world::comment::Comment;
use crate::world::media::MediaKind;
use crate::world::name::{self, Handle};
use crate::world::named::Role;
use crate::world::photo::Photo;
use crate::world::user::User;

/// Parents before children.
pub static TABLES: [Table; 8] = [
    Table {
        name: "users",
        entity: Entity::User,
        columns: &[
            Column::integer("user_id"),
            Column::text("username", 50),
            Column::text("email", 100),
            Column::text("password_hash", 255),
            Column::text("full_name", 100).or_null(),
            Column::text("profile_image_url", 255).or_null(),
            Column::time("created_at"),
            Column::time("updated_at"),
        ],
        key_columns: 1,
    },
    Table {
        name: "posts",
        entity: Entity::Photo,
        columns: &[
            Column::integer("post_id"),
            Column::to("user_id", "users"),
            Column::long_text("content").or_null(),
            Column::time("created_at"),
            Column::time("updated_at"),
        ],
        key_columns: 1,
    },
    Table {
        name: "media",
        entity: Entity::Media,
        columns: &[
            Column::integer("media_id"),
            Column::to("post_id", "posts"),
            Column::text("media_url", 255),
            Column::text("media_type", 5),
            Column::integer("media_order"),
            Column::time("created_at"),
        ],
        key_columns: 1,
    },
    Table {
        name: "comments",
        entity: Entity::Comment,
        columns: &[
            Column::integer("comment_id"),
            Column::to("post_id", "posts"),
            Column::to("user_id", "users"),
            Column::text("content", 500),
            Column::time("created_at"),
            Column::time("updated_at"),
        ],
        key_columns: 1,
    },
    Table {
        name: "likes",
        entity: Entity::Like,
        columns: &[
            Column::integer("like_id"),
            Column::to("post_id", "posts"),
            Column::to("user_id", "users"),
            Column::time("created_at"),
        ],
        key_columns: 1,
    },
    Table {
        name: "follows",
        entity: Entity::Follow,
        columns: &[
            Column::to("follower_id", "users"),
            Column::to("followee_id", "users"),
            Column::time("created_at"),
        ],
        key_columns: 2,
    },
    Table {
        name: "tags",
        entity: Entity::Tag,
        columns: &[Column::integer("id"), Column::text("tag_name", 255), Column::time("created_at")],
        key_columns: 1,
    },
    Table {
        name: "post_tags",
        entity: Entity::PhotoTag,
        columns: &[Column::to("post_id", "posts"), Column::to("tag_id", "tags")],
        key_columns: 2,
    },
];

/// The hash of the development password, the same for every account.
pub(super) fn password_hash(profile: &Profile) -> Result<String, EditionError> {
    name::password_hash(profile.seed, &profile.password).map_err(|source| EditionError::Password { source })
}

/// What accounts are made with.
pub(super) struct AccountDetails<'a> {
    pub wording: &'a Wording,
    pub password_hash: &'a str,
    pub role: Option<Role>,
    pub ids: &'a IdRanges,
}

impl AccountDetails<'_> {
    pub fn user(&self, user: &User, name: &str, handle: &Handle, text: &mut String, cells: &mut impl Cells) {
        let persons = &self.wording.persons;
        cells.integer(self.ids.user(user.id));
        cells.text(name);
        text.clear();
        persons.email(user.id.0, name, text);
        cells.text(text);
        cells.text(self.password_hash);
        text.clear();
        let full_name = match self.role {
            Some(role) => role.full_name(),
            None => persons.full_name(user.id.0, handle, text).then_some(text.as_str()),
        };
        match full_name {
            Some(name) => cells.text(name),
            None => cells.null(),
        }
        if persons.has_avatar(user.id.0) {
            text.clear();
            self.wording.urls.avatar(user.id.key(), text);
            cells.text(text);
        } else {
            cells.null();
        }
        cells.time(user.created_at);
        cells.time(user.created_at);
    }
}

/// A post without a word has no content.
pub(super) fn post(ids: &IdRanges, photo: &Photo, caption: &str, cells: &mut impl Cells) {
    cells.integer(ids.photo(photo.id));
    cells.integer(ids.user(photo.owner));
    if caption.is_empty() {
        cells.null()
    } else {
        cells.text(caption)
    }
    cells.time(photo.created_at);
    cells.time(photo.created_at);
}

/// The `order`-th medium of a post, from 0.
pub(super) fn medium(
    ids: &IdRanges,
    id: i64,
    photo: &Photo,
    (order, kind): (u32, MediaKind),
    url: &str,
    cells: &mut impl Cells,
) {
    cells.integer(id);
    cells.integer(ids.photo(photo.id));
    cells.text(url);
    cells.text(match kind {
        MediaKind::Image => "IMAGE",
        MediaKind::Video => "VIDEO",
    });
    cells.integer(i64::from(order) + 1);
    cells.time(photo.created_at);
}

pub(super) fn comment(ids: &IdRanges, id: i64, comment: &Comment, text: &str, cells: &mut impl Cells) {
    cells.integer(id);
    cells.integer(ids.photo(comment.photo));
    cells.integer(ids.user(comment.author));
    cells.text(text);
    cells.time(comment.created_at);
    cells.time(comment.created_at);
}
