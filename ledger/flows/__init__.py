"""A local currency's transfers as a file gives them: in order, checked, and who is outside the circle."""
