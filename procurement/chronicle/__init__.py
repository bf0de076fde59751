"""What of a need and a tender is told to everyone, and the moments at which it is."""
