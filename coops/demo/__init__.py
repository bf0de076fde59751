"""The part of `coops` in the demo year."""
