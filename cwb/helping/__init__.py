"""Somebody helps a cooperative for a while: asked by its board, within limits, with a log that the board reads."""
