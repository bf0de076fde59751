"""Changing the content of a published tender: what differs, who hears it, and how much longer it stays open."""
