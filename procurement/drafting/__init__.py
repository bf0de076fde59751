"""Drafting a tender in short steps, review by a second person, publication."""
