//! Ctrl-C: the first one asks the work to stop at a safe place, the second one ends the program at once.

use crate::commands::Failure;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What a shell sees of a program that Ctrl-C has ended.
const ENDED_BY_SIGNAL: i32 = 130;

/// A flag that is set when the user, or whoever runs us, wants the work to stop.
pub fn flag() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        // In this order: the flag that the first signal sets is what makes the second one final.
        flag::register_conditional_shutdown(signal, ENDED_BY_SIGNAL, Arc::clone(&stop))
            .map_err(Failure::Signals)?;
        flag::register(signal, Arc::clone(&stop)).map_err(Failure::Signals)?;
    }
    Ok(stop)
}
