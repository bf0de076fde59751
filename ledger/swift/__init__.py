"""Statements as banks send them over SWIFT (MT940), on bare texts."""
