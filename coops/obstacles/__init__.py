"""The obstacle log: rules that stood in the way, whose they are, and what was answered."""
