"""Ending mutual credit: announced by two, no new credit, positions fixed in euros, paid in parts, losses by order."""
