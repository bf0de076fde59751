"""Relying on another organisation's means: the bidder asks, the other promises and states for itself."""
