"""Agreements on support: both sides say yes, the giver delivers, the receiver confirms."""
