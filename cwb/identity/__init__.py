"""People, organisations, mandates, sign-in."""
