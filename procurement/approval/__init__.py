"""Review of a draft by a second person, and its publication."""
