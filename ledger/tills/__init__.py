"""Pages of online payments: the payer's own, those of the board, and the practice checkout."""
