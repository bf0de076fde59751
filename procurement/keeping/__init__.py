"""What is kept of bids: one's own list and receipts, what is forgotten in time, a new key for what is locked."""
