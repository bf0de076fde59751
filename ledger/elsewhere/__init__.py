"""Figures of other places, each with its own definition beside it."""
