"""Measuring: runs the benchmarks that lie beside the packages in a checkout."""
