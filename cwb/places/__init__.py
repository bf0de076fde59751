"""The area: wijken, buurten, postcode classes, with dates."""
