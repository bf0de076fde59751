"""What an hour of work must pay at least in a tender, and the sum of a bid beside it."""
