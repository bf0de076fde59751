"""Which answers raise the coverage of the figure most: unproven suppliers by the money at stake."""
