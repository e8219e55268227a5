//! The only list of tables and columns: how a fact of the world becomes a row of a real table.
