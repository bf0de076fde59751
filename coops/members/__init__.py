"""Members: who is a member of a cooperative, since when, as what; each sees and mends the own row."""
