"""What running contracts will still bring to the area, and what of one contract landed."""
