"""Registering a cooperative in five short steps, left and taken up at any moment."""
