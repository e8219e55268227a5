//! The two roles that strangers' SQL runs as. They cannot log in, and own nothing outside scratch databases. They stay on the
//! server, because other runs use them too.

use tokio_postgres::{Client, Error};

use super::session::{cell, first};

/// Reads the tables.
pub(super) const READER: &str = "instaseed_course_reader";
/// Owns the tables of a scratch database if no account can be created for it.
pub(super) const AUTHOR: &str = "instaseed_course_author";

#[derive(Debug, Clone)]
pub(super) struct Roles {
    /// Whether the account can take on the roles.
    pub(super) are_there: bool,
    pub(super) is_superuser: bool,
    /// Whether the account may create accounts.
    pub(super) may_make: bool,
    schema: String,
}

impl Roles {
    /// Creates the roles if the account may.
    pub(super) async fn find(client: &Client) -> Result<Roles, Error> {
        const ACCOUNT: &str = "SELECT rolsuper::int::text, (rolsuper OR rolcreaterole)::int::text, quote_ident(current_schema()), \
                 (SELECT count(*)::text FROM pg_roles WHERE rolname IN ('instaseed_course_reader', 'instaseed_course_author')) \
             FROM pg_roles WHERE rolname = current_user";
        let account = client.simple_query(ACCOUNT).await?;
        let (is_superuser, may_make) = (first(&account, 0) == "1", first(&account, 1) == "1");
        if may_make && first(&account, 3) != "2" {
            for role in [READER, AUTHOR] {
                // It exists already, or another run has just created it.
                let _ = client
                    .batch_execute(&format!("CREATE ROLE {role} NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE"))
                    .await;
                if !is_superuser {
                    let _ = client.batch_execute(&format!("GRANT {role} TO CURRENT_USER")).await;
                }
            }
        }
        let mut are_there = true;
        for role in [READER, AUTHOR] {
            are_there &= client.batch_execute(&format!("SET ROLE {role}; RESET ROLE")).await.is_ok();
        }
        Ok(Roles { are_there, is_superuser, may_make, schema: first(&account, 2) })
    }

    /// The statements that let the reader read.
    pub(super) fn grant(&self) -> String {
        let schema = &self.schema;
        format!(
            "GRANT USAGE ON SCHEMA {schema} TO {READER}; GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {READER}"
        )
    }

    /// Makes a role the owner of all tables, so that it can change them.
    pub(super) async fn give_to(&self, client: &Client, owner: &str) -> Result<(), Error> {
        // Sequences of columns follow their tables.
        const OWNED: &str = "SELECT format('ALTER %s %s OWNER TO ', \
                 CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, \
                 c.oid::regclass) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace \
                 AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT EXISTS (SELECT 1 FROM pg_depend d \
                     WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i') AND c.relkind = 'S') \
             UNION ALL SELECT format('ALTER ROUTINE %s OWNER TO ', p.oid::regprocedure) \
                 FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace AND NOT EXISTS (SELECT 1 \
                     FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')";
        if !self.are_there {
            return Ok(());
        }
        let mut script = format!("GRANT ALL ON SCHEMA {} TO {owner}", self.schema);
        for message in client.simple_query(OWNED).await? {
            if let Some(statement) = cell(&message, 0) {
                script.push_str(&format!("; {statement}{owner}"));
            }
        }
        client.batch_execute(&script).await
    }
}
