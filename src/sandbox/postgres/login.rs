//! An account for one sandbox. Strangers' SQL runs with its rights, and cannot switch to another account. So even SQL that gets
//! past the gate never has the rights of the course's account, which may be a superuser.
//!
//! The account is dropped with its sandbox. If a run is killed, its account cannot log in after some minutes, and the next run
//! drops it.

use std::hash::{BuildHasher, Hasher, RandomState};

use tokio_postgres::{Client, Error};

use super::roles::{READER, Roles};
use super::session::{self, Session, cell, first};
use crate::database::Target;
use crate::database::postgres as server;
use crate::sandbox::Result;

/// Accounts that can no longer log in and are not in use. An account that still owns something stays until its database is
/// dropped.
const OLD: &str = "SELECT quote_ident(rolname) FROM pg_roles r WHERE rolname LIKE 'instaseed\\_stranger\\_%' \
     AND rolvaliduntil < now() AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.usename = r.rolname)";
/// How long a password is valid; a session may last longer.
const UNTIL: &str = "SELECT (now() + interval '10 minutes')::text, current_setting('search_path'), \
     quote_ident(current_database())";

pub(super) struct Login {
    name: String,
    /// The database, with the account's name and password.
    target: Target,
}

impl Login {
    /// Creates an account and logs in as it; `None` if the course's account may not create it, or if the server does not let it
    /// in.
    pub(super) async fn make(admin: &Client, roles: &Roles, course: &Target) -> Option<(Login, Session)> {
        if !roles.may_make || !roles.are_there {
            return None;
        }
        forget_old(admin).await;
        let name = format!("instaseed_stranger_{}", random());
        let password = format!("{}{}", random(), random());
        create(admin, roles, &name, &password).await.ok()?;
        let target = server::with_account(course, &name, &password);
        let over_tcp = server::over_tcp(&target);
        for target in [Some(target), over_tcp].into_iter().flatten() {
            if let Ok(session) = session::open(&target).await {
                return Some((Login { name, target }, session));
            }
        }
        let _ = admin.batch_execute(&end(&name)).await;
        None
    }

    /// Opens another session.
    pub(super) async fn session(&self, course: &Target) -> Result<Session> {
        if let Ok(session) = session::open(&self.target).await {
            return Ok(session);
        }
        // The password may have expired.
        let admin = session::account(course).await?;
        if let Ok(asked) = admin.simple_query(UNTIL).await {
            let renew = format!("ALTER ROLE {} VALID UNTIL '{}'", self.name, first(&asked, 0));
            let _ = admin.batch_execute(&renew).await;
        }
        session::open(&self.target).await
    }

    /// Makes the account the owner of everything in the database.
    pub(super) async fn own_all(&self, roles: &Roles, course: &Target) -> Result<()> {
        let admin = session::account(course).await?;
        // An abandoned session may still use a table.
        let given = match admin.batch_execute("SET lock_timeout = '5s'").await {
            Ok(()) => roles.give_to(&admin, &self.name).await,
            error => error,
        };
        given.map_err(|error| super::broken("giving the tables away", error))
    }

    /// Drops the account after its sessions have ended.
    pub(super) async fn end(&self, course: &Target) -> Result<()> {
        let admin = session::account(course).await?;
        let ended = admin.batch_execute(&end(&self.name)).await;
        ended.map_err(|error| super::broken("dropping an account", error))
    }
}

async fn create(admin: &Client, roles: &Roles, name: &str, password: &str) -> Result<(), Error> {
    let asked = admin.simple_query(UNTIL).await?;
    let [until, path, database] = [0, 1, 2].map(|at| first(&asked, at));
    let mut script = format!(
        "CREATE ROLE {name} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}' VALID UNTIL '{until}'; \
         GRANT {READER} TO {name}; ALTER ROLE {name} SET search_path = {path}; {}; ",
        roles.grant()
    );
    script.push_str(&match roles.is_superuser {
        true => format!("ALTER ROLE {name} SET temp_file_limit = '256MB'"),
        false => format!("GRANT {name} TO CURRENT_USER"),
    });
    // Either all of it happens or nothing.
    admin.batch_execute(&script).await?;
    // By default, every account may connect.
    let _ = admin.batch_execute(&format!("GRANT CONNECT, TEMPORARY ON DATABASE {database} TO {name}")).await;
    Ok(())
}

fn end(name: &str) -> String {
    format!(
        "SET lock_timeout = '5s'; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{name}'; \
         REASSIGN OWNED BY {name} TO CURRENT_USER; DROP OWNED BY {name}; DROP ROLE {name}"
    )
}

async fn forget_old(admin: &Client) {
    let found = admin.simple_query(OLD).await.unwrap_or_default();
    for name in found.iter().filter_map(|message| cell(message, 0)) {
        let _ = admin.batch_execute(&format!("DROP ROLE {name}")).await;
    }
}

/// Letters and digits that nobody can guess. They come from the standard library's hasher, whose keys are random.
fn random() -> String {
    let number = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", number(), number())
}
