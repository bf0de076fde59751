"""The small businesses scheme (kleineondernemersregeling): no VAT charged, none got back, from a day to a day."""
