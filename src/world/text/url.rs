//! Addresses of pictures: stable paths below a base that the user may set.

use crate::decimal;
use crate::words::Words;
use crate::world::about::About;
use crate::world::media::MediaKind;

/// The addresses of one world.
#[derive(Clone, Debug)]
pub struct Urls {
    words: &'static Words,
    base: String,
}

impl Urls {
    /// Addresses below `base`, with or without a slash at its end.
    pub fn new(words: &'static Words, base: &str) -> Urls {
        Urls { words, base: base.trim_end_matches('/').to_owned() }
    }

    /// Appends the address of a medium of a photo; `order` counts from 1, and the first needs no mark.
    pub fn medium(&self, photo_key: i64, order: u8, kind: MediaKind, about: About, out: &mut String) {
        let topic = &self.words.topic(about.topic).name;
        out.extend([&self.base, "/", topic, "-", &about.subject_of(self.words).name, "-"]);
        decimal::write(photo_key as u64, out);
        if order > 1 {
            out.push('-');
            decimal::write(u64::from(order), out);
        }
        out.push_str(match kind {
            MediaKind::Image => "/1080.jpg",
            MediaKind::Video => "/1080.mp4",
        });
    }

    /// Appends the address of a user's profile image.
    pub fn avatar(&self, user_key: i64, out: &mut String) {
        out.extend([&self.base, "/user-"]);
        decimal::write(user_key as u64, out);
        out.push_str("/320.jpg");
    }
}
