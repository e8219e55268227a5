//! Reaching databases: every form of URL, every way to fail, and what each error says.
