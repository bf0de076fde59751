"""Before a contract ends: a task for its buyer, and a need on the calendar that follows it."""
