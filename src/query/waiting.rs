//! Waits for a server's answer, and no longer than it is wanted.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::timeout;

/// How often a wait looks whether it is to stop.
const TICK: Duration = Duration::from_millis(50);
/// How long a server may take to end a statement, and to say goodbye.
pub(super) const FAREWELL: Duration = Duration::from_secs(3);

/// The answer; none if the wait is to stop. Then the server is asked to end the statement, and has a moment to do so.
pub(super) async fn answer<F: Future, C: Future>(
    future: F,
    stop: &AtomicBool,
    cancel: impl FnOnce() -> C,
) -> Option<F::Output> {
    let mut future = pin!(future);
    loop {
        if let Ok(answer) = timeout(TICK, future.as_mut()).await {
            return Some(answer);
        }
        if stop.load(Ordering::Relaxed) {
            let _ = timeout(FAREWELL, cancel()).await;
            let _ = timeout(FAREWELL, future).await;
            return None;
        }
    }
}
