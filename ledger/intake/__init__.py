"""Plain data from outside, read with every fault at its place."""
