"""Which part of what a tender cost went to suppliers in the area, for everybody."""
