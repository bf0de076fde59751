"""Hours that members write down, that the customer signs, and that become an invoice."""
