"""Backing that falls short when an instrument ends: divided by rule, the fund first, each holder told."""
