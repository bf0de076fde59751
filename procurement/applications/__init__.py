"""Applying for a tender with a selection, and choosing who may bid."""
