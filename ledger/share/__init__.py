"""The measure: which share of a spend is proven local, between which bounds, and how much of it is known."""
