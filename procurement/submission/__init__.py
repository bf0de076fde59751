"""The gate of the deadline: handing a bid in, and taking it out again."""
