"""Bidding together: inviting members, what each says, and signing."""
