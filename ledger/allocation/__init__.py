"""Which cluster begins when, with what: drawn from a seed, and what a trial of that size can show."""
