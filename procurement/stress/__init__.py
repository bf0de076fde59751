"""Stress test of a scoring before it is published: reversal, weights, extremes, the worth of a point, a verdict."""
