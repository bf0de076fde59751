"""Direct debits by the cooperative's own bank: its creditor identifier, mandates, and files (pain.008)."""
