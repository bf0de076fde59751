"""Contracts: from a definitive award to two signatures."""
