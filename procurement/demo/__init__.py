"""The part of `procurement` in the demo year."""
