"""Chain liability: the part of an invoice for a blocked account (G-rekening), and the purchaser's evidence file."""
