"""The rows of a public export, as figures read them."""
