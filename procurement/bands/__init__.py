"""A buyer's own purchasing bands: entered by one purchaser, confirmed by a second, used by the advice."""
