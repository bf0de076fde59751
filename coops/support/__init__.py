"""Support: what partners offer, what cooperatives and initiatives ask, and what fits."""
