"""Where local money can be spent: who accepts it, what of it the holder already buys, and how near it is."""
