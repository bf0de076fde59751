"""Money that comes round: strongly connected components of who pays whom."""
