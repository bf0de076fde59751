"""The part of `ledger` in the demo year."""
