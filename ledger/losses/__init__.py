"""Losses of mutual credit: how members bear them, agreed beforehand; each written down by two, exact to the cent."""
