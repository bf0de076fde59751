"""A winner without proof is refused: its award is taken back, its bid goes out, and the next one may win."""
