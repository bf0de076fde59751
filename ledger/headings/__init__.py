"""The names of columns in other people's tables."""
