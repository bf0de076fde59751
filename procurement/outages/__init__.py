"""A logged outage of the system: every running tender stays open longer."""
