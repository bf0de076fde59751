"""Cooperatives and what anchors need."""
