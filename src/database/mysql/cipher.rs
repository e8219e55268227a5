//! Which cipher a session has: MySQL and MariaDB keep it in different tables.

use crate::database::{Db, ServerInfo};

/// A server may hide this table (MySQL without performance_schema): then the cipher is unknown.
pub(super) fn add(db: &mut Db, facts: &mut ServerInfo) {
    for row in db.cells(query(&facts.product)).unwrap_or_default() {
        facts.set(row);
    }
}

/// The status variable with the session's cipher: the two servers keep it in different tables.
fn query(product: &str) -> &'static str {
    match product {
        "MariaDB" => {
            "SELECT 'cipher' AS a, variable_value AS b, NULL AS c, NULL AS d, NULL AS e, NULL AS f, NULL AS g, NULL AS h
             FROM information_schema.session_status WHERE variable_name = 'Ssl_cipher'"
        }
        _ => {
            "SELECT 'cipher' AS a, variable_value AS b, NULL AS c, NULL AS d, NULL AS e, NULL AS f, NULL AS g, NULL AS h
             FROM performance_schema.session_status WHERE variable_name = 'Ssl_cipher'"
        }
    }
}
