"""Bids: prepared as drafts, sealed at submission, opened by two people after the deadline."""
