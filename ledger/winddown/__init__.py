"""Ending an instrument: announced, agreed by two, paid in a fixed order out of its backing, until its books are zero."""
