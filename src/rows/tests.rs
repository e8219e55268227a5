//! Typed rows compared with the cells that they are made of, and with each other.

use super::line::sealed::FromLine;
use super::*;
use crate::edition::{Cell, Rows};
use crate::profile::{Profile, ProfileOverrides};

fn world(profile: &str) -> World {
    World::new(&Profile::load(profile, &ProfileOverrides::default()).unwrap()).unwrap()
}

fn is_whole<T: Row + std::fmt::Debug + PartialEq + FromLine>(table: Table<'_, T>) -> u64 {
    let columns = T::EDITION.table_of(T::ENTITY).unwrap().columns;
    assert_eq!(T::COLUMNS, columns.iter().map(|column| column.name).collect::<Vec<_>>());
    let all: Vec<T> = table.iter().collect();
    assert_eq!(all.len() as u64, table.len());
    for index in (0..all.len()).step_by(1 + all.len() / 97) {
        assert_eq!(table.get(index as u64).as_ref(), Some(&all[index]), "row {index}");
    }
    assert_eq!(table.get(table.len()), None);
    table.len()
}

#[test]
fn every_row_is_found_by_its_index() {
    for profile in ["tiny", "app"] {
        let world = world(profile);
        let course = Course::of(&world).unwrap();
        let sum = is_whole(course.users())
            + is_whole(course.photos())
            + is_whole(course.comments())
            + is_whole(course.likes())
            + is_whole(course.follows())
            + is_whole(course.tags())
            + is_whole(course.photo_tags());
        let platform = Platform::of(&world).unwrap();
        let more = is_whole(platform.users())
            + is_whole(platform.posts())
            + is_whole(platform.comments())
            + is_whole(platform.likes())
            + is_whole(platform.follows())
            + is_whole(platform.tags())
            + is_whole(platform.post_tags());
        assert!(sum > 100 && sum == more);
        assert!(is_whole(platform.media()) >= platform.posts().len());
    }
}

#[test]
fn generated_ids_are_those_of_the_tables() {
    let world = world("app");
    let platform = Platform::of(&world).unwrap();
    assert!(platform.likes().iter().zip(1..).all(|(like, id)| like.like_id == id));
    assert!(platform.media().iter().zip(1..).all(|(medium, id)| medium.media_id == id));
    let course = Course::of(&world).unwrap();
    assert!(course.comments().iter().zip(1..).all(|(comment, id)| comment.id == id));
}

#[test]
fn named_rows_have_the_keys_of_the_tables() {
    let overrides = ProfileOverrides { id_offset: Some(10_000), ..ProfileOverrides::default() };
    let world = World::new(&Profile::load("classic", &overrides).unwrap()).unwrap();
    let course = Course::of(&world).unwrap();
    let alice = course.user(Role::Alice).unwrap();
    let named = course.named();
    let key = |name: &str| named.iter().find(|row| row.name == name).unwrap().key;
    assert_eq!((alice.id, alice.username.as_str()), (key("alice"), "alice"));
    assert!(alice.id > 10_000);
    let viral = course.photo(PhotoRole::Viral).unwrap();
    assert_eq!(viral.id, key("viral_photo"));
    let likes = |photo: i64| course.likes().iter().filter(|like| like.photo_id == photo).count();
    assert!(course.photos().iter().all(|photo| likes(photo.id) <= likes(viral.id)));
}

#[test]
fn constants_can_be_read_by_their_languages() {
    use constants::{Language, constants};
    let row = |name, table, key| NamedRow { name, table, column: "id", key, about: "somebody" };
    let rows = [row("alice", "users", 4), row("bot_1", "users", 7)];
    let of = |language| constants(&rows, "profile tiny", language);
    assert_eq!(of(Language::Json), "{\n  \"alice\": 4,\n  \"bot_1\": 7\n}\n");
    assert!(of(Language::Rust).ends_with("/// `users.id`: somebody.\npub const BOT_1: i32 = 7;\n"));
    assert!(of(Language::TypeScript).ends_with("/** users.id: somebody */\nexport const BOT_1 = 7;\n"));
    assert!(
        of(Language::Python).ends_with("ALICE = 4  # users.id: somebody\nBOT_1 = 7  # users.id: somebody\n")
    );
    for language in Language::ALL {
        assert_eq!(language.name().parse(), Ok(language));
    }
}

#[test]
fn a_row_is_its_cells() {
    let world = world("tiny");
    let course = Course::of(&world).unwrap();
    let rows = WorldRows::new(&world, Edition::Course).unwrap();
    let mut first = Vec::new();
    struct First<'a>(&'a mut Vec<String>);
    impl crate::edition::Cells for First<'_> {
        fn integer(&mut self, value: i64) {
            self.0.push(format!("{:?}", Cell::Integer(value)));
        }
        fn text(&mut self, value: &str) {
            self.0.push(format!("{:?}", Cell::Text(value)));
        }
        fn time(&mut self, value: crate::time::Time) {
            self.0.push(format!("{:?}", Cell::Time(value)));
        }
        fn null(&mut self) {
            self.0.push(format!("{:?}", Cell::Null));
        }
        fn end_row(&mut self) {}
    }
    let table = Edition::Course.table("photos").unwrap();
    rows.write(table, 0..1, 1, First(&mut first), &mut rows.scratch());
    let photo = course.photos().get(0).unwrap();
    let cells = [
        Cell::Integer(photo.id),
        Cell::Text(&photo.image_url),
        Cell::Integer(photo.user_id),
        Cell::Time(photo.created_at),
    ];
    assert_eq!(first, cells.map(|cell| format!("{cell:?}")));
}
