//! What a post shows: one image (72 %), one video (12 %) or a carousel of 2 ... 10 of either (16 %).
//!
//! A function of the photo's id by one hash, so that media rows can be counted as cheaply as they are made.

use super::id::PhotoId;
use super::{Backing, World};
use crate::random::hash::{h1, key, stream};

/// One item of a post.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaKind {
    /// A still picture.
    Image,
    /// A clip.
    Video,
}

/// The items of one post, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Media {
    count: u8,
    videos: u16,
}

impl Media {
    /// How many items: 1 ... 10.
    pub fn count(self) -> u32 {
        self.count as u32
    }

    /// The kind of the `order`-th item, from 0.
    pub fn kind(self, order: u32) -> MediaKind {
        if self.videos >> order & 1 == 1 { MediaKind::Video } else { MediaKind::Image }
    }
}

const IMAGE_BELOW: u64 = 720;
const VIDEO_BELOW: u64 = 840;
/// Cumulative, of 1,000: carousels of 2, 3, ... 10 items, 3.5 on average.
const CAROUSELS: [u64; 9] = [385, 624, 772, 864, 921, 956, 978, 992, 1000];
/// Of 16: videos among the items of a carousel.
const CAROUSEL_VIDEOS: u64 = 2;

/// The rule, under one seed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MediaRule {
    key: u64,
}

impl MediaRule {
    pub(crate) fn new(seed: u64) -> MediaRule {
        MediaRule { key: key(seed, stream("media")) }
    }

    /// The media of a photo.
    #[inline(always)]
    pub(crate) fn of(&self, photo: PhotoId) -> Media {
        let hash = h1(self.key, photo.0 as u64);
        let kind = per_mille(hash, 0);
        if kind < IMAGE_BELOW {
            return Media { count: 1, videos: 0 };
        }
        if kind < VIDEO_BELOW {
            return Media { count: 1, videos: 1 };
        }
        let size = per_mille(hash, 10);
        let count = 2 + CAROUSELS.iter().filter(|&&below| size >= below).count();
        let bits = h1(self.key ^ 1, photo.0 as u64);
        let videos = (0..count).fold(0, |v, i| v | u16::from((bits >> (4 * i) & 15) < CAROUSEL_VIDEOS) << i);
        Media { count: count as u8, videos }
    }
}

/// 0 ... 999 from 20 bits of a hash.
fn per_mille(hash: u64, shift: u32) -> u64 {
    ((hash >> (2 * shift) & 0xF_FFFF) * 1000) >> 20
}

impl World {
    /// What a photo's post shows.
    #[inline(always)]
    pub fn media(&self, photo: PhotoId) -> Media {
        match &self.backing {
            Backing::Computed(computed) => computed.media.of(photo),
            Backing::Stored(exact) => exact.media.of(photo),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_and_sizes_are_as_measured() {
        let rule = MediaRule::new(1);
        let (mut images, mut videos, mut items, mut carousels) = (0, 0, 0, 0);
        for photo in 0..100_000 {
            let media = rule.of(PhotoId(photo));
            match (media.count(), media.kind(0)) {
                (1, MediaKind::Image) => images += 1,
                (1, MediaKind::Video) => videos += 1,
                (count, _) => {
                    assert!((2..=10).contains(&count));
                    carousels += 1;
                    items += count;
                }
            }
        }
        assert!(
            (71_400..72_600).contains(&images) && (11_600..12_400).contains(&videos),
            "{images} {videos}"
        );
        assert!((3.4..3.6).contains(&(items as f64 / carousels as f64)));
    }
}
