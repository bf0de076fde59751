"""Saved interests: what somebody wants to hear of, by mail and in a calendar."""
