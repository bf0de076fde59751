"""The opening of bids by two people, and who reads what was opened."""
