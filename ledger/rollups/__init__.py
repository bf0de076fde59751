"""Sums of purchase lines per quarter, which the figure is read from, and how often each quarter changed."""
