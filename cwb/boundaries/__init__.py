"""Boundaries of wijken and buurten, imported from a file, checked, simplified and drawn."""
