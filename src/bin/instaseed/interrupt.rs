//! SIGINT (Ctrl-C) and SIGTERM, the same for every verb.
//!
//! Work that has safe places to stop at is asked to stop at the next one, and reports itself what it leaves behind.
//! Everything else ends at once, and so does such work at a second signal. Either way exactly one error is printed, and
//! the exit code is the one that shells expect: 128 plus the number of the signal.

use crate::failure::Failure;
use crate::output::{self, Output};
use instaseed::Error;
use instaseed::deployment::DeploymentError;
use instaseed::query::{Kept, QueryError};
use instaseed::run::RunError;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

/// The signal that came, 0 for none.
static CAUGHT: AtomicI32 = AtomicI32::new(0);
/// Whether work is to stop at its next safe place. It stays set, so that whatever the verb would do next stops, too.
static STOP: LazyLock<Arc<AtomicBool>> = LazyLock::new(Arc::default);
static AT: Mutex<At> = Mutex::new(At { work: Work::Looking, has_changed: false, left: None });

/// What puts the terminal in order before the program ends.
static RESTORE: Mutex<Option<fn()>> = Mutex::new(None);

/// How long printing the last words may take if nobody reads them.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the program is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// It reads, waits or asks: a signal ends it at once.
    Looking,
    /// It makes rows, for files or to count them.
    Generating,
    /// It runs migrations.
    Migrating {
        /// The same command goes on where this one stops.
        goes_on: bool,
    },
    Loading,
    /// It runs SQL of the person's own.
    Querying {
        writes: bool,
    },
    /// It serves a page until a signal comes.
    #[cfg(feature = "serve")]
    Serving,
    /// It creates or removes something as a whole: a signal ends it at once, and the same command does the rest.
    AtOnce,
    /// It writes something small, once: a signal ends it at once, and whether it was written has to be looked at.
    Writing,
    /// All is done, and only the words about it are still to be printed.
    Done,
}

impl Work {
    fn has_safe_places(self) -> bool {
        #[cfg(feature = "serve")]
        if self == Work::Serving {
            return true;
        }
        matches!(self, Work::Generating | Work::Migrating { .. } | Work::Loading | Work::Querying { .. })
    }

    fn changes(self) -> bool {
        #[cfg(feature = "serve")]
        if self == Work::Serving {
            return false;
        }
        !matches!(self, Work::Looking | Work::Generating | Work::Querying { writes: false } | Work::Done)
    }
}

struct At {
    work: Work,
    /// Something was changed before the current work began.
    has_changed: bool,
    /// What an end at this very moment leaves, where the work itself can tell.
    left: Option<Left>,
}

type Left = Box<dyn Fn() -> Failure + Send>;

impl At {
    /// The error to print if the program ends at this very moment.
    fn failure(&self) -> Failure {
        if let Some(left) = &self.left {
            return left();
        }
        match self.work {
            Work::Looking if !self.has_changed => Failure::Stopped,
            #[cfg(feature = "serve")]
            Work::Serving => Failure::Stopped,
            Work::Looking | Work::AtOnce => Failure::StoppedBetween,
            Work::Generating => Error::Run(RunError::Stopped).into(),
            Work::Migrating { goes_on } => Failure::MigrationStopped {
                left: "in the middle of a migration".to_owned(),
                half: false,
                goes_on,
            },
            Work::Loading => DeploymentError::StoppedEarly.into(),
            Work::Querying { writes: false } => QueryError::Stopped { kept: Kept::Nothing }.into(),
            // Nobody waits for what the engine makes of it.
            Work::Querying { writes: true } => QueryError::Stopped { kept: Kept::Earlier }.into(),
            Work::Writing => Failure::StoppedWriting,
            Work::Done => Failure::StoppedAfter { has_changed: self.has_changed },
        }
    }
}

fn at() -> MutexGuard<'static, At> {
    AT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Work under way; dropped when it has ended.
#[derive(Debug)]
pub struct Begun(Work);

impl Drop for Begun {
    fn drop(&mut self) {
        let mut at = at();
        at.has_changed |= self.0.changes();
        if at.work != Work::Done {
            at.work = Work::Looking;
        }
        let left = at.left.take();
        // What it holds may have to wait for other threads when it goes.
        drop(at);
        drop(left);
    }
}

/// To be held while the work lasts.
pub fn begin(work: Work) -> Begun {
    at().work = work;
    Begun(work)
}

/// The same, for work that can tell what an end at this very moment would leave.
pub fn begin_telling(work: Work, left: impl Fn() -> Failure + Send + 'static) -> Begun {
    let mut at = at();
    at.work = work;
    at.left = Some(Box::new(left));
    Begun(work)
}

/// Everything that the verb is for is done: from here a signal cuts off words only.
pub fn done() {
    is_done(&mut at());
}

fn is_done(at: &mut At) {
    at.has_changed |= at.work.changes();
    at.work = Work::Done;
    at.left = None;
}

/// Does the last piece of the work, a short one: a signal waits for its end.
pub fn unbroken<T, E>(last: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    let mut at = at();
    let value = last()?;
    is_done(&mut at);
    Ok(value)
}

/// As if the signal had come a second time: the work that it asked to stop cannot do so soon.
pub fn insist() {
    if let Some(signal) = caught() {
        // Where it cannot be sent, the work goes on to its next safe place.
        let _ = low_level::raise(signal);
    }
}

/// Has something run before a signal ends the program: for a terminal that must be as it was.
#[cfg(feature = "course")]
pub fn before_the_end(restore: fn()) {
    *RESTORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(restore);
}

/// Whether something was made or taken away before the current work began.
pub fn has_changed() -> bool {
    at().has_changed
}

/// A flag that is set when the user, or whoever runs us, wants the work to stop.
pub fn flag() -> Arc<AtomicBool> {
    Arc::clone(&STOP)
}

pub fn is_stopping() -> bool {
    STOP.load(Ordering::Relaxed)
}

/// The signal that asked the work to stop, if one did.
pub fn caught() -> Option<i32> {
    Some(CAUGHT.load(Ordering::Relaxed)).filter(|signal| *signal != 0)
}

/// 130 for SIGINT, 143 for SIGTERM.
pub fn exit_code(signal: i32) -> u8 {
    u8::try_from(128 + signal).unwrap_or(2)
}

/// From here on a signal does not kill the program: a thread handles it, and prints through `out` if it ends the program
/// at once.
pub fn listen(out: Output) -> Result<(), Failure> {
    let mut signals = Signals::new([SIGINT, SIGTERM]).map_err(Failure::Signals)?;
    thread::spawn(move || {
        for signal in signals.forever() {
            if signal == SIGINT {
                output::typed_ctrl_c();
            }
            let at = at();
            CAUGHT.store(signal, Ordering::Relaxed);
            if !at.work.has_safe_places() || STOP.swap(true, Ordering::Relaxed) {
                end(signal, &at, out);
            }
        }
    });
    Ok(())
}

/// Ends the program. The lock on what it is doing is held, so that no new work begins meanwhile.
fn end(signal: i32, at: &At, out: Output) -> ! {
    let failure = at.failure();
    if let Some(restore) = *RESTORE.lock().unwrap_or_else(PoisonError::into_inner) {
        restore();
    }
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        output::take_the_last_word();
        output::silence();
        out.failure(&failure);
        let _ = tell.send(());
    });
    // A reader that has stalled, or the main thread at its own last words, is not waited for any longer.
    let _ = told.recv_timeout(PATIENCE);
    low_level::exit(i32::from(exit_code(signal)))
}
