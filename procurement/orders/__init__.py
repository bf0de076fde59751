"""Orders under frameworks that went to one supplier without competition, as they are told to everyone."""
