"""The bank of an organisation: taking statements in, and one list of what waits."""
