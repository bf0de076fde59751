"""Taking part in a framework: rule, invitation, signature."""
