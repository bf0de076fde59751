"""Online payments: orders, the one door to the provider, and what a payment does to the books."""
