"""LM3: how often a euro goes round in the area, in three rounds, with bounds and without borrowed numbers."""
