//! Hashtags: clear ranks from the first to the sixth, a tie behind, one pair that is on most photos, one that nobody uses.

use super::draw::Draw;
use crate::random::hash::stream;
use crate::world::id::TagId;
use crate::world::tag::TagKind;

const TAGS: u64 = stream("planted.tag");
/// How many photos have each tag.
const USES: [usize; 15] = [60, 52, 44, 37, 31, 26, 20, 16, 16, 12, 9, 6, 4, 2, 0];
/// One in so many photos has none in any case.
const BARE: usize = 9;

/// What each tag is about, and the tags of each photo.
pub(super) fn tags(seed: u64, photos: usize) -> (Vec<TagKind>, Vec<Vec<TagId>>) {
    let mut draw = Draw::of(seed, TAGS);
    let all: Vec<u32> = (0..USES.len() as u32).collect();
    let kinds = draw.shuffled(&all).into_iter().map(|rank| TagKind::Generic { rank }).collect();
    let by_use: Vec<TagId> = draw.shuffled(&all).into_iter().map(TagId).collect();
    let tagged: Vec<usize> = (0..photos).filter(|photo| photo % BARE != 0).collect();
    let mut of_photo = vec![Vec::new(); photos];
    for (rank, (tag, uses)) in by_use.iter().zip(USES).enumerate() {
        let mut bearers = draw.shuffled(&tagged);
        if rank == 1 {
            // The second goes with the first wherever it can.
            bearers.sort_by_key(|photo| of_photo[*photo].is_empty());
        }
        bearers[..uses].iter().for_each(|photo| of_photo[*photo].push(*tag));
    }
    (kinds, of_photo)
}
