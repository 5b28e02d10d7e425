"""Everything kept in SQLite or PostgreSQL, through one set of tables and statements."""
