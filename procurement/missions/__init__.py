"""Who may compete for a contract reserved under article 2.82a: a public task, profit, say, and no earlier award."""
