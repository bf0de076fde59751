"""Shares beside each other: what is certain of their order, and whether each has enough evidence."""
