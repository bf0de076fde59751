"""Trading clusters: who trades most with whom."""
