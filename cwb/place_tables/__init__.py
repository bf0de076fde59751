"""Which tables of addresses, municipalities and boundaries this installation read, and how others are read."""
