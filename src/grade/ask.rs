//! How the grader asks a sandbox: with its own limits, and with refusals apart from failures of the sandbox.

use super::Result;
use crate::sandbox::{Limits, Refusal, Sandbox, SandboxError, Trouble};

/// Limits for the grader's own queries, which read whole tables.
pub(super) const ALL: Limits = Limits { work: 500_000_000, seconds: 30.0, rows: 2_000_000, bytes: 512 << 20 };

/// Separates a refusal from a failure of the sandbox itself.
pub(super) fn told<T>(outcome: Result<T, Trouble>) -> Result<Result<T, Refusal>> {
    match outcome {
        Ok(value) => Ok(Ok(value)),
        Err(Trouble::Refused(refusal)) => Ok(Err(refusal)),
        Err(Trouble::Failed(error)) => Err(error.into()),
    }
}

/// The result of a statement of the grader, which nothing should refuse.
pub(super) fn ours<T>(outcome: Result<T, Trouble>, action: &'static str) -> Result<T> {
    told(outcome)?.map_err(|refusal| SandboxError::Broken { action, source: refusal.into() }.into())
}

/// Asks something within a transaction, and undoes what it did. A refused query would otherwise spoil the transaction.
pub(super) fn undone<T>(sandbox: &mut dyn Sandbox, ask: impl FnOnce(&mut dyn Sandbox) -> T) -> Result<T> {
    sandbox.savepoint()?;
    let asked = ask(sandbox);
    sandbox.roll_back_to_savepoint()?;
    Ok(asked)
}
