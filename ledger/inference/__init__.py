"""The registered analysis: a difference, how likely it is by chance, and its interval."""
