"""Dividing a draft into lots: add, change, put away, criteria of their own."""
