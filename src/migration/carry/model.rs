//! What our own migrations do to names: which tables and columns they create, rename and drop.
//!
//! One list serves three engines, because the migrations lead to the same tables on each. It
//! determines which names a run affects, which are then compared with what the user has. Invariant:
//! the way down is the way up, reversed; a test compares the list with the catalogue of every version.

use crate::migration::Direction;

/// One change to names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    Make(&'static str, &'static [&'static str]),
    Drop(&'static str),
    Rename(&'static str, &'static str),
    RenameColumn(&'static str, &'static str, &'static str),
    Add(&'static str, &'static [&'static str]),
    Remove(&'static str, &'static [&'static str]),
}

use Change::{Add, Drop, Make, Remove, Rename, RenameColumn};

const MEDIA: &[&str] = &["media_id", "post_id", "media_url", "media_type", "media_order", "created_at"];
const ACCOUNT: &[&str] = &["email", "password_hash", "full_name", "profile_image_url", "updated_at"];

/// Each embedded migration that changes names, by its version.
const UP: &[(&str, &[Change])] = &[
    ("20260101000100", &[Make("users", &["id", "username", "created_at"])]),
    ("20260101000200", &[Make("photos", &["id", "image_url", "user_id", "created_at"])]),
    ("20260101000300", &[Make("comments", &["id", "comment_text", "photo_id", "user_id", "created_at"])]),
    ("20260101000400", &[Make("likes", &["user_id", "photo_id", "created_at"])]),
    ("20260101000500", &[Make("follows", &["follower_id", "followee_id", "created_at"])]),
    ("20260101000600", &[Make("tags", &["id", "tag_name", "created_at"])]),
    ("20260101000700", &[Make("photo_tags", &["photo_id", "tag_id"])]),
    (
        NAMES,
        &[
            RenameColumn("users", "id", "user_id"),
            Rename("photos", "posts"),
            RenameColumn("posts", "id", "post_id"),
            RenameColumn("comments", "id", "comment_id"),
            RenameColumn("comments", "comment_text", "content"),
            RenameColumn("comments", "photo_id", "post_id"),
            RenameColumn("likes", "photo_id", "post_id"),
            Rename("photo_tags", "post_tags"),
            RenameColumn("post_tags", "photo_id", "post_id"),
        ],
    ),
    (USERS, &[Add("users", ACCOUNT)]),
    (
        POSTS,
        &[Remove("posts", &["image_url"]), Add("posts", &["content", "updated_at"]), Make("media", MEDIA)],
    ),
    (COMMENTS, &[Add("comments", &["updated_at"])]),
    (LIKES, &[Add("likes", &["like_id"])]),
];

/// The steps that other code refers to.
pub(crate) const NAMES: &str = "20260101000900";
pub(crate) const USERS: &str = "20260101001100";
pub(crate) const POSTS: &str = "20260101001200";
pub(crate) const COMMENTS: &str = "20260101001300";
pub(crate) const LIKES: &str = "20260101001400";

/// The changes of a migration in one direction, in their order.
pub(crate) fn changes(version: &str, direction: Direction) -> Vec<Change> {
    let up = UP.iter().find(|(known, _)| *known == version).map_or(&[][..], |(_, changes)| changes);
    match direction {
        Direction::Up => up.to_vec(),
        Direction::Down => up.iter().rev().map(|change| inverse(*change)).collect(),
    }
}

fn inverse(change: Change) -> Change {
    match change {
        Make(table, _) => Drop(table),
        Drop(table) => Make(table, &[]),
        Rename(before, after) => Rename(after, before),
        RenameColumn(table, before, after) => RenameColumn(table, after, before),
        Add(table, columns) => Remove(table, columns),
        Remove(table, columns) => Add(table, columns),
    }
}

/// Whether a column of ours has ever had this name in a table of this name.
pub(crate) fn is_our_column(table: &str, column: &str) -> bool {
    let mut tables = vec![table];
    for (before, after) in renames() {
        if table.eq_ignore_ascii_case(before) || table.eq_ignore_ascii_case(after) {
            tables = vec![before, after];
        }
    }
    let same = |name: &str| tables.iter().any(|table| table.eq_ignore_ascii_case(name));
    UP.iter().flat_map(|(_, changes)| changes.iter()).any(|change| match change {
        Make(table, columns) | Add(table, columns) => {
            same(table) && columns.iter().any(|name| name.eq_ignore_ascii_case(column))
        }
        RenameColumn(table, before, after) => {
            same(table) && (before.eq_ignore_ascii_case(column) || after.eq_ignore_ascii_case(column))
        }
        _ => false,
    })
}

/// Whether a table of ours has, or has had, this name.
pub(crate) fn is_our_table(table: &str) -> bool {
    UP.iter().flat_map(|(_, changes)| changes.iter()).any(|change| match change {
        Make(name, _) => name.eq_ignore_ascii_case(table),
        Rename(_, after) => after.eq_ignore_ascii_case(table),
        _ => false,
    })
}

/// Whether our migrations create an index with this name, on any engine.
pub(crate) fn is_our_index(name: &str) -> bool {
    const NAMES: [&str; 27] = [
        "primary",
        "username",
        "email",
        "tag_name",
        "user_id",
        "photo_id",
        "followee_id",
        "tag_id",
        "users_username_key",
        "users_email_key",
        "users_username_lower_key",
        "tags_tag_name_key",
        "media_post_id_media_order_key",
        "likes_user_id_post_id_key",
        "photos_user_id_created_at_idx",
        "posts_user_id_created_at_idx",
        "posts_created_at_idx",
        "comments_photo_id_created_at_idx",
        "comments_post_id_created_at_idx",
        "comments_user_id_idx",
        "likes_photo_id_idx",
        "likes_post_id_idx",
        "likes_post_id_created_at_idx",
        "follows_followee_id_idx",
        "follows_followee_id_created_at_idx",
        "photo_tags_tag_id_photo_id_idx",
        "post_tags_tag_id_post_id_idx",
    ];
    let name = name.to_lowercase();
    NAMES.contains(&name.as_str()) || name.strip_suffix("_pkey").is_some_and(is_our_table)
}

/// Whether our migrations create a check with this name.
pub(crate) fn is_our_check(name: &str) -> bool {
    const NAMES: [&str; 5] = [
        "users_username_check",
        "users_email_check",
        "comments_content_check",
        "media_media_type_check",
        "media_media_order_check",
    ];
    NAMES.contains(&name)
}

fn renames() -> impl Iterator<Item = (&'static str, &'static str)> {
    UP.iter().flat_map(|(_, changes)| changes.iter()).filter_map(|change| match change {
        Rename(before, after) => Some((*before, *after)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The tables and columns after each version, from the list alone.
    fn apply(tables: &mut BTreeMap<String, Vec<String>>, change: Change) {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        match change {
            Make(table, columns) => drop(tables.insert(table.to_owned(), owned(columns))),
            Drop(table) => drop(tables.remove(table)),
            Rename(before, after) => {
                let columns = tables.remove(before).expect("it is there");
                tables.insert(after.to_owned(), columns);
            }
            RenameColumn(table, before, after) => {
                let columns = tables.get_mut(table).expect("it is there");
                let at = columns.iter().position(|name| name == before).expect("it is there");
                after.clone_into(&mut columns[at]);
            }
            Add(table, more) => tables.get_mut(table).expect("it is there").extend(owned(more)),
            Remove(table, less) => {
                tables.get_mut(table).expect("it is there").retain(|name| !less.contains(&name.as_str()));
            }
        }
    }

    #[test]
    fn the_list_says_what_the_migrations_do() {
        use crate::database::{self, Db, Engine, Target};
        use crate::migration::{Goal, Options, Runner, Source};
        let folder = tempfile::tempdir().expect("a folder");
        let target = Target::parse(folder.path().join("t.db").to_str().expect("UTF-8")).expect("a path");
        database::create(&target).expect("made");
        let mut db = Db::connect(&target).expect("connects");
        let source = Source::embedded(Engine::Sqlite).expect("ours are good");
        let mut listed = BTreeMap::new();
        for migration in source.migrations() {
            Runner::new(&mut db, &source, Options::default())
                .run(&Goal::To(migration.version.clone()))
                .expect("up");
            changes(&migration.version, Direction::Up).into_iter().for_each(|c| apply(&mut listed, c));
            let found = db.catalogue().expect("readable").tables;
            let found: BTreeMap<String, Vec<String>> = found
                .into_iter()
                .map(|(name, table)| (name, table.columns.into_iter().map(|column| column.name).collect()))
                .collect();
            let sorted = |tables: &BTreeMap<String, Vec<String>>| {
                let mut tables = tables.clone();
                tables.values_mut().for_each(|columns| columns.sort());
                tables
            };
            assert_eq!(sorted(&found), sorted(&listed), "{}", migration.version);
        }
        assert!(is_our_column("posts", "image_url") && is_our_column("photos", "content"));
        assert!(!is_our_column("users", "bio") && is_our_table("post_tags") && !is_our_table("notes"));
    }
}
