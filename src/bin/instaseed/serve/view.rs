//! The pages as HTML: one file a part. Every text from outside is escaped by `maud`; nothing here reads or decides.

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
