"""What work costs at least: wage floors by date, the cost of an hour, and the hours of a full-time year."""
