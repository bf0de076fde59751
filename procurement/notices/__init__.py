"""The tender section of a release."""
