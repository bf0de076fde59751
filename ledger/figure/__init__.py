"""The published figure: computed from the rows of the public export, and from them alone."""
