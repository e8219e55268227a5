//! The pages as HTML, with one file for each part. `maud` escapes every text from outside; nothing here reads files or decides.

mod attempts;
mod cells;
mod diagram;
mod example;
mod exercise;
pub mod layout;
mod lens;
mod list;
mod markdown;
mod shape;
mod tables;
mod verdict;

pub use attempts::Attempt;
pub use exercise::{Sheet, Shown, exercise};
pub use layout::Frame;
pub use list::{List, list};
pub use shape::{Column, Shape};
