"""Purchase lines: recorded once, corrected openly, and read as the published figure of a period."""
