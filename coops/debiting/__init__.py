"""Dues through the cooperative's own bank: mandates by phone or on paper, files for the bank, and what came of them."""
