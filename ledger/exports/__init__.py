"""The public export of a period with its figures, made once and kept until something it rests on changes."""
