//! Finds what blocks a waiting connection of MySQL or MariaDB, as far as the account may see it.

use diesel::QueryResult;

use crate::database::MysqlConnection;
use crate::migration::bookkeeping::LedgerStore;
use crate::migration::holder::Holder;

/// The server does not show every account who holds a metadata lock. It does show (to accounts with
/// the PROCESS privilege, and to every account about its own connections) who has an open
/// transaction or works in the same database. A session without a database may use the tables of any.
const OTHERS: &str = "SELECT CONCAT_WS(CHAR(31), p.ID, CONCAT(p.USER, '@', p.HOST), \
     COALESCE(CONCAT('transaction open since ', t.trx_started), LOWER(p.COMMAND))) AS line \
     FROM information_schema.PROCESSLIST p LEFT JOIN information_schema.INNODB_TRX t ON t.trx_mysql_thread_id = p.ID \
     WHERE p.ID NOT IN (CONNECTION_ID(), ?) AND (p.DB = DATABASE() AND (t.trx_id IS NOT NULL OR p.COMMAND <> 'Sleep') \
     OR p.DB IS NULL AND t.trx_id IS NOT NULL) ORDER BY p.DB IS NULL, t.trx_started IS NULL, t.trx_started, p.ID LIMIT 5";

/// The same for an account that may not see transactions.
const CONNECTIONS: &str = "SELECT CONCAT_WS(CHAR(31), ID, CONCAT(USER, '@', HOST), LOWER(COMMAND)) AS line \
     FROM information_schema.PROCESSLIST WHERE ID NOT IN (CONNECTION_ID(), ?) AND DB = DATABASE() ORDER BY ID LIMIT 5";

pub(super) fn find(connection: &mut MysqlConnection, waiting: i64) -> QueryResult<Vec<Holder>> {
    let is_waiting = connection.number(&format!(
        "SELECT COUNT(*) AS number FROM information_schema.PROCESSLIST WHERE ID = {waiting} AND \
         (STATE LIKE 'Waiting for %lock%' OR STATE LIKE '%updating%' OR STATE LIKE 'Statistics%' OR STATE = 'Update')"
    ))?;
    if is_waiting == 0 {
        return Ok(Vec::new());
    }
    let id = waiting.to_string();
    let lines = match connection.lines(&OTHERS.replace('?', &id)) {
        Ok(lines) => lines,
        Err(_) => connection.lines(&CONNECTIONS.replace('?', &id))?,
    };
    Ok(lines.iter().map(|line| holder(line)).collect())
}

fn holder(line: &str) -> Holder {
    let mut parts = line.split('\u{1f}');
    let id = parts.next().unwrap_or_default();
    let who = parts.collect::<Vec<_>>().join(", ");
    Holder { id: format!("connection {id}"), who: Some(who), since: None, end: Some(format!("KILL {id}")) }
}
