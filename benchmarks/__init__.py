"""Measurements, run by `cwb bench`; imported by name from a checkout, never installed."""
