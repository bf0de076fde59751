"""Votes of members: one each, open or secret; counted by a rule, and never changed after closing."""
