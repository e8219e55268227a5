//! Divides a text that is longer than the screen into pages: which lines are shown, and where the next and the previous page
//! begin.

/// The number of rows that each line of a text takes, and the number of rows on the screen.
#[derive(Debug)]
pub struct Pages {
    rows: Vec<usize>,
    room: usize,
}

impl Pages {
    pub fn new(rows: Vec<usize>, room: usize) -> Pages {
        Pages { rows, room: room.max(1) }
    }

    /// The line after the last one that fits. A line that is too long for the screen is shown anyway.
    pub fn end(&self, first: usize) -> usize {
        let mut used = 0;
        let fits = |rows: &&usize| {
            used += **rows;
            used <= self.room
        };
        let count = self.rows.iter().skip(first).take_while(fits).count();
        (first + count.max(1)).min(self.rows.len())
    }

    /// The first line of a page that ends before this line.
    pub fn before(&self, end: usize) -> usize {
        let mut used = 0;
        let fits = |rows: &&usize| {
            used += **rows;
            used <= self.room
        };
        let before = &self.rows[..end.min(self.rows.len())];
        let count = before.iter().rev().take_while(fits).count();
        before.len() - count.max(1).min(before.len())
    }

    /// The first line of the last page; 0 if all lines fit.
    pub fn last(&self) -> usize {
        self.before(self.rows.len())
    }
}

#[cfg(test)]
mod tests {
    use super::Pages;

    #[test]
    fn pages_follow_each_other_without_a_gap() {
        let pages = Pages::new(vec![1, 1, 2, 1, 5, 1], 3);
        assert_eq!([0, 2, 3, 4, 5].map(|first| pages.end(first)), [2, 4, 4, 5, 6]);
        assert_eq!([2, 4, 5, 6].map(|end| pages.before(end)), [0, 2, 4, 5]);
        assert_eq!(pages.last(), 5);
        assert_eq!((Pages::new(vec![1, 1], 9).last(), Pages::new(vec![], 9).last()), (0, 0));
        assert_eq!(Pages::new(vec![], 9).end(0), 0);
    }
}
