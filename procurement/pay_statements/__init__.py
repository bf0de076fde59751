"""What a supplier paid under a contract: one statement without names, seen by a second person of neither side."""
