"""Questions about a tender, and the notes that answer them to everyone at once."""
