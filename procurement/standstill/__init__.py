"""Standstill: between the letters and the definitive award."""
