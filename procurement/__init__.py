"""Tenders, bids, evaluation, awards, contracts."""
