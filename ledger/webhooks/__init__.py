"""What the provider tells us, and what is looked after every day."""
