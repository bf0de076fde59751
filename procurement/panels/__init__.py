"""Panels: who assesses a tender, and that nobody in it has an interest."""
