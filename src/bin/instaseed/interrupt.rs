//! Ctrl-C: the first one asks the work to stop at a safe place, the second one ends the program at once. Either way
//! the exit code is the one that shells know: 128 and the number of the signal.

use crate::commands::Failure;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

/// The signal that came, 0 for none.
static CAUGHT: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

/// A flag that is set when the user, or whoever runs us, wants the work to stop.
pub fn flag() -> Result<Arc<AtomicBool>, Failure> {
    let stop = Arc::new(AtomicBool::new(false));
    let caught = CAUGHT.get_or_init(Arc::default);
    for signal in [SIGINT, SIGTERM] {
        // In this order: the flag that the first signal sets is what makes the second one final.
        flag::register_conditional_shutdown(signal, i32::from(exit_code(signal)), Arc::clone(&stop))
            .map_err(Failure::Signals)?;
        flag::register_usize(signal, Arc::clone(caught), signal as usize).map_err(Failure::Signals)?;
        flag::register(signal, Arc::clone(&stop)).map_err(Failure::Signals)?;
    }
    Ok(stop)
}

/// The signal that asked the work to stop, if one did.
pub fn caught() -> Option<i32> {
    let signal = CAUGHT.get()?.load(Ordering::Relaxed);
    i32::try_from(signal).ok().filter(|signal| *signal != 0)
}

/// 130 for Ctrl-C, 143 for a polite kill.
pub fn exit_code(signal: i32) -> u8 {
    u8::try_from(128 + signal).unwrap_or(2)
}
