"""Signing in and out: sessions, e-mailed codes, attempts."""
