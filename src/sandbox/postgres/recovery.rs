//! Waits for an answer within its time limit, and continues in another session if there is none.
//!
//! A few functions of the server check neither the time limit nor whether their session is ended. So the verdict does not wait
//! for them. A transaction that was open in the session is lost: until it is rolled back, every statement in it is refused.

use std::time::Duration;

use super::{PostgresSandbox, milliseconds, session};
use crate::sandbox::{Limits, Refusal, Result, Trouble};

/// How much longer than its limit a statement may take before its session is abandoned.
const GRACE: Duration = Duration::from_millis(1500);

impl PostgresSandbox {
    /// Waits for an answer, and abandons the session if there is none in time.
    pub(super) fn ask<T, E>(
        &self,
        limits: &Limits,
        asked: impl Future<Output = Result<T, E>>,
        explain: impl FnOnce(E) -> Trouble,
    ) -> Result<T, Trouble> {
        let patience = Duration::from_millis(milliseconds(limits)) + GRACE;
        match self.runtime.run(async { tokio::time::timeout(patience, asked).await }) {
            Ok(done) => done.map_err(explain),
            Err(_) => {
                self.is_lost.set(true);
                Err(Refusal::TooSlow.into())
            }
        }
    }

    /// Opens another session if this one is lost.
    pub(super) fn recover<T>(&mut self, done: Result<T, Trouble>) -> Result<T, Trouble> {
        if self.is_lost.replace(false) {
            self.is_gone = self.in_transaction;
            self.runtime.run(session::end(&self.target, &self.pid))?;
            self.renew()?;
        }
        done
    }

    /// Opens a new session, which has no settings, temporary tables or locks that a stranger left in the previous one.
    pub(super) fn renew(&mut self) -> Result<()> {
        let session = self.runtime.run(async {
            match &self.login {
                Some(login) => login.session(&self.target).await,
                None => session::open(&self.target).await,
            }
        })?;
        (self.client, self.pid) = (session.client, session.pid);
        if self.has_script { self.be_the_author() } else { Ok(()) }
    }

    pub(super) fn is_alive(&self) -> Result<(), Refusal> {
        if self.is_gone { Err(Refusal::TooSlow) } else { Ok(()) }
    }

    /// Makes the login the owner of the tables. Must run before a transaction, which might use them.
    pub(super) fn own(&mut self) -> Result<()> {
        let Some(login) = self.login.as_ref().filter(|_| !self.is_owner && !self.in_transaction) else {
            return Ok(());
        };
        self.runtime.run(login.own_all(&self.roles, &self.target))?;
        self.is_owner = true;
        Ok(())
    }
}

impl Drop for PostgresSandbox {
    fn drop(&mut self) {
        if let Some(login) = &self.login {
            // If anything of it is left, it cannot log in for long, and a later run drops it.
            let _ = self.runtime.run(login.end(&self.target));
        }
    }
}
