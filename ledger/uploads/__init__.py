"""Files of purchase lines: looked at first, booked whole or not at all."""
