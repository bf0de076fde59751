"""Suppliers as purchase ledgers name them, the evidence of where they are, and what it proves when."""
