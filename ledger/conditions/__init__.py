"""Conditions of local money as versions: proposed, worked out on the books, voted on, adopted by another."""
