"""Promises for the neighbourhood inside a bid: what, how much, by when, and how it is proven."""
