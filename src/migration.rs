//! What runs against a schema: source, plan, run, lock, ledger, repair.
