"""The sealed text of a bid: where it belongs, its hash, and whether it is what was handed in."""
