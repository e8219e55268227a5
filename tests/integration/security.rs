//! What must not happen whoever answers, whatever a file holds and wherever a name leads: docs/security.md, promise by
//! promise, through the real binary. Hostile servers are threads of the test on the loopback interface.

mod fake;
mod files;
mod login;
mod output;
mod passwords;
mod planted;
mod schema;
mod silence;
