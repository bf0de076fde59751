"""The same purchase with another amount: a person says whether it is the same, and it is counted once either way."""
