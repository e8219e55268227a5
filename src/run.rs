//! The only threads: produce in parallel, deliver in order, report progress, stop cleanly.
