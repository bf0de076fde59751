"""Hours, jobs and training places for residents under contracts: reported as numbers, verified, counted, published."""
