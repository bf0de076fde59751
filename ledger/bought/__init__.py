"""What was received from outside becomes a purchase line of its buyer."""
