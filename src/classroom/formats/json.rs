//! The format of instaseed itself: an object for one submission, a list of objects for a class.

use super::pretty;
use crate::classroom::marks::Marks;

pub(super) fn one(marks: &Marks) -> String {
    pretty(marks)
}

pub(super) fn many(class: &[Marks]) -> String {
    pretty(&class)
}
