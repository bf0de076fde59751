"""Value added tax: codes, rates with their dates, and how it is counted."""
