"""Needs of several anchors put together: what a founding group could live from."""
