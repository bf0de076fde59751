"""Which column of a table holds what: known names, what the cells look like, and how sure that is."""
