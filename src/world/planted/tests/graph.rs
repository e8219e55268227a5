//! Facts about who follows whom.

use super::*;

impl Facts {
    /// P10, P11, P17.
    pub(super) fn ranks_of_followers(&self) {
        let Facts { seed, people, .. } = self;
        let ranks = greatest(users().map(|user| self.followers(user).len()));
        assert_eq!(ranks[..11], [68, 62, 56, 46, 44, 42, 40, 38, 36, 34, 32], "seed {seed}");
        assert!(ranks[11] <= 24, "seed {seed}: {ranks:?}");
        let followed = |least: usize| users().filter(move |user| self.followers(*user).len() >= least);
        let celebrities: BTreeSet<UserId> =
            followed(40).filter(|user| self.followees(*user).len() <= 3).collect();
        assert_eq!(celebrities, people.celebrities.iter().copied().collect(), "seed {seed}");
        let nobody = celebrities.iter().filter(|user| self.followees(**user).is_empty());
        assert!(nobody.count() == 1 && followed(40).count() == 7, "seed {seed}");
        let posts = |user: &UserId| !self.photos_of(*user).is_empty();
        assert!(users().filter(posts).any(|user| self.followers(user).is_empty()), "seed {seed}");
        assert!(users().filter(posts).any(|user| self.followees(user).is_empty()), "seed {seed}");
    }

    /// P12.
    pub(super) fn follow_backs(&self) {
        let Facts { seed, planted, people } = self;
        let mutual = planted
            .follows
            .iter()
            .filter_map(|(&(a, b), time)| Some((a, b, time, planted.follows.get(&(b, a))?)));
        let pairs: Vec<_> = mutual.filter(|(a, b, ..)| a < b).collect();
        let at_once = pairs.iter().filter(|(_, _, there, back)| there == back).count();
        assert!(
            at_once == 1 && (40..=110).contains(&pairs.len()),
            "seed {seed}: {at_once} of {}",
            pairs.len()
        );
        let bob = people.bob();
        assert!(self.followees(people.alice).contains(&bob) && self.followers(people.alice).contains(&bob));
    }

    /// P18.
    pub(super) fn suggestion(&self) {
        let Facts { seed, people, .. } = self;
        let mine = self.followees(people.alice);
        let common = |user: UserId| self.followers(user).intersection(&mine).count();
        let others = users().filter(|user| *user != people.alice && !mine.contains(user));
        let ranks = greatest(others.map(common));
        assert!(ranks[0] == 4 && ranks[1] <= 2, "seed {seed}: {ranks:?}");
        assert!(mine.iter().any(|user| common(*user) > 4), "seed {seed}");
    }

    /// P19.
    pub(super) fn chain(&self) {
        let Facts { seed, people, .. } = self;
        let (alice, zoe) = (people.alice, people.zoe());
        let steps = |both_ways: bool| {
            let (mut reached, mut steps) = (BTreeSet::from([alice]), 0);
            while !reached.contains(&zoe) {
                let mut next = reached.clone();
                for user in &reached {
                    next.extend(self.followees(*user));
                    next.extend(self.followers(*user).into_iter().filter(|_| both_ways));
                }
                assert!(next.len() > reached.len(), "seed {seed}: there is a way");
                (reached, steps) = (next, steps + 1);
            }
            steps
        };
        assert_eq!((steps(false), steps(true)), (people.chain.len(), 1), "seed {seed}");
        assert!((2..=4).contains(&people.chain.len()));
        assert!(self.followees(people.chain[1]).contains(&people.chain[0]), "seed {seed}: a circle");
    }
}
