"""The public table of hours and jobs for residents: folded, still for a quarter, a floor with its coverage."""
