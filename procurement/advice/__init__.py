"""Which procedure the law and the own policy allow, what may be reserved, and what to watch for."""
