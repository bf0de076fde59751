"""Lines that a further file holds too: they go only with the last file that holds them."""
