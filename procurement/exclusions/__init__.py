"""A buyer's reasoned decisions that a supplier may not bid for a while."""
