"""Lines of many accounts by age, in one statement."""
