"""Registering, and one's own account."""
