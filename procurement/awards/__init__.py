"""Awards: one decision, a letter with reasons to every bidder, the standstill."""
