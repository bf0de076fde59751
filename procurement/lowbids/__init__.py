"""The question to a bidder whose price looks far too low (Aanbestedingswet 2.116)."""
