//! Data sets on a server: fixtures, which stay there, and clones of them, which are dropped when they are no longer needed.

use super::{Set, Source};
use crate::database::{Db, Engine, Target};
use crate::fixture::FixtureDb;
use crate::grade::Result;
use crate::sandbox::{self, Answer, Limits, Sandbox, SandboxError, Trouble};

pub(in crate::grade) struct Servers {
    /// With the password.
    url: String,
}

impl Servers {
    pub(in crate::grade) fn new(server: &Target) -> Servers {
        Servers { url: server.exposed_url() }
    }

    fn cloned(&self, set: &Set) -> Result<Cloned> {
        // If a run panics, its clones stay until the next cleanup. There is no need to report them.
        let clone = set.fixture().when_kept(|_| ()).at(&self.url)?;
        let target = Target::parse(clone.url()).map_err(SandboxError::from)?;
        Ok(Cloned { sandbox: sandbox::open(&target)?, _clone: clone })
    }
}

impl Source for Servers {
    fn reader(&mut self, set: &Set) -> Result<Box<dyn Sandbox>> {
        Ok(Box::new(self.cloned(set)?))
    }

    fn scratch(&mut self, set: &Set) -> Result<Box<dyn Sandbox>> {
        Ok(Box::new(self.cloned(set)?))
    }
}

/// A sandbox with its database.
struct Cloned {
    sandbox: Box<dyn Sandbox>,
    /// Dropped after the connection to it is closed.
    _clone: FixtureDb<Db>,
}

impl Sandbox for Cloned {
    fn engine(&self) -> Engine {
        self.sandbox.engine()
    }

    fn query(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble> {
        self.sandbox.query(text, limits)
    }

    fn trusted(&mut self, text: &str, limits: &Limits) -> Result<Answer, Trouble> {
        self.sandbox.trusted(text, limits)
    }

    fn script(&mut self, text: &str, limits: &Limits) -> Result<(), Trouble> {
        self.sandbox.script(text, limits)
    }

    fn execute(&mut self, text: &str, limits: &Limits) -> Result<(), Trouble> {
        self.sandbox.execute(text, limits)
    }

    fn begin(&mut self) -> Result<(), SandboxError> {
        self.sandbox.begin()
    }

    fn roll_back(&mut self) -> Result<(), SandboxError> {
        self.sandbox.roll_back()
    }

    fn savepoint(&mut self) -> Result<(), SandboxError> {
        self.sandbox.savepoint()
    }

    fn release(&mut self) -> Result<(), SandboxError> {
        self.sandbox.release()
    }

    fn roll_back_to_savepoint(&mut self) -> Result<(), SandboxError> {
        self.sandbox.roll_back_to_savepoint()
    }
}
