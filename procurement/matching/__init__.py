"""Which open lots fit a cooperative, why not, and who could carry one together."""
