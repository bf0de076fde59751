"""What the bank's statement tells of direct debits: they came in, or went back."""
