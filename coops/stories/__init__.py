"""Stories: what residents and cooperatives tell of what changed, with consent, beside the figures."""
