//! What the steps of a plan cannot keep, with the migration of each: a plain value for programs.

use serde::Serialize;

use crate::migration::{Plan, PlannedStatement, StepLoss};

/// A loss and the migration that takes it.
#[derive(Clone, Debug, Serialize)]
pub struct Lost {
    pub version: String,
    #[serde(flatten)]
    pub loss: StepLoss,
}

/// A statement whose effect cannot be counted.
#[derive(Clone, Debug, Serialize)]
pub struct Unclear {
    pub version: String,
    #[serde(flatten)]
    pub statement: PlannedStatement,
}

/// Everything that plans take.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Taken {
    pub losses: Vec<Lost>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unclear: Vec<Unclear>,
}

impl Taken {
    pub fn from_plan(plan: &Plan) -> Self {
        let mut taken = Self::default();
        for step in &plan.steps {
            let version = || step.version.clone();
            taken.losses.extend(step.losses.iter().cloned().map(|loss| Lost { version: version(), loss }));
            let unclear = step.unclear.iter().cloned();
            taken.unclear.extend(unclear.map(|statement| Unclear { version: version(), statement }));
        }
        taken
    }

    /// What another plan takes as well.
    pub fn extend(&mut self, more: Self) {
        self.losses.extend(more.losses);
        self.unclear.extend(more.unclear);
    }
}
