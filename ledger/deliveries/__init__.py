"""Which anchor handed in which quarter by when, who is late, and who bought nothing."""
