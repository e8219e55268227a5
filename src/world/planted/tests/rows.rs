//! Facts about sign-ups, photos, likes, comments and tags.

use super::*;

impl Facts {
    /// P1, P2, P13.
    pub(super) fn sign_ups(&self) {
        let Facts { seed, planted: Planted { sign_ups, .. }, people, .. } = self;
        let times: BTreeSet<Time> = sign_ups.iter().copied().collect();
        assert_eq!(times.len(), 100, "seed {seed}: all times differ");
        assert!(!sign_ups.is_sorted(), "seed {seed}: ids say nothing of time");
        assert!(times.iter().all(|time| (8..15).contains(&time.clock().0)), "seed {seed}");
        let weekdays = greatest(tally(times.iter().map(|time| time.0 / DAY % 7)).into_values());
        assert_eq!(weekdays, [22, 13, 13, 13, 13, 13, 13], "seed {seed}");
        let months: Vec<(u32, u32)> =
            tally(times.iter().map(|time| (time.date().0, time.date().1))).into_keys().collect();
        assert_eq!(months.len(), 12, "seed {seed}: {months:?}");
        let empty = (4..=11).filter(|month| !months.contains(&(2023, *month))).count();
        assert!(empty == 1 && months.first() == Some(&(2023, 1)) && months.last() == Some(&(2024, 1)));
        assert!(times.iter().any(|time| time.date() == (2023, 3, 31)), "seed {seed}: the last of March");
        let at = |user: UserId| sign_ups[user.0 as usize];
        assert!(at(people.prolific) < day("2023-02-01") && at(people.alice) < day("2023-07-01"));
        assert!(at(people.fans[1]) < day("2023-07-01"));
        let newcomer = self.planted.roles.iter().find(|(role, _)| *role == Role::Newcomer).expect("somebody");
        assert_eq!(Some(&at(newcomer.1)), times.last(), "seed {seed}");
        let mut known: Vec<UserId> = self.planted.roles.iter().map(|(_, user)| *user).collect();
        known.extend(self.planted.names.iter().map(|(user, _)| *user));
        assert_eq!(known.iter().collect::<BTreeSet<_>>().len(), 14, "seed {seed}: one name each");
    }

    /// P3: who never posts, never likes, never comments and follows nobody are different groups, with some in each.
    pub(super) fn groups(&self) {
        let group = |is: &dyn Fn(UserId) -> bool| users().filter(|user| is(*user)).collect::<BTreeSet<_>>();
        let no_photo = |user| self.photos_of(user).is_empty();
        let no_like = |user: UserId| self.planted.likes[user.0 as usize].is_empty();
        let no_comment = |user| self.comments_of(user).is_empty();
        let no_follow = |user| self.followees(user).is_empty();
        let groups = [group(&no_photo), group(&no_like), group(&no_comment), group(&no_follow)];
        for (i, one) in groups.iter().enumerate() {
            assert!(groups[i + 1..].iter().all(|other| one != other), "seed {}", self.seed);
        }
        let quiet = group(&|user| no_photo(user) && no_like(user) && no_comment(user));
        let ghosts = group(&|user| quiet.contains(&user) && no_follow(user));
        assert_eq!(ghosts, self.people.ghosts.iter().copied().collect(), "seed {}", self.seed);
        assert_eq!(quiet.len(), ghosts.len() + 2);
        assert!(ghosts.iter().any(|ghost| self.followers(*ghost).len() >= 3));
        let empty = self.people.empty_user();
        assert!(self.followers(empty).is_empty() && ghosts.contains(&empty));
        assert!((3..=6).contains(&ghosts.len()) && (10..=14).contains(&self.people.lurkers.len()));
        assert!(
            self.people.lurkers.iter().all(|user| no_photo(*user) && no_comment(*user) && !no_like(*user))
        );
        let bots = &self.planted.bots;
        assert_eq!(bots.iter().filter(|bot| !no_photo(**bot)).count(), 3, "seed {}", self.seed);
        assert_eq!(bots.iter().filter(|bot| !no_comment(**bot)).count(), 3, "seed {}", self.seed);
        assert!(no_like(self.people.spammer) && !no_comment(self.people.spammer));
    }

    /// P5, P14 and the photos of `dana` and `alice`.
    pub(super) fn photos(&self) {
        let Facts { seed, planted, people } = self;
        assert!((150..250).contains(&planted.photos.len()), "seed {seed}: {}", planted.photos.len());
        assert!(!planted.photos.len().is_multiple_of(100), "seed {seed}");
        let owners = tally(planted.photos.iter().map(|photo| photo.owner));
        let most = greatest(owners.values().copied());
        assert!(owners[&people.prolific] == most[0] && most[0] > most[1], "seed {seed}: {most:?}");
        let months: BTreeSet<(u32, u32)> = self
            .photos_of(people.prolific)
            .iter()
            .map(|photo| photo.created_at.date())
            .map(|d| (d.0, d.1))
            .collect();
        assert!((1..=12).all(|month| months.contains(&(2023, month))), "seed {seed}: {months:?}");
        let of_alice = self.photos_of(people.alice);
        for month in [(2023, 8), (2024, 2)] {
            assert!(
                of_alice.iter().any(|photo| (photo.created_at.date().0, photo.created_at.date().1) == month)
            );
        }
        let days = |user| -> Vec<u32> {
            let days: BTreeSet<u32> = self.photos_of(user).iter().map(|p| p.created_at.0 / DAY).collect();
            days.into_iter().collect()
        };
        let longest = |days: &[u32]| days.chunk_by(|a, b| a + 1 == *b).map(<[u32]>::len).max().unwrap_or(0);
        let streaks = greatest(users().map(|user| longest(&days(user))));
        assert!(streaks[0] == 9 && streaks[1] < 9, "seed {seed}: {streaks:?}");
        let on_streak = days(people.streak);
        assert!(on_streak.len() < self.photos_of(people.streak).len(), "seed {seed}: a day with two");
        assert!(on_streak.chunk_by(|a, b| a + 1 == *b).any(|days| days.len() == 4), "seed {seed}");
    }

    /// P4, P7, P8, P9, P15.
    pub(super) fn likes_and_their_traps(&self) {
        let Facts { seed, planted, people } = self;
        let counts = self.likes_of_photos();
        let ranks = greatest(counts.iter().copied());
        assert!(ranks[..=5].is_sorted_by(|a, b| a > b), "seed {seed}: {ranks:?}");
        let winner = &planted.photos[counts.iter().position(|count| *count == ranks[0]).expect("a winner")];
        let received = |user| self.photos_of(user).iter().map(|p| counts[p.id.0 as usize]).sum::<usize>();
        let of_winner = received(winner.owner);
        assert!(users().any(|user| received(user) > of_winner), "seed {seed}: others have more in all");
        assert!(self.photos_of(winner.owner).len() < self.photos_of(people.prolific).len());

        let all = planted.photos.len();
        let by_user = |count: usize| planted.likes.iter().filter(|likes| likes.len() == count).count();
        assert_eq!((by_user(all), by_user(all - 1)), (6, 2), "seed {seed}");
        let programs: BTreeSet<UserId> = people.bots.iter().chain(&people.near_bots).copied().collect();
        let ordinary = users().filter(|user| !programs.contains(user));
        assert!(ordinary.map(|user| planted.likes[user.0 as usize].len()).all(|count| count * 10 < all * 9));
        let own = planted.photos.iter().filter(|photo| self.likes(photo.owner, photo.id));
        assert!(own.count() >= 7, "seed {seed}");

        let said: BTreeSet<PhotoId> = planted.comments.iter().map(|comment| comment.photo).collect();
        let silent: Vec<&Photo> = planted.photos.iter().filter(|photo| !said.contains(&photo.id)).collect();
        assert!(silent.len() >= 13, "seed {seed}: {}", silent.len());
        let cold: Vec<&&Photo> =
            silent.iter().filter(|photo| self.likers(photo.id).is_subset(&programs)).collect();
        assert_eq!(cold.len(), 1, "seed {seed}");
        assert_eq!(self.likers(cold[0].id).len(), 8, "seed {seed}");

        let dana: Vec<PhotoId> = self.photos_of(people.prolific).iter().map(|photo| photo.id).collect();
        let of_dana = |user: UserId| dana.iter().filter(|photo| self.likes(user, **photo)).count();
        let likes_all = users().filter(|user| of_dana(*user) == dana.len()).collect::<BTreeSet<_>>();
        assert!(likes_all.is_superset(&programs) && people.fans.iter().all(|fan| likes_all.contains(fan)));
        let passes_by =
            |user: UserId| of_dana(user) == 0 && planted.likes[user.0 as usize].len() > dana.len();
        assert!(users().any(passes_by), "seed {seed}");

        let ties = users().filter(|user| {
            let likes = greatest(self.photos_of(*user).iter().map(|p| counts[p.id.0 as usize]));
            likes.iter().take(4).collect::<BTreeSet<_>>().len() < likes.len().min(4)
        });
        assert!(ties.count() > 0, "seed {seed}: a tie in somebody's best photos");
    }

    /// P6, P9, P22.
    pub(super) fn tags(&self) {
        let Facts { seed, planted, .. } = self;
        let uses = tally(planted.tags_of_photo.iter().flatten().copied());
        let ranks = greatest(uses.values().copied());
        assert_eq!(ranks, [60, 52, 44, 37, 31, 26, 20, 16, 16, 12, 9, 6, 4, 2], "seed {seed}");
        assert_eq!(planted.tag_kinds.len(), 15, "seed {seed}: one is not used");
        let bare = planted.tags_of_photo.iter().filter(|tags| tags.is_empty()).count();
        assert!(bare * 9 >= planted.photos.len(), "seed {seed}: {bare}");
        let pairs = planted.tags_of_photo.iter().flat_map(|tags| {
            let pair = |(i, a): (usize, &TagId)| {
                tags[i + 1..].iter().map(|b| (*a.min(b), *a.max(b))).collect::<Vec<_>>()
            };
            tags.iter().enumerate().flat_map(pair).collect::<Vec<_>>()
        });
        let pairs = greatest(tally(pairs).into_values());
        assert!(pairs[0] > pairs[1] + 10, "seed {seed}: {pairs:?}");
    }

    /// P16, P20, P21.
    pub(super) fn comments(&self) {
        let Facts { seed, planted, people } = self;
        let comments = &planted.comments;
        assert!(comments.is_sorted_by_key(|comment| comment.created_at), "seed {seed}");
        let same = comments
            .windows(2)
            .filter(|two| (two[0].photo, two[0].created_at) == (two[1].photo, two[1].created_at));
        assert!(same.count() >= 1, "seed {seed}: two in one second");
        let within_a_minute = |user: UserId| {
            let times: Vec<Time> = self.comments_of(user).iter().map(|comment| comment.created_at).collect();
            times
                .iter()
                .map(|from| times.iter().filter(|t| (from.0..=from.0 + 60).contains(&t.0)).count())
                .max()
        };
        for user in users() {
            let most = within_a_minute(user).unwrap_or(0);
            assert!(
                if user == people.spammer { most == 20 } else { most < 10 },
                "seed {seed}: {user:?} {most}"
            );
        }
        let minutes = tally(self.comments_of(people.spammer).iter().map(|comment| comment.created_at.0 / 60));
        assert!(minutes.values().all(|count| *count < 15), "seed {seed}: {minutes:?}");
        let many = users().filter(|user| *user != people.spammer && self.comments_of(*user).len() >= 16);
        assert!(many.count() >= 2, "seed {seed}");
        let texts = tally(comments.iter().filter_map(|comment| planted.text(comment)));
        assert_eq!((texts["100% free followers"], texts["Great shot!"]), (20, 16), "seed {seed}");
        assert_eq!((texts["I agree 100% with this"], texts["100% agree"], texts["100 likes!"]), (1, 1, 1));
        let once = self.comments_of(people.fans[1]);
        assert!(once.len() == 1 && once[0].created_at < day("2024-01-01"), "seed {seed}");
    }

    /// P23: nothing before its causes, and all before the end.
    pub(super) fn causes(&self) {
        let Facts { seed, planted, .. } = self;
        let end = profile(*seed).as_of;
        let born = |user: UserId| planted.sign_ups[user.0 as usize];
        let posted = |photo: PhotoId| planted.photos[photo.0 as usize].created_at;
        assert!(planted.photos.is_sorted_by(|a, b| a.created_at < b.created_at), "seed {seed}");
        assert!(
            planted.photos.iter().all(|photo| born(photo.owner) < photo.created_at && photo.created_at < end)
        );
        for (user, likes) in users().zip(&planted.likes) {
            for like in likes {
                let cause = born(user).max(posted(like.photo));
                assert!(cause < like.created_at && like.created_at < end, "seed {seed}: {like:?}");
            }
        }
        for comment in &planted.comments {
            let cause = born(comment.author).max(posted(comment.photo));
            assert!(cause < comment.created_at && comment.created_at < end, "seed {seed}: {comment:?}");
        }
        for (&(follower, followee), &time) in &planted.follows {
            assert!(follower != followee && born(follower).max(born(followee)) < time && time < end);
        }
    }
}
