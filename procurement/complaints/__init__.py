"""Complaints about a tender: a term, and an answer by somebody of the buyer who was not in it."""
