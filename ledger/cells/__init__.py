"""What people write in the cells of a table, and what it means."""
