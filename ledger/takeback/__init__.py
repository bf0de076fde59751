"""Taking back what was booked on an entry of the bank, or a payment that a person wrote down."""
