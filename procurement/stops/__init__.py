"""Stopping one lot of a tender while the others go on."""
