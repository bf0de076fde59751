"""Customers outside the alliance: a seller's own address book."""
