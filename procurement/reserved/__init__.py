"""What organisations state to compete for reserved contracts: stated by the board, checked by a second person."""
