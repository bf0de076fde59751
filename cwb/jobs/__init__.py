"""Work after the commit, on a queue in PostgreSQL."""
