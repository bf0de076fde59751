"""Offers and wants: what organisations lend, share, sell or seek among each other."""
