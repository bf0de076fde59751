"""Ending an instrument: announced, agreed by two, paid in a fixed order out of its backing, down to books at zero."""
