//! The sessions of a sandbox: one for strangers' SQL, and another one with the account's rights for as long as they are needed.

use tokio_postgres::{Client, SimpleQueryMessage};

use super::broken;
use crate::database::Target;
use crate::database::postgres as server;
use crate::sandbox::Result;

/// A session for strangers' SQL.
pub(super) struct Session {
    pub(super) client: Client,
    /// The id of the session on the server.
    pub(super) pid: String,
}

pub(super) async fn open(target: &Target) -> Result<Session> {
    const OPENING: &str = "opening it";
    let client = account(target).await?;
    for settings in
        [server::SESSION, server::LIMITS, "SET jit = off; SET max_parallel_workers_per_gather = 0"]
    {
        client.batch_execute(settings).await.map_err(|error| broken(OPENING, error))?;
    }
    let asked = client.simple_query("SELECT pg_backend_pid()::text").await;
    let pid = first(&asked.map_err(|error| broken(OPENING, error))?, 0);
    Ok(Session { client, pid })
}

/// Opens a session of the account.
pub(super) async fn account(target: &Target) -> Result<Client> {
    let (client, connection) = server::raw(target).await?;
    tokio::spawn(connection);
    Ok(client)
}

/// Ends a session that does not respond. A function that is running ends when the server's code next checks for this.
pub(super) async fn end(account: &Target, pid: &str) -> Result<()> {
    let client = self::account(account).await?;
    let ended = client.batch_execute(&format!("SELECT pg_terminate_backend({pid})")).await;
    ended.map_err(|error| broken("ending a session", error))
}

/// A cell of the first row; empty if there is none.
pub(super) fn first(messages: &[SimpleQueryMessage], at: usize) -> String {
    messages.iter().find_map(|message| cell(message, at)).unwrap_or_default()
}

pub(super) fn cell(message: &SimpleQueryMessage, at: usize) -> Option<String> {
    match message {
        SimpleQueryMessage::Row(row) => row.get(at).map(str::to_owned),
        _ => None,
    }
}
