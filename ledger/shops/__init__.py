"""Shops: the till's page with amount, code and the word "paid", the list of a day, and giving money back."""
