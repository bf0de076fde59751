"""Reading an electronic invoice that somebody else made."""
