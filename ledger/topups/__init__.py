"""Top-ups: residents buy local money online, and what happens when the payment goes back."""
