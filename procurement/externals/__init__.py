"""Contracts that were tendered elsewhere: on TenderNed, or before this market was there."""
