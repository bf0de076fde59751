"""The end of contracts that were tendered elsewhere: who is told, and what follows."""
