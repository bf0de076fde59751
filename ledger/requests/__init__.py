"""Requests: a holder asks an amount, another scans the code, looks and confirms; and the code that hangs in a shop."""
