"""Ending an instrument: announced, agreed by two, paid out of its own backing in a fixed order, until its books are zero."""
