"""Keys of tenders: who holds which part, and how two people open together."""
