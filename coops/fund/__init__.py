"""The revolving fund: its own books, the capital that was put in, and the terms on which it pays ahead."""
