"""Who lives in the area, as somebody of the programme saw on a paper: the fact, never the address."""
