"""Evaluation: a panel scores without names and prices, agrees, and freezes."""
