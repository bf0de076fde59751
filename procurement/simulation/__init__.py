"""Simulated bids on a scoring: chance that everybody can repeat."""
