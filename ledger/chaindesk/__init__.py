"""The pages of chain liability: terms, evidence, and what of the part for a G-account came elsewhere."""
