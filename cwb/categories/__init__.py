"""Kinds of purchase, as the area names them."""
