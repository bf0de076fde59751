"""The national table of addresses, as the statistics office publishes it: taken in for one area."""
