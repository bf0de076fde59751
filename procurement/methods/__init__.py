"""How bids are ranked: which methods a tender may choose, with which parameters."""
